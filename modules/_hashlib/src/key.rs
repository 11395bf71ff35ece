//! Keys derived from passwords.

use corten_api::prelude::*;
use corten_digest::{Algorithm, Hasher, Hmac, HmacKey, ScryptCost, ScryptRefusal, absorb};

use crate::arguments::{CText, Long, Present, Unsigned};
use crate::mac::check_len;
use crate::{State, no_reason};

/// A key derived from a password by PBKDF2 (PKCS #5 v2.0) with HMAC.
///
///   hash_name
///     The hash function.
///   password
///     The password, as bytes.
///   salt
///     Random bytes, kept with what the key is for.
///   iterations
///     How often the hash function is applied, which makes guessing expensive.
///   dklen
///     The key's length; that of the hash function's digests if left out.
#[pyfunction(
    signature = (hash_name, password, salt, iterations, dklen = None),
    text_signature = "($module, /, hash_name, password, salt, iterations,\n            dklen=None)",
)]
pub(crate) fn pbkdf2_hmac<'py>(
    py: Python<'py>,
    state: &State,
    hash_name: CText<'_>,
    password: PyBuffer<'py>,
    salt: PyBuffer<'py>,
    iterations: Long,
    dklen: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let algorithm = state.algorithm(py, hash_name.0)?;
    check_len(py, &password, "password")?;
    check_len(py, &salt, "salt")?;
    let rounds = positive_int(py, iterations, "iteration value")?;
    let len = match dklen {
        None => algorithm.digest_size(),
        Some(dklen) => positive_int(py, Long::of(dklen)?, "key length")? as usize,
    };
    let Secrets { password, salted } = Secrets::new(py, algorithm, &password, &salt)?;
    PyBytes::new_zeroed_with(py, len, |key| {
        py.detach(|| corten_digest::pbkdf2(&password, &salted, rounds, key));
        Ok(len)
    })
}

/// `value`, if it is positive and fits a C `int`.
fn positive_int(py: Python<'_>, value: Long, name: &str) -> PyResult<u32> {
    if value.0 < 1 {
        let text = format_args!("{name} must be greater than 0.");
        return Err(PyValueError::raise(py, text));
    }
    match i32::try_from(value.0) {
        Ok(value) => Ok(value.unsigned_abs()),
        Err(_) => {
            let text = format_args!("{name} is too great.");
            Err(PyOverflowError::raise(py, text))
        }
    }
}

/// A key derived from a password by scrypt, which costs memory as well as time.
///
///   password
///     The password, as bytes.
///   salt
///     Random bytes, kept with what the key is for.
///   n
///     The cost, a power of 2.
///   r
///     The size of blocks.
///   p
///     How many times over it is done.
///   maxmem
///     The memory that may be used, in bytes; 0 stands for 32 MiB.
///   dklen
///     The key's length.
#[cfg_attr(
    not(Py_3_14),
    pyfunction(
        signature = (
            password,
            *,
            salt = Present(None),
            n = Unsigned(None),
            r = Unsigned(None),
            p = Unsigned(None),
            maxmem = Long(0),
            dklen = Long(64)
        ),
        text_signature = "($module, /, password, *, salt=None, n=None, r=None, p=None,\n       \
            maxmem=0, dklen=64)",
    )
)]
#[cfg_attr(
    Py_3_14,
    pyfunction(signature = (password, *, salt, n, r, p, maxmem = Long(0), dklen = Long(64)))
)]
#[allow(clippy::too_many_arguments)] // They are Python's.
pub(crate) fn scrypt<'py>(
    py: Python<'py>,
    password: PyBuffer<'py>,
    salt: Present<PyBuffer<'py>>,
    n: Unsigned,
    r: Unsigned,
    p: Unsigned,
    maxmem: Long,
    dklen: Long,
) -> PyResult<Bound<'py, PyBytes>> {
    check_len(py, &password, "password")?;
    let salt = salt
        .0
        .ok_or_else(|| PyTypeError::raise(py, "salt is required"))?;
    check_len(py, &salt, "salt")?;
    let n = n.value(py, "n")?;
    if !n.is_power_of_two() || n == 1 {
        return Err(PyValueError::raise(py, "n must be a power of 2."));
    }
    let (r, p) = (r.value(py, "r")?, p.value(py, "p")?);
    let max_memory = match int_from(0, maxmem) {
        Some(0) => DEFAULT_MAX_MEMORY,
        Some(max_memory) => max_memory,
        None => return Err(beyond_int(py, "maxmem must be positive")),
    };
    let len = int_from(1, dklen).ok_or_else(|| beyond_int(py, "dklen must be greater than 0"))?;
    let cost = ScryptCost::new(n, r, p, max_memory).map_err(|refusal| refused(py, refusal))?;
    let Secrets { password, salted } = Secrets::new(py, Algorithm::Sha256, &password, &salt)?;
    PyBytes::new_zeroed_with(py, len as usize, |key| {
        py.detach(|| corten_digest::scrypt(&password, &salted, cost, key))
            .map_err(|_| PyErr::no_memory(py))?;
        Ok(len as usize)
    })
}

/// What scrypt may use unless it is told otherwise, in bytes.
const DEFAULT_MAX_MEMORY: u64 = 32 << 20;

/// The value of a C `int` that is at least `least`.
fn int_from(least: i64, value: Long) -> Option<u64> {
    let range = least..=i64::from(i32::MAX);
    range.contains(&value.0).then_some(value.0.unsigned_abs())
}

#[cold]
fn beyond_int(py: Python<'_>, rule: &str) -> PyErr {
    PyValueError::raise(py, format_args!("{rule} and smaller than {}", i32::MAX))
}

#[cold]
fn refused(py: Python<'_>, refusal: ScryptRefusal) -> PyErr {
    let text = match refusal {
        ScryptRefusal::Invalid => "Invalid parameter combination for n, r, p, maxmem.",
        ScryptRefusal::TooLarge => "[digital envelope routines] parameter too large",
        ScryptRefusal::LimitExceeded => "[digital envelope routines] memory limit exceeded",
    };
    PyValueError::raise(py, text)
}

/// What keys are derived from, in the form that the work needs.
struct Secrets {
    password: HmacKey,
    /// The password's code after the salt.
    salted: Hmac<Hasher>,
}

impl Secrets {
    fn new<'py>(
        py: Python<'py>,
        algorithm: Algorithm,
        password: &PyBuffer<'py>,
        salt: &PyBuffer<'py>,
    ) -> PyResult<Self> {
        let password = HmacKey::of(py, algorithm, password)?.ok_or_else(|| no_reason(py))?;
        let mut salted = password.begin();
        absorb(py, &mut salted, salt)?;
        Ok(Self { password, salted })
    }
}
