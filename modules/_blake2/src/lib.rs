//! `_blake2`: BLAKE2b and BLAKE2s (RFC 7693), with all parameters.
#![forbid(unsafe_code)]
#![allow(
    clippy::too_many_arguments,
    reason = "the constructors take what their signature names"
)]

mod parameters; // engine: no Python

use corten_api::prelude::*;
use corten_digest::{Given, HashData, HashState, hex};

use crate::parameters::{Parameters, Variant};

corten_api::module! {
    /// The hash functions BLAKE2b and BLAKE2s.
    name: "_blake2",
    state: State,
    constants: [
        BLAKE2B_SALT_SIZE = parameters::Blake2b::SALT_SIZE,
        BLAKE2B_PERSON_SIZE = parameters::Blake2b::PERSON_SIZE,
        BLAKE2B_MAX_KEY_SIZE = parameters::Blake2b::MAX_KEY_SIZE,
        BLAKE2B_MAX_DIGEST_SIZE = parameters::Blake2b::MAX_DIGEST_SIZE,
        BLAKE2S_SALT_SIZE = parameters::Blake2s::SALT_SIZE,
        BLAKE2S_PERSON_SIZE = parameters::Blake2s::PERSON_SIZE,
        BLAKE2S_MAX_KEY_SIZE = parameters::Blake2s::MAX_KEY_SIZE,
        BLAKE2S_MAX_DIGEST_SIZE = parameters::Blake2s::MAX_DIGEST_SIZE,
        #[cfg(Py_3_14)]
        _GIL_MINSIZE = corten_digest::LONG,
    ],
}

/// What methods reach.
#[derive(Traverse)]
struct State {
    blake2b: ClassType<Blake2b>,
    blake2s: ClassType<Blake2s>,
    /// Whether data can be given by name.
    #[cfg(all(Py_3_13, not(Py_3_14)))]
    #[traverse(skip)]
    data_has_names: bool,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let state = State {
            blake2b: module.add_class()?,
            blake2s: module.add_class()?,
            #[cfg(all(Py_3_13, not(Py_3_14)))]
            data_has_names: Release::running().has(&[(13, 4)]),
        };
        add_constants::<_, parameters::Blake2b>(module.py(), &state.blake2b)?;
        add_constants::<_, parameters::Blake2s>(module.py(), &state.blake2s)?;
        Ok(state)
    }
}

#[cfg(all(Py_3_13, not(Py_3_14)))]
impl State {
    /// The data, given by position or under one of its names, to the class `class`.
    fn named_data<'a, 'py>(
        &self,
        py: Python<'py>,
        class: &str,
        positional: Given<'a, 'py>,
        data: Given<'a, 'py>,
        string: Given<'a, 'py>,
    ) -> PyResult<Given<'a, 'py>> {
        let names = [("data", data), ("string", string)];
        let used = names.iter().find(|(_, given)| given.0.is_some());
        if let Some((name, _)) = used
            && !self.data_has_names
        {
            let text = format_args!("{class}() got an unexpected keyword argument '{name}'");
            return Err(PyTypeError::raise(py, text));
        }
        match (positional.0, data.0) {
            (None, _) => data.or(py, string),
            (Some(_), None) => positional.or(py, string),
            (Some(_), Some(_)) => Err(PyTypeError::raise(
                py,
                format_args!("argument for {class}() given by name ('data') and position (1)"),
            )),
        }
    }
}

fn add_constants<T, V: Variant>(py: Python<'_>, class: &ClassType<T>) -> PyResult<()> {
    class.add(py, "SALT_SIZE", V::SALT_SIZE)?;
    class.add(py, "PERSON_SIZE", V::PERSON_SIZE)?;
    class.add(py, "MAX_KEY_SIZE", V::MAX_KEY_SIZE)?;
    class.add(py, "MAX_DIGEST_SIZE", V::MAX_DIGEST_SIZE)
}

/// Declares a class.
macro_rules! class {
    (
        $(#[$docs:meta])*
        $class:ident, $name:literal, state.$field:ident,
        to Python 3.12: $older_signature:literal,
        from Python 3.13: $signature:literal
    ) => {
        $(#[$docs])*
        #[cfg_attr(not(Py_3_14), pyclass(name = $name, module = "_blake2", immutable, no_gc))]
        #[cfg_attr(Py_3_14, pyclass(name = $name, module = "_blake2", immutable))]
        #[derive(Traverse)]
        struct $class {
            #[traverse(skip)]
            state: HashState<<parameters::$class as Variant>::State>,
            #[traverse(skip)]
            digest_size: usize,
        }

        #[pymethods]
        impl $class {
            #[cfg(not(Py_3_13))]
            #[new(
                signature = (
                    data = Given(None), /, *, digest_size = parameters::$class::MAX_DIGEST_SIZE as i32,
                    key = Bytes(None), salt = Bytes(None), person = Bytes(None), fanout = 1, depth = 1,
                    leaf_size = ULong(0), node_offset = ULongLong(0), node_depth = 0, inner_size = 0,
                    last_node = false, usedforsecurity = true,
                ),
                text_signature = $older_signature,
            )]
            fn new<'py>(
                py: Python<'py>,
                data: Given<'_, 'py>,
                digest_size: i32,
                key: Bytes<'py>,
                salt: Bytes<'py>,
                person: Bytes<'py>,
                fanout: i32,
                depth: i32,
                leaf_size: ULong,
                node_offset: ULongLong,
                node_depth: i32,
                inner_size: i32,
                last_node: bool,
                usedforsecurity: bool,
            ) -> PyResult<Self> {
                let _ = usedforsecurity; // Every use is allowed.
                Self::of(py, data, &Options {
                    digest_size, key, salt, person, fanout, depth, leaf_size, node_offset,
                    node_depth, inner_size, last_node,
                })
            }

            // Before 3.13.4 the data have no name: the first releases of 3.13 raise an error.
            #[cfg(all(Py_3_13, not(Py_3_14)))]
            #[new(
                signature = (
                    positional = Given(None), /, *,
                    digest_size = parameters::$class::MAX_DIGEST_SIZE as i32,
                    key = Bytes(None), salt = Bytes(None), person = Bytes(None), fanout = 1, depth = 1,
                    leaf_size = ULong(0), node_offset = ULongLong(0), node_depth = 0, inner_size = 0,
                    last_node = false, usedforsecurity = true, string = Given(None), data = Given(None),
                ),
                text_signature = $signature,
            )]
            fn new<'py>(
                py: Python<'py>,
                state: &State,
                positional: Given<'_, 'py>,
                digest_size: i32,
                key: Bytes<'py>,
                salt: Bytes<'py>,
                person: Bytes<'py>,
                fanout: i32,
                depth: i32,
                leaf_size: ULong,
                node_offset: ULongLong,
                node_depth: i32,
                inner_size: i32,
                last_node: bool,
                usedforsecurity: bool,
                string: Given<'_, 'py>,
                data: Given<'_, 'py>,
            ) -> PyResult<Self> {
                let _ = usedforsecurity; // Every use is allowed.
                let data = state.named_data(py, $name, positional, data, string)?;
                Self::of(py, data, &Options {
                    digest_size, key, salt, person, fanout, depth, leaf_size, node_offset,
                    node_depth, inner_size, last_node,
                })
            }

            #[cfg(Py_3_14)]
            #[new(
                signature = (
                    data = Given(None), *, digest_size = parameters::$class::MAX_DIGEST_SIZE as i32,
                    key = Bytes(None), salt = Bytes(None), person = Bytes(None), fanout = 1, depth = 1,
                    leaf_size = ULong(0), node_offset = ULongLong(0), node_depth = 0, inner_size = 0,
                    last_node = false, usedforsecurity = true, string = Given(None),
                ),
                text_signature = $signature,
            )]
            fn new<'py>(
                py: Python<'py>,
                data: Given<'_, 'py>,
                digest_size: i32,
                key: Bytes<'py>,
                salt: Bytes<'py>,
                person: Bytes<'py>,
                fanout: i32,
                depth: i32,
                leaf_size: ULong,
                node_offset: ULongLong,
                node_depth: i32,
                inner_size: i32,
                last_node: bool,
                usedforsecurity: bool,
                string: Given<'_, 'py>,
            ) -> PyResult<Self> {
                let _ = usedforsecurity; // Every use is allowed.
                Self::of(py, data.or(py, string)?, &Options {
                    digest_size, key, salt, person, fanout, depth, leaf_size, node_offset,
                    node_depth, inner_size, last_node,
                })
            }

            /// A second object in the same state, for data with a common beginning.
            #[method(signature = ())]
            fn copy<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, $class>> {
                let copy = $class {
                    state: self.state.copy(py)?,
                    digest_size: self.digest_size,
                };
                state.$field.create(py, copy)
            }

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

            /// Take more data, the next part of what is hashed.
            #[method(signature = (data, /))]
            fn update<'py>(&self, py: Python<'py>, data: HashData<'py>) -> PyResult<()> {
                self.state.update(py, &data.0)
            }

            #[getter]
            fn name(&self) -> &'static str {
                $name
            }

            #[getter]
            fn block_size(&self) -> usize {
                parameters::$class::BLOCK_SIZE
            }

            #[getter]
            fn digest_size(&self) -> usize {
                self.digest_size
            }
        }

        impl $class {
            fn of<'py>(
                py: Python<'py>,
                data: Given<'_, 'py>,
                options: &Options<'py>,
            ) -> PyResult<Self> {
                let (engine, digest_size) = options.start::<parameters::$class>(py)?;
                let state = HashState::with_data(py, engine, data.data()?.as_ref())?;
                Ok(Self { state, digest_size })
            }
        }
    };
}

class! {
    /// A BLAKE2b hash object: digests of up to 64 bytes, fastest on 64-bit machines.
    ///
    /// hashlib's documentation explains the parameters.
    Blake2b, "blake2b", state.blake2b,
    to Python 3.12: "(data=b'', /, *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE,
        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,
        node_offset=0, node_depth=0, inner_size=0, last_node=False,
        usedforsecurity=True)",
    from Python 3.13: "(data=b'', *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE,
        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,
        node_offset=0, node_depth=0, inner_size=0, last_node=False,
        usedforsecurity=True, string=None)"
}

class! {
    /// A BLAKE2s hash object: digests of up to 32 bytes, fast on small machines.
    ///
    /// hashlib's documentation explains the parameters.
    Blake2s, "blake2s", state.blake2s,
    to Python 3.12: "(data=b'', /, *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE,
        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,
        node_offset=0, node_depth=0, inner_size=0, last_node=False,
        usedforsecurity=True)",
    from Python 3.13: "(data=b'', *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE,
        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,
        node_offset=0, node_depth=0, inner_size=0, last_node=False,
        usedforsecurity=True, string=None)"
}

/// The arguments of a constructor that are parameters of the hash.
struct Options<'py> {
    digest_size: i32,
    key: Bytes<'py>,
    salt: Bytes<'py>,
    person: Bytes<'py>,
    fanout: i32,
    depth: i32,
    leaf_size: ULong,
    node_offset: ULongLong,
    node_depth: i32,
    inner_size: i32,
    last_node: bool,
}

impl Options<'_> {
    /// The function at its beginning, and the size of its digests.
    fn start<V: Variant>(&self, py: Python<'_>) -> PyResult<(V::State, usize)> {
        let value_error = |text: &str| PyValueError::raise(py, text);
        let digest_size = usize::try_from(self.digest_size)
            .ok()
            .filter(|size| (1..=V::MAX_DIGEST_SIZE).contains(size))
            .ok_or_else(|| bad_digest_size::<V>(py, self.digest_size))?;
        let salt = self.salt.at_most(py, V::SALT_SIZE, "salt")?;
        let person = self.person.at_most(py, V::PERSON_SIZE, "person")?;
        let fanout = u8::try_from(self.fanout)
            .map_err(|_| value_error("fanout must be between 0 and 255"))?;
        let depth = u8::try_from(self.depth)
            .ok()
            .filter(|depth| *depth > 0)
            .ok_or_else(|| value_error("depth must be between 1 and 255"))?;
        #[allow(clippy::useless_conversion)] // The size of C's `unsigned long` varies.
        let leaf_size = u32::try_from(self.leaf_size.0)
            .map_err(|_| PyOverflowError::raise(py, "leaf_size is too large"))?;
        let node_offset = self.node_offset.0;
        if node_offset > V::MAX_NODE_OFFSET {
            return Err(PyOverflowError::raise(py, "node_offset is too large"));
        }
        let node_depth = u8::try_from(self.node_depth)
            .map_err(|_| value_error("node_depth must be between 0 and 255"))?;
        let inner_size = usize::try_from(self.inner_size)
            .ok()
            .filter(|size| *size <= V::MAX_DIGEST_SIZE)
            .ok_or_else(|| bad_inner_size::<V>(py))?;
        let key = self.key.at_most(py, V::MAX_KEY_SIZE, "key")?;
        let state = V::state(&Parameters {
            digest_size,
            key: key.as_deref().unwrap_or_default(),
            salt: salt.as_deref().unwrap_or_default(),
            person: person.as_deref().unwrap_or_default(),
            fanout,
            depth,
            leaf_size,
            node_offset,
            node_depth,
            inner_size,
            last_node: self.last_node,
        });
        Ok((state, digest_size))
    }
}

#[cold]
fn bad_digest_size<V: Variant>(py: Python<'_>, given: i32) -> PyErr {
    let (name, most) = (V::NAME, V::MAX_DIGEST_SIZE);
    if cfg!(Py_3_14) {
        let text = format_args!(
            "digest_size for {name} must be between 1 and {most} bytes, here it is {given}"
        );
        return PyValueError::raise(py, text);
    }
    PyValueError::raise(
        py,
        format_args!("digest_size must be between 1 and {most} bytes"),
    )
}

#[cold]
fn bad_inner_size<V: Variant>(py: Python<'_>) -> PyErr {
    let most = V::MAX_DIGEST_SIZE;
    PyValueError::raise(
        py,
        format_args!("inner_size must be between 0 and is {most}"),
    )
}

/// A few bytes that may be left out; `None` is no such omission.
struct Bytes<'py>(Option<PyBuffer<'py>>);

impl<'a, 'py> FromArg<'a, 'py> for Bytes<'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Ok(Bytes(Some(PyBuffer::get(object)?)))
    }
}

impl Bytes<'_> {
    /// The bytes, if they are given and no more than `most`.
    fn at_most(&self, py: Python<'_>, most: usize, name: &str) -> PyResult<Option<ShortBytes>> {
        let Some(buffer) = &self.0 else {
            return Ok(None);
        };
        if buffer.len() > most {
            let text = format_args!("maximum {name} length is {most} bytes");
            return Err(PyValueError::raise(py, text));
        }
        let mut short = ShortBytes {
            bytes: [0; LONGEST],
            len: buffer.len(),
        };
        buffer.with_bytes(|bytes| short.bytes[..bytes.len()].copy_from_slice(bytes))?;
        Ok(Some(short))
    }
}

/// Bytes in the longest key; salts are shorter.
const LONGEST: usize = parameters::Blake2b::MAX_KEY_SIZE;

struct ShortBytes {
    bytes: [u8; LONGEST],
    len: usize,
}

impl std::ops::Deref for ShortBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
