//! `_bisect`: binary search in sorted sequences.
#![forbid(unsafe_code)]

mod search; // engine: no Python

use corten_api::RecursionGuard;
use corten_api::prelude::*;

use crate::search::partition_point;

corten_api::module! {
    /// Binary search in sorted sequences.
    ///
    /// bisect_left() and bisect_right() tell where an item belongs, insort_left() and
    /// insort_right() put it there. So a list stays sorted without being sorted again
    /// after each new item, which pays where it is long or comparing takes long.
    name: "_bisect",
    state: State,
    functions: [bisect_right, insort_right, bisect_left, insort_left],
}

/// What functions reach.
#[derive(Traverse)]
struct State {
    /// The method's name.
    insert: Py<PyString>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        Ok(State {
            insert: PyString::interned(module.py(), "insert")?.unbind(),
        })
    }
}

/// Defines the two functions for one side.
macro_rules! on_side {
    (
        $side:expr;
        $(#[$bisect_doc:meta])* $bisect:ident;
        $(#[$insort_doc:meta])* $insort:ident;
    ) => {
        $(#[$bisect_doc])*
        #[pyfunction(signature = (a, x, lo = 0, hi = None, *, key = None))]
        fn $bisect(
            a: &Bound<'_, PyAny>,
            x: &Bound<'_, PyAny>,
            lo: isize,
            hi: Option<Limit>,
            key: Option<&Bound<'_, PyAny>>,
        ) -> PyResult<usize> {
            Search { sequence: a, item: x, key, side: $side }.run(lo, hi)
        }

        $(#[$insort_doc])*
        #[pyfunction(signature = (a, x, lo = 0, hi = None, *, key = None))]
        fn $insort(
            state: &State,
            a: &Bound<'_, PyAny>,
            x: &Bound<'_, PyAny>,
            lo: isize,
            hi: Option<Limit>,
            key: Option<&Bound<'_, PyAny>>,
        ) -> PyResult<()> {
            let key_of_x = key.map(|key| key.call1(x)).transpose()?;
            let item = key_of_x.as_ref().unwrap_or(x);
            let index = Search { sequence: a, item, key, side: $side }.run(lo, hi)?;
            insert(state, a, index, x)
        }
    };
}

on_side! {
    Side::Right;

    /// Returns where x belongs in the sorted sequence a, behind what is equal to it.
    ///
    /// Everything before that place is less than or equal to x, and everything from it on is
    /// greater. Only the items from lo to hi are searched. With a key function, key(item) is what
    /// counts of each item, and x is compared as it is.
    bisect_right;

    /// Inserts x into the sorted list a, behind what is equal to it.
    ///
    /// Only the items from lo to hi are searched. With a key function, key(item) is what counts of each
    /// item, and of x.
    insort_right;
}

on_side! {
    Side::Left;

    /// Returns where x belongs in the sorted sequence a, in front of what is equal to it.
    ///
    /// Everything before that place is less than x, everything from it on greater or equal.
    /// Only the items from lo to hi are searched. With a key function, key(item) is what counts of each
    /// item, and x is compared as it is.
    bisect_left;

    /// Inserts x into the sorted list a, in front of what is equal to it.
    ///
    /// Only the items from lo to hi are searched. With a key function, key(item) is what counts of each
    /// item, and of x.
    insort_left;
}

/// Inserts `x` by the sequence's own `insert`, which for lists nobody can have replaced.
fn insert(state: &State, a: &Bound<'_, PyAny>, index: usize, x: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = a.py();
    match a.cast_exact::<PyList>() {
        Some(list) => list.insert(index, x),
        None => a
            .call_method(state.insert.bind(py), &[&index.into_py(py)?, x])
            .map(drop),
    }
}

/// The end of what is searched; -1 is the end of the sequence.
struct Limit(isize);

impl<'a, 'py> FromArg<'a, 'py> for Limit {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        let py = object.py();
        if !object.has_index() {
            let text = format!(
                "argument should be integer or None, not '{}'",
                object.type_name()
            );
            return Err(PyTypeError::raise(py, text));
        }
        let value = object
            .index()?
            .to_i64()
            .and_then(|value| isize::try_from(value).ok());
        value.map(Limit).ok_or_else(|| {
            let text = format!(
                "cannot fit '{}' into an index-sized integer",
                object.type_name()
            );
            PyOverflowError::raise(py, text)
        })
    }
}

/// On which side of equal items the place is.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

struct Search<'a, 'py> {
    sequence: &'a Bound<'py, PyAny>,
    item: &'a Bound<'py, PyAny>,
    key: Option<&'a Bound<'py, PyAny>>,
    side: Side,
}

impl<'py> Search<'_, 'py> {
    fn run(&self, lo: isize, hi: Option<Limit>) -> PyResult<usize> {
        let py = self.sequence.py();
        let low =
            usize::try_from(lo).map_err(|_| PyValueError::raise(py, "lo must be non-negative"))?;
        let high = match hi {
            Some(Limit(hi)) if hi != -1 => usize::try_from(hi).unwrap_or(0),
            _ => match self.sequence.cast_exact::<PyList>() {
                Some(list) => list.len(),
                None => self.sequence.sequence_len()?,
            },
        };
        match self.run_at_once(low, high) {
            Some(place) => Ok(place),
            None => self.run_by_asking(low, high),
        }
    }

    /// The search without running Python code, if that is possible: in a list or tuple whose items are
    /// compared themselves. Then it does not matter which of two items is asked.
    fn run_at_once(&self, low: usize, high: usize) -> Option<usize> {
        if self.key.is_some() || !self.item.is_of_static_type() {
            return None;
        }
        if let Some(list) = self.sequence.cast_exact::<PyList>() {
            let is_before = |index| self.is_before_in_list(list, index).ok_or(());
            return partition_point(low, high, is_before).ok();
        }
        let items = self.sequence.cast_exact::<PyTuple>()?.as_slice();
        let is_before = |index: usize| self.is_before_at_once(items.get(index)?);
        partition_point(low, high, |index| is_before(index).ok_or(())).ok()
    }

    /// The search by asking Python code. What has been compared without it is compared again, which nobody
    /// can tell.
    fn run_by_asking(&self, low: usize, high: usize) -> PyResult<usize> {
        // Even if none is looked at, there must be items.
        if cfg!(Py_3_12) && !self.sequence.has_sequence_items() {
            self.sequence.sequence_item(0)?;
        }
        let mut less = Less::new(self.sequence.py(), self.side)?;
        partition_point(low, high, |index| {
            let other = self.other(index)?;
            match self.side {
                Side::Left => less.ask(&other, self.item),
                Side::Right => less.ask(self.item, &other).map(|less| !less),
            }
        })
    }

    /// Whether the place is behind `index`, where that can be told without running Python code.
    #[inline]
    fn is_before_in_list(&self, list: &Bound<'py, PyList>, index: usize) -> Option<bool> {
        let ask = |op| list.compare_built_in_item(index, self.item, op);
        match self.side {
            Side::Left => ask(CompareOp::Lt),
            Side::Right => ask(CompareOp::Gt).map(|is_greater| !is_greater),
        }
    }

    /// The same of an item that is not in a list.
    fn is_before_at_once(&self, other: &Bound<'py, PyAny>) -> Option<bool> {
        match self.side {
            Side::Left => less_at_once(other, self.item),
            Side::Right => less_at_once(self.item, other).map(|less| !less),
        }
    }

    /// What the item is compared with at `index`.
    #[inline(always)] // of little use but in a loop
    fn other(&self, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let sequence = self.sequence;
        let found = match (
            sequence.cast_exact::<PyList>(),
            sequence.cast_exact::<PyTuple>(),
        ) {
            (Some(list), _) => list.get(index),
            (_, Some(tuple)) => tuple.get(index),
            _ => None,
        };
        let found = match found {
            Some(item) => item,
            None => sequence.sequence_item(index)?,
        };
        match self.key {
            Some(key) => key.call1(&found),
            None => Ok(found),
        }
    }
}

/// Whether one object is less than another, if that can be told without running Python code.
#[inline(never)] // else comparing is no longer made part of the search in lists
fn less_at_once(left: &Bound<'_, PyAny>, right: &Bound<'_, PyAny>) -> Option<bool> {
    left.compare_built_in(right, CompareOp::Lt)
}

/// The question whether one object is less than another.
struct Less<'py> {
    /// Whether objects of one type have known the answer so far. Then their type alone is asked.
    types_know: bool,
    #[allow(dead_code)]
    counted: Option<RecursionGuard<'py>>,
}

impl<'py> Less<'py> {
    /// Counts the recursion where C does.
    fn new(py: Python<'py>, side: Side) -> PyResult<Self> {
        let context = match side {
            Side::Left => c" in _bisect.bisect_left",
            Side::Right => c" in _bisect.bisect_right",
        };
        Ok(Less {
            types_know: cfg!(Py_3_12),
            counted: match cfg!(Py_3_12) {
                true => Some(py.recursion_guard(context)?),
                false => None,
            },
        })
    }

    #[inline(always)]
    fn ask(&mut self, left: &Bound<'_, PyAny>, right: &Bound<'_, PyAny>) -> PyResult<bool> {
        if self.types_know && left.is_same_type(right) {
            match left.compare_by_type(right, CompareOp::Lt)? {
                Some(answer) if !answer.is_not_implemented() => return answer.is_true(),
                _ => self.types_know = false,
            }
        }
        left.compare_by_methods(right, CompareOp::Lt)
    }
}
