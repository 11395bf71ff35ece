//! A few idle streams, kept for the next user.

use std::sync::Mutex;

/// At most `N` idle values. Never waits: a caller that finds the pool in use goes without it, so a
/// fork in the middle of a call cannot block the child.
pub(crate) struct Pool<T, const N: usize>(Mutex<[Option<T>; N]>);

impl<T, const N: usize> Pool<T, N> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new([const { None }; N]))
    }

    /// Takes a value that `fits`, if there is one.
    pub(crate) fn take(&self, fits: impl Fn(&T) -> bool) -> Option<T> {
        let mut slots = self.0.try_lock().ok()?;
        slots
            .iter_mut()
            .find(|slot| slot.as_ref().is_some_and(&fits))?
            .take()
    }

    /// Keeps `value`, in place of the oldest one where the pool is full. Returns what is left over.
    pub(crate) fn put(&self, value: T) -> Option<T> {
        let Ok(mut slots) = self.0.try_lock() else {
            return Some(value);
        };
        if let Some(free) = slots.iter_mut().find(|slot| slot.is_none()) {
            return free.replace(value);
        }
        slots.rotate_left(1);
        match slots.last_mut() {
            Some(last) => last.replace(value),
            None => Some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pool;

    #[test]
    fn gives_back_what_fits() {
        let pool: Pool<u32, 2> = Pool::new();
        assert_eq!(pool.take(|_| true), None);
        assert_eq!(pool.put(1), None);
        assert_eq!(pool.put(2), None);
        assert_eq!(pool.take(|value| *value == 2), Some(2));
        assert_eq!(pool.take(|value| *value == 2), None);
    }

    #[test]
    fn keeps_the_newest() {
        let pool: Pool<u32, 2> = Pool::new();
        assert_eq!(
            (pool.put(1), pool.put(2), pool.put(3)),
            (None, None, Some(1))
        );
        assert_eq!(pool.take(|value| *value == 1), None);
        assert_eq!(pool.take(|_| true), Some(2));
        assert_eq!(pool.take(|_| true), Some(3));
    }
}
