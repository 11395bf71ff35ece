//! The modules in this library: naming a crate is what links its `PyInit_` functions.
//!
//! Written by `cargo corten sync`; do not edit.

extern crate _bisect as _;
extern crate _blake2 as _;
extern crate _bz2 as _;
extern crate _csv as _;
extern crate _functools as _;
extern crate _hashlib as _;
extern crate _heapq as _;
#[cfg(Py_3_14)]
extern crate _hmac as _;
extern crate _json as _;
extern crate _lzma as _;
extern crate _md5 as _;
#[cfg(not(Py_3_14))]
extern crate _opcode as _;
extern crate _operator as _;
extern crate _queue as _;
extern crate _random as _;
extern crate _sha1 as _;
#[cfg(Py_3_12)]
extern crate _sha2 as _;
#[cfg(not(Py_3_12))]
extern crate _sha256 as _;
extern crate _sha3 as _;
#[cfg(not(Py_3_12))]
extern crate _sha512 as _;
extern crate _statistics as _;
#[cfg(not(Py_3_15))]
extern crate _struct as _;
#[cfg(Py_3_14)]
extern crate _zstd as _;
#[cfg(not(Py_3_15))]
extern crate array as _;
extern crate binascii as _;
extern crate cmath as _;
#[cfg(not(Py_3_15))]
extern crate math as _;
#[cfg(not(Py_3_15))]
extern crate unicodedata as _;
extern crate zlib as _;
