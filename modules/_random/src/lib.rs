//! `_random`: the random numbers under `random`.
#![forbid(unsafe_code)]

mod key; // engines: no Python
mod mt19937;

use std::ffi::c_long;

use corten_api::prelude::*;

use crate::mt19937::{N, Twister};

corten_api::module! {
    /// The Mersenne Twister, a generator of pseudo-random numbers.
    name: "_random",
    state: State,
    functions: [],
}

/// What methods reach.
#[derive(Traverse)]
struct State {
    random: ClassType<Random>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        Ok(State {
            random: module.add_class()?,
        })
    }
}

/// Random(seed=None) -> a generator with a state of its own, seeded as by seed().
#[pyclass(name = "Random", module = "_random", basetype)]
struct Random {
    twister: PyRefCell<Twister>,
}

#[pymethods]
impl Random {
    #[new(signature = (*args, **kwargs), text_signature = "")]
    fn new(args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        let _ = (args, kwargs); // They are for `__init__`.
        Random {
            twister: PyRefCell::new(Twister::zeroed()),
        }
    }

    #[init(signature = (*args, **kwargs), text_signature = "")]
    fn init(
        slf: &Bound<'_, Self>,
        py: Python<'_>,
        state: &State,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        if kwargs.is_some() && is_plain(slf, state)? {
            return Err(PyTypeError::raise(
                py,
                "Random() takes no keyword arguments",
            ));
        }
        if args.len() > 1 {
            return Err(too_many_arguments(py, args.len()));
        }
        let key = Key::new(py, args.get(0).as_ref())?;
        slf.restart(py, &key)
    }

    /// random() -> the next number in the interval [0, 1).
    #[method(signature = ())]
    fn random(&self, py: Python<'_>) -> PyResult<f64> {
        Ok(self.twister.borrow_mut(py)?.next_f64())
    }

    /// seed(n=None) -> None.
    ///
    /// Starts anew: at a place that the absolute value of an int, or the hash of
    /// another object, stands for. Without one, or with None, the operating system
    /// chooses the place, or, where it has no randomness, the time and the process.
    #[method(signature = (n = None, /))]
    fn seed(&self, py: Python<'_>, n: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        self.restart(py, &Key::new(py, n)?)
    }

    /// getstate() -> a tuple that tells the state, for setstate().
    #[method(signature = ())]
    fn getstate<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let twister = self.twister.borrow(py)?.clone();
        let (words, index) = twister.state();
        let mut numbers = Vec::with_capacity(N + 1);
        for word in words {
            numbers.push(PyInt::from_u64(py, u64::from(*word))?);
        }
        numbers.push(PyInt::from_u64(py, index as u64)?);
        PyTuple::new(py, numbers)
    }

    /// setstate(state) -> None.  Goes back to a state that getstate() has told.
    #[method(signature = (vector, /), text_signature = "($self, state, /)")]
    fn setstate(&self, py: Python<'_>, vector: &Bound<'_, PyAny>) -> PyResult<()> {
        let Some(tuple) = vector.cast::<PyTuple>() else {
            return Err(PyTypeError::raise(py, "state vector must be a tuple"));
        };
        if tuple.len() != N + 1 {
            return Err(PyValueError::raise(py, "state vector is the wrong size"));
        }
        let mut items = tuple.borrowed_items();
        let mut words = [0; N];
        for (word, item) in words.iter_mut().zip(&mut items) {
            let Some(int) = item.cast::<PyInt>() else {
                return Err(PyTypeError::raise(py, "an integer is required"));
            };
            *word = int.to_c_ulong()? as u32;
        }
        let index = match items.next() {
            Some(item) => index(&item)?,
            None => None,
        };
        let Some(twister) = index.and_then(|index| Twister::from_state(words, index)) else {
            return Err(PyValueError::raise(py, "invalid state"));
        };
        *self.twister.borrow_mut(py)? = twister;
        Ok(())
    }

    /// getrandbits(k) -> an int of k random bits.
    #[method(signature = (k, /))]
    fn getrandbits<'py>(&self, py: Python<'py>, k: BitCount) -> PyResult<Bound<'py, PyInt>> {
        let mut twister = self.twister.borrow_mut(py)?;
        match k.0 {
            0 => PyInt::from_u64(py, 0),
            1..=32 => PyInt::from_u64(py, u64::from(twister.next_u32() >> (32 - k.0))),
            33..=64 => {
                let low = u64::from(twister.next_u32());
                let high = u64::from(twister.next_u32() >> (64 - k.0));
                PyInt::from_u64(py, high << 32 | low)
            }
            _ => {
                let words = twister.next_bits(k.0);
                let words = words.map_err(|_| PyErr::no_memory(py))?;
                PyInt::from_le_bytes(py, words.as_flattened())
            }
        }
    }
}

impl Random {
    fn restart(&self, py: Python<'_>, key: &Key) -> PyResult<()> {
        *self.twister.borrow_mut(py)? = Twister::from_key(key.words());
        Ok(())
    }
}

/// Whether the constructor is the class's own, also in a subclass. Others may take keywords.
fn is_plain(random: &Bound<'_, Random>, state: &State) -> PyResult<bool> {
    #[cfg(not(Py_3_14))]
    const CONSTRUCTOR: &str = "__init__";
    #[cfg(Py_3_14)]
    const CONSTRUCTOR: &str = "__new__";
    let own = state.random.bind(random.py()).as_any();
    let class = random.as_any().get_type();
    Ok(class
        .as_any()
        .getattr(CONSTRUCTOR)?
        .is(&own.getattr(CONSTRUCTOR)?))
}

#[cold]
fn too_many_arguments(py: Python<'_>, count: usize) -> PyErr {
    if cfg!(Py_3_14) {
        let text = format_args!("Random expected at most 1 argument, got {count}");
        return PyTypeError::raise(py, text);
    }
    PyTypeError::raise(py, "Random() requires 0 or 1 argument")
}

/// The last item of a state, a C `long`; `None` if it cannot be an index.
fn index(item: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    let value = item.index()?.to_i64();
    match value.and_then(|value| c_long::try_from(value).ok()) {
        Some(value) => Ok(usize::try_from(value).ok()),
        None => Err(PyOverflowError::raise(
            item.py(),
            "Python int too large to convert to C long",
        )),
    }
}

/// Where a generator starts.
enum Key {
    Short([u32; 2]),
    Long(Vec<u32>),
}

impl Key {
    /// The key for `seed()`.
    fn new(py: Python<'_>, seed: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        match seed {
            Some(seed) if !seed.is_none() => match seed.cast::<PyInt>() {
                Some(int) => Self::from_int(int),
                None => Ok(Self::from_u64(seed.hash()? as usize as u64)),
            },
            _ => Self::from_system(py),
        }
    }

    fn from_int(int: &Bound<'_, PyInt>) -> PyResult<Self> {
        if let Some(value) = int.to_i64() {
            return Ok(Self::from_u64(value.unsigned_abs()));
        }
        let words = key::magnitude(&int.to_le_bytes()?);
        words.map(Key::Long).map_err(|_| PyErr::no_memory(int.py()))
    }

    fn from_u64(number: u64) -> Self {
        Key::Short([number as u32, (number >> 32) as u32])
    }

    fn from_system(py: Python<'_>) -> PyResult<Self> {
        let mut bytes = [[0; 4]; N];
        if py.fill_random(bytes.as_flattened_mut()).is_ok() {
            return Ok(Key::Long(bytes.map(u32::from_ne_bytes).to_vec()));
        }
        let time = py.import("time")?;
        let clock = |name| PyResult::Ok(time.getattr(name)?.call0()?.index()?.to_u64_wrapping());
        let (wall, monotonic) = (clock("time_ns")?, clock("monotonic_ns")?);
        let words = key::from_clocks(wall, monotonic, std::process::id());
        Ok(Key::Long(words.to_vec()))
    }

    fn words(&self) -> &[u32] {
        match self {
            Key::Short([low, 0]) => std::slice::from_ref(low),
            Key::Short(words) => words,
            Key::Long(words) => words,
        }
    }
}

/// How many bits are asked for.
struct BitCount(u64);

impl<'a, 'py> FromArg<'a, 'py> for BitCount {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        match object.cast::<PyInt>().and_then(Bound::to_i64) {
            Some(count @ 0..=0x7FFF_FFFF) => Ok(BitCount(count as u64)),
            _ => Self::from_other(object, arg),
        }
    }
}

impl BitCount {
    #[cfg(not(Py_3_13))]
    fn from_other(object: &Bound<'_, PyAny>, arg: &Arg) -> PyResult<Self> {
        Self::from_signed(object.py(), i32::from_arg(object, arg)?.into())
    }

    #[cfg(all(Py_3_13, not(Py_3_14)))]
    fn from_other(object: &Bound<'_, PyAny>, arg: &Arg) -> PyResult<Self> {
        Self::from_signed(object.py(), i64::from_arg(object, arg)?)
    }

    #[cfg(not(Py_3_14))]
    fn from_signed(py: Python<'_>, count: i64) -> PyResult<Self> {
        u64::try_from(count)
            .map(BitCount)
            .map_err(|_| PyValueError::raise(py, "number of bits must be non-negative"))
    }

    #[cfg(Py_3_14)]
    fn from_other(object: &Bound<'_, PyAny>, arg: &Arg) -> PyResult<Self> {
        let py = object.py();
        let int = object.index()?;
        if int.is_negative() {
            return Err(PyValueError::raise(py, "Cannot convert negative int"));
        }
        u64::from_arg(int.as_any(), arg)
            .map(BitCount)
            .map_err(|error| {
                drop(error);
                PyOverflowError::raise(py, "Python int too large for C uint64_t")
            })
    }
}
