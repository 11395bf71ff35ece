//! `_sha3`: SHA-3 and SHAKE (FIPS 202).
#![forbid(unsafe_code)]

use std::ffi::c_ulong;

use corten_api::prelude::*;
use corten_digest::{Algorithm, Given, HashData, HashState, engines, hex, squeezed, squeezed_hex};

corten_api::module! {
    name: "_sha3",
    state: State,
    constants: [
        implementation = "Corten",
        #[cfg(not(Py_3_12))]
        keccakopt = 0,
        #[cfg(Py_3_14)]
        _GIL_MINSIZE = corten_digest::LONG,
    ],
}

/// What methods reach.
#[derive(Traverse)]
struct State {
    sha3_224: ClassType<Sha3_224>,
    sha3_256: ClassType<Sha3_256>,
    sha3_384: ClassType<Sha3_384>,
    sha3_512: ClassType<Sha3_512>,
    shake_128: ClassType<Shake128>,
    shake_256: ClassType<Shake256>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        Ok(State {
            sha3_224: module.add_class()?,
            sha3_256: module.add_class()?,
            sha3_384: module.add_class()?,
            sha3_512: module.add_class()?,
            shake_128: module.add_class()?,
            shake_256: module.add_class()?,
        })
    }
}

/// Declares a class, with digests of fixed length or of any.
macro_rules! class {
    ($(#[$docs:meta])* $class:ident, $name:literal, state.$field:ident, fixed) => {
        class! {
            $(#[$docs])* $class, $name, state.$field, suffix: b"\x06",

            /// The digest of all data so far, as bytes.
            #[method(signature = ())]
            fn digest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
                PyBytes::new(py, &self.state.digest(py)?)
            }

            /// The digest of all data so far, in hexadecimal digits.
            #[method(signature = ())]
            fn hexdigest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
                hex(py, &self.state.digest(py)?)
            }
        }
    };

    ($(#[$docs:meta])* $class:ident, $name:literal, state.$field:ident, of $length:tt) => {
        class! {
            $(#[$docs])* $class, $name, state.$field, suffix: b"\x1f",

            /// The first length bytes of the output for all data so far.
            #[method(signature = $length)]
            fn digest<'py>(&self, py: Python<'py>, length: Length) -> PyResult<Bound<'py, PyBytes>> {
                let engine = self.state.with(py, Clone::clone)?;
                squeezed(py, length.checked(py)?, |out| engine.squeeze(out))
            }

            /// The first length bytes of the output, in hexadecimal digits.
            #[method(signature = $length)]
            fn hexdigest<'py>(
                &self,
                py: Python<'py>,
                length: Length,
            ) -> PyResult<Bound<'py, PyString>> {
                let engine = self.state.with(py, Clone::clone)?;
                squeezed_hex(py, length.checked(py)?, |out| engine.squeeze(out))
            }
        }
    };

    (
        $(#[$docs:meta])*
        $class:ident, $name:literal, state.$field:ident, suffix: $suffix:literal,
        $($digests:tt)*
    ) => {
        $(#[$docs])*
        #[cfg_attr(not(Py_3_14), pyclass(name = $name, module = "_sha3", immutable, no_gc))]
        #[cfg_attr(Py_3_14, pyclass(name = $name, module = "_sha3", immutable))]
        #[derive(Traverse)]
        struct $class {
            #[traverse(skip)]
            state: HashState<engines::$class>,
        }

        #[pymethods]
        impl $class {
            #[cfg(not(Py_3_13))]
            // C has one constructor for all classes, with the name of the first one.
            #[new(
                name = "sha3_224",
                signature = (data = Given(None), /, *, usedforsecurity = true),
                text_signature = "",
            )]
            fn new<'py>(
                py: Python<'py>,
                data: Given<'_, 'py>,
                usedforsecurity: bool,
            ) -> PyResult<Self> {
                let _ = usedforsecurity; // Every use is allowed.
                Self::of(py, data)
            }

            #[cfg(Py_3_13)]
            #[new(
                name = "sha3_224",
                signature = (
                    data = Given(None), *, usedforsecurity = true, string = Given(None)
                ),
                text_signature = "",
            )]
            fn new<'py>(
                py: Python<'py>,
                data: Given<'_, 'py>,
                usedforsecurity: bool,
                string: Given<'_, 'py>,
            ) -> PyResult<Self> {
                let _ = usedforsecurity; // Every use is allowed.
                Self::of(py, data.or(py, string)?)
            }

            /// A second object in the same state, for data with a common beginning.
            #[method(signature = ())]
            fn copy<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, $class>> {
                let state_of_copy = self.state.copy(py)?;
                state.$field.create(py, $class { state: state_of_copy })
            }

            /// Take more data, the next part of what is hashed.
            #[method(signature = (data, /))]
            fn update<'py>(&self, py: Python<'py>, data: HashData<'py>) -> PyResult<()> {
                self.state.update(py, &data.0)
            }

            #[getter]
            fn name(&self) -> &'static str {
                Self::ALGORITHM.name()
            }

            #[getter]
            fn digest_size(&self) -> usize {
                Self::ALGORITHM.digest_size()
            }

            #[getter]
            fn block_size(&self) -> usize {
                Self::ALGORITHM.block_size()
            }

            #[getter]
            fn _rate_bits(&self) -> usize {
                8 * Self::ALGORITHM.block_size()
            }

            #[getter]
            fn _capacity_bits(&self) -> usize {
                STATE_BITS - 8 * Self::ALGORITHM.block_size()
            }

            #[getter]
            fn _suffix<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
                PyBytes::new(py, $suffix)
            }

            $($digests)*
        }

        impl $class {
            const ALGORITHM: Algorithm = Algorithm::$class;

            fn of<'py>(py: Python<'py>, data: Given<'_, 'py>) -> PyResult<Self> {
                let engine = engines::$class::default();
                let state = HashState::with_data(py, engine, data.data()?.as_ref())?;
                Ok(Self { state })
            }
        }
    };
}

/// Declares a class with digests of any length, which could not be given by name before 3.14.
#[cfg(not(Py_3_13))]
macro_rules! shake {
    ($($class:tt)*) => { class! { $($class)*, of (length, /) } };
}
#[cfg(Py_3_13)]
macro_rules! shake {
    ($($class:tt)*) => { class! { $($class)*, of (length) } };
}

/// Bits in the state of Keccak.
const STATE_BITS: usize = 1600;

class! {
    /// sha3_224(data=b'', *, usedforsecurity=True) -> SHA3 object
    ///
    /// A hash object with digests of 28 bytes.
    Sha3_224, "sha3_224", state.sha3_224, fixed
}

class! {
    /// sha3_256(data=b'', *, usedforsecurity=True) -> SHA3 object
    ///
    /// A hash object with digests of 32 bytes.
    Sha3_256, "sha3_256", state.sha3_256, fixed
}

class! {
    /// sha3_384(data=b'', *, usedforsecurity=True) -> SHA3 object
    ///
    /// A hash object with digests of 48 bytes.
    Sha3_384, "sha3_384", state.sha3_384, fixed
}

class! {
    /// sha3_512(data=b'', *, usedforsecurity=True) -> SHA3 object
    ///
    /// A hash object with digests of 64 bytes.
    Sha3_512, "sha3_512", state.sha3_512, fixed
}

shake! {
    /// shake_128(data=b'', *, usedforsecurity=True) -> SHAKE object
    ///
    /// A hash object with digests of any length, of 128 bits of security.
    Shake128, "shake_128", state.shake_128
}

shake! {
    /// shake_256(data=b'', *, usedforsecurity=True) -> SHAKE object
    ///
    /// A hash object with digests of any length, of 256 bits of security.
    Shake256, "shake_256", state.shake_256
}

/// The length of a digest that the caller chooses.
struct Length(c_ulong);

impl<'a, 'py> FromArg<'a, 'py> for Length {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        let int = integer(object)?;
        if int.is_negative() {
            return Err(PyValueError::raise(object.py(), NEGATIVE));
        }
        u64::from_arg(int.as_any(), arg)
            .ok()
            .and_then(|value| c_ulong::try_from(value).ok())
            .map(Length)
            .ok_or_else(|| PyOverflowError::raise(object.py(), TOO_LARGE))
    }
}

#[cfg(not(Py_3_14))]
fn integer<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyInt>> {
    let int = object.cast::<PyInt>().cloned();
    int.ok_or_else(|| PyTypeError::raise(object.py(), "an integer is required"))
}

#[cfg(Py_3_14)]
fn integer<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyInt>> {
    object.index()
}

#[cfg(not(Py_3_14))]
const NEGATIVE: &str = "value must be positive";
#[cfg(Py_3_14)]
const NEGATIVE: &str = "Cannot convert negative int";

#[cfg(not(Py_3_14))]
const TOO_LARGE: &str = "Python int too large to convert to C unsigned long";
#[cfg(Py_3_14)]
const TOO_LARGE: &str = "Python int too large for C unsigned long";

impl Length {
    /// The number of bytes, if C would give as many.
    fn checked(self, py: Python<'_>) -> PyResult<usize> {
        const LIMIT: usize = 1 << 29;
        usize::try_from(self.0)
            .ok()
            .filter(|&length| length < LIMIT)
            .ok_or_else(|| PyValueError::raise(py, "length is too large"))
    }
}
