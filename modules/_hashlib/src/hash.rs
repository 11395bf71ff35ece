//! The classes of hash objects, and the functions that make them.

use corten_api::prelude::*;
use corten_digest::{Algorithm, Given, HashData, HashState, Hasher, hex, squeezed, squeezed_hex};

use crate::State;
use crate::arguments::HashName;

/// HASH(name, string=b'')
/// --
///
/// A hash function at work on data that come piece by piece.
///
///   update() takes more data
///   digest() returns the digest of all so far
///   hexdigest() returns it in hexadecimal digits
///   copy() returns a second object in the same state
///
///   name is the hash function's
///   digest_size is the number of bytes in a digest
#[pyclass(name = "HASH", module = "_hashlib", immutable, basetype)]
pub(crate) struct Hash {
    state: HashState<Hasher>,
    algorithm: Algorithm,
}

#[pymethods]
impl Hash {
    /// Take more data, the next part of what is hashed.
    #[method(signature = (obj, /))]
    fn update<'py>(&self, py: Python<'py>, obj: HashData<'py>) -> PyResult<()> {
        self.state.update(py, &obj.0)
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

    /// A second object in the same state, for data with a common beginning.
    #[method(signature = ())]
    fn copy<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, PyAny>> {
        Hash {
            state: self.state.copy(py)?,
            algorithm: self.algorithm,
        }
        .into_object(py, state)
    }

    #[getter]
    fn digest_size(&self) -> usize {
        self.algorithm.digest_size()
    }

    #[getter]
    fn block_size(&self) -> usize {
        self.algorithm.block_size()
    }

    /// The name of the hash function.
    #[getter]
    fn name(&self) -> &'static str {
        self.algorithm.name()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (name, class) = (slf.algorithm.name(), slf.as_any().type_name());
        Ok(format!("<{name} {class} object @ {:p}>", slf.as_ptr()))
    }
}

impl Hash {
    fn create<'py>(
        py: Python<'py>,
        state: &State,
        algorithm: Algorithm,
        data: Option<&PyBuffer<'py>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Hash {
            state: HashState::with_data(py, Hasher::new(algorithm), data)?,
            algorithm,
        }
        .into_object(py, state)
    }

    /// An object of the class for the hash function.
    fn into_object<'py>(self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, PyAny>> {
        if self.algorithm.is_xof() {
            state
                .hash_xof
                .create(py, HashXof(self))
                .map(Bound::into_any)
        } else {
            state.hash.create(py, self).map(Bound::into_any)
        }
    }
}

/// HASHXOF(name, string=b'')
/// --
///
/// A hash function with digests of any length, at work on data that come piece by piece.
///
///   update() takes more data
///   digest(length) returns so many bytes of the digest of all so far
///   hexdigest(length) returns them in hexadecimal digits
///   copy() returns a second object in the same state
///
///   name is the hash function's
///   digest_size is 0
#[pyclass(name = "HASHXOF", module = "_hashlib", extends = Hash, immutable, basetype)]
pub(crate) struct HashXof(Hash);

#[pymethods]
impl HashXof {
    /// The beginning of the digest of all data so far, as bytes.
    #[method(signature = (length))]
    fn digest<'py>(&self, py: Python<'py>, length: isize) -> PyResult<Bound<'py, PyBytes>> {
        let Ok(length) = usize::try_from(length) else {
            let text = "Negative size passed to PyBytes_FromStringAndSize";
            return Err(PySystemError::raise(py, text));
        };
        let hasher = self.hasher(py)?;
        squeezed(py, length, |out| hasher.squeeze(out))
    }

    /// The beginning of the digest of all data so far, in hexadecimal digits.
    #[method(signature = (length))]
    fn hexdigest<'py>(&self, py: Python<'py>, length: isize) -> PyResult<Bound<'py, PyString>> {
        let length = usize::try_from(length).map_err(|_| PyErr::no_memory(py))?;
        let hasher = self.hasher(py)?;
        squeezed_hex(py, length, |out| hasher.squeeze(out))
    }

    #[getter]
    fn digest_size(&self) -> usize {
        0
    }
}

impl HashXof {
    /// The state, apart from the object: others may go on with that.
    fn hasher(&self, py: Python<'_>) -> PyResult<Hasher> {
        self.0.state.with(py, Clone::clone)
    }
}

/// A new hash object, by the name of the hash function.
///
///   name
///     Any of openssl_md_meth_names, or what OpenSSL calls these functions.
///   string
///     Data to begin with.
#[cfg(not(Py_3_13))]
#[pyfunction(
    signature = (name, string = Given(None), *, usedforsecurity = true),
    text_signature = "($module, /, name, string=b'', *, usedforsecurity=True)",
)]
pub(crate) fn new<'py>(
    py: Python<'py>,
    state: &State,
    name: HashName<'_>,
    string: Given<'_, 'py>,
    usedforsecurity: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let _ = usedforsecurity; // Every use is allowed.
    let data = string.data()?;
    Hash::create(py, state, state.algorithm(py, name.0)?, data.as_ref())
}

/// A new hash object, by the name of the hash function.
///
///   name
///     Any of openssl_md_meth_names, or what OpenSSL calls these functions.
///   data
///     Data to begin with.
///   string
///     The older name of data.
#[cfg(Py_3_13)]
#[pyfunction(
    signature = (name, data = Given(None), *, usedforsecurity = true, string = Given(None)),
    text_signature = "($module, /, name, data=b'', *, usedforsecurity=True, string=None)",
)]
pub(crate) fn new<'py>(
    py: Python<'py>,
    state: &State,
    name: HashName<'_>,
    data: Given<'_, 'py>,
    usedforsecurity: bool,
    string: Given<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let _ = usedforsecurity; // Every use is allowed.
    let data = data.or(py, string)?.data()?;
    Hash::create(py, state, state.algorithm(py, name.0)?, data.as_ref())
}

/// Declares the constructors of single hash functions.
macro_rules! constructors {
    ($($(#[doc = $doc:tt])* $function:ident $signature:tt: $algorithm:ident;)*) => {$(
        $(#[doc = $doc])*
        #[cfg(not(Py_3_13))]
        #[pyfunction(
            signature = (string = Given(None), *, usedforsecurity = true),
            text_signature = "($module, /, string=b'', *, usedforsecurity=True)",
        )]
        pub(crate) fn $function<'py>(
            py: Python<'py>,
            state: &State,
            string: Given<'_, 'py>,
            usedforsecurity: bool,
        ) -> PyResult<Bound<'py, PyAny>> {
            let _ = usedforsecurity; // Every use is allowed.
            Hash::create(py, state, Algorithm::$algorithm, string.data()?.as_ref())
        }

        $(#[doc = $doc])*
        #[cfg(Py_3_13)]
        #[pyfunction(
            signature = (data = Given(None), *, usedforsecurity = true, string = Given(None)),
            text_signature = $signature,
        )]
        pub(crate) fn $function<'py>(
            py: Python<'py>,
            state: &State,
            data: Given<'_, 'py>,
            usedforsecurity: bool,
            string: Given<'_, 'py>,
        ) -> PyResult<Bound<'py, PyAny>> {
            let _ = usedforsecurity; // Every use is allowed.
            let data = data.or(py, string)?.data()?;
            Hash::create(py, state, Algorithm::$algorithm, data.as_ref())
        }
    )*};
}

constructors! {
    /// A new MD5 object, perhaps with data to begin with.
    openssl_md5 "($module, /, data=b'', *, usedforsecurity=True, string=None)": Md5;
    /// A new SHA-1 object, perhaps with data to begin with.
    openssl_sha1 "($module, /, data=b'', *, usedforsecurity=True, string=None)": Sha1;
    /// A new SHA-224 object, perhaps with data to begin with.
    openssl_sha224 "($module, /, data=b'', *, usedforsecurity=True,\n               string=None)": Sha224;
    /// A new SHA-256 object, perhaps with data to begin with.
    openssl_sha256 "($module, /, data=b'', *, usedforsecurity=True,\n               string=None)": Sha256;
    /// A new SHA-384 object, perhaps with data to begin with.
    openssl_sha384 "($module, /, data=b'', *, usedforsecurity=True,\n               string=None)": Sha384;
    /// A new SHA-512 object, perhaps with data to begin with.
    openssl_sha512 "($module, /, data=b'', *, usedforsecurity=True,\n               string=None)": Sha512;
    /// A new SHA3-224 object, perhaps with data to begin with.
    openssl_sha3_224 "($module, /, data=b'', *, usedforsecurity=True,\n                 string=None)": Sha3_224;
    /// A new SHA3-256 object, perhaps with data to begin with.
    openssl_sha3_256 "($module, /, data=b'', *, usedforsecurity=True,\n                 string=None)": Sha3_256;
    /// A new SHA3-384 object, perhaps with data to begin with.
    openssl_sha3_384 "($module, /, data=b'', *, usedforsecurity=True,\n                 string=None)": Sha3_384;
    /// A new SHA3-512 object, perhaps with data to begin with.
    openssl_sha3_512 "($module, /, data=b'', *, usedforsecurity=True,\n                 string=None)": Sha3_512;
    /// A new SHAKE128 object, perhaps with data to begin with.
    openssl_shake_128 "($module, /, data=b'', *, usedforsecurity=True,\n                  string=None)": Shake128;
    /// A new SHAKE256 object, perhaps with data to begin with.
    openssl_shake_256 "($module, /, data=b'', *, usedforsecurity=True,\n                  string=None)": Shake256;
}
