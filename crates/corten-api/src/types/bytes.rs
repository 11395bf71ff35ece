//! `bytes` and `bytearray`.

use std::mem::MaybeUninit;
use std::slice;

use corten_ffi as ffi;

use super::type_check;
use crate::buffer::copy_memory;
use crate::err::{PyErr, PyResult};
use crate::instance::Bound;
use crate::python::Python;
use crate::sync::locked;

/// Python's `bytes`.
pub struct PyBytes(());
type_check!(
    PyBytes,
    "bytes",
    ffi::PyBytes_Check,
    ffi::PyBytes_CheckExact
);

/// Python's `bytearray`.
pub struct PyByteArray(());
type_check!(
    PyByteArray,
    "bytearray",
    ffi::PyByteArray_Check,
    ffi::PyByteArray_CheckExact
);

impl PyBytes {
    /// A copy of `data`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn new<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, Self>> {
        // SAFETY: attached; a slice's length fits Py_ssize_t.
        unsafe {
            let object = ffi::PyBytes_FromStringAndSize(data.as_ptr().cast(), data.len() as isize);
            Bound::from_owned_or_err(py, object)
        }
    }

    /// A new object of at most `capacity` bytes that `write` fills in place, without a copy.
    ///
    /// `write` gets the whole uninitialised memory and returns the part that it has initialised,
    /// which must start where the memory starts; its length becomes the object's.
    ///
    /// # Errors
    ///
    /// `MemoryError`, also for a `capacity` that no object can have.
    ///
    /// # Panics
    ///
    /// When `write` returns something else than a prefix of the memory.
    pub fn new_with<'py>(
        py: Python<'py>,
        capacity: usize,
        write: impl FnOnce(&mut [MaybeUninit<u8>]) -> &mut [u8],
    ) -> PyResult<Bound<'py, Self>> {
        Self::try_new_with(py, capacity, |out| Ok(write(out)))
    }

    /// As [`new_with`](Self::new_with), for a `write` that can fail.
    ///
    /// # Errors
    ///
    /// `MemoryError`, or what `write` returns.
    ///
    /// # Panics
    ///
    /// As `new_with`.
    pub fn try_new_with<'py>(
        py: Python<'py>,
        capacity: usize,
        write: impl FnOnce(&mut [MaybeUninit<u8>]) -> PyResult<&mut [u8]>,
    ) -> PyResult<Bound<'py, Self>> {
        let mut bytes = Self::uninit(py, capacity)?;
        let written = {
            let out = bytes.memory();
            let start = out.as_ptr().cast::<u8>();
            let written = write(out)?;
            assert!(
                written.as_ptr() == start || written.is_empty(),
                "the initialised part must be a prefix of the memory"
            );
            written.len()
        };
        assert!(written <= capacity, "more bytes than there was room for");
        Self::truncate(bytes, written)
    }

    /// A new object of at most `capacity` zero bytes that `write` changes; its result is the
    /// object's length.
    ///
    /// # Errors
    ///
    /// `MemoryError`, or what `write` returns.
    ///
    /// # Panics
    ///
    /// When `write` returns more than `capacity`.
    pub fn new_zeroed_with<'py>(
        py: Python<'py>,
        capacity: usize,
        write: impl FnOnce(&mut [u8]) -> PyResult<usize>,
    ) -> PyResult<Bound<'py, Self>> {
        Self::try_new_with(py, capacity, |out| {
            let out = zeroed(out);
            let len = write(out)?;
            Ok(&mut out[..len])
        })
    }

    fn uninit(py: Python<'_>, capacity: usize) -> PyResult<Bound<'_, Self>> {
        let Ok(size) = isize::try_from(capacity) else {
            return Err(PyErr::no_memory(py));
        };
        // SAFETY: attached; a null pointer asks for uninitialised memory. A size near the maximum
        // is refused with OverflowError, which for callers is a lack of memory.
        unsafe {
            let object = ffi::PyBytes_FromStringAndSize(std::ptr::null(), size);
            if object.is_null() {
                return Err(PyErr::no_memory(py));
            }
            Ok(Bound::from_owned_ptr(py, object))
        }
    }

    fn truncate<'py>(bytes: Bound<'py, Self>, len: usize) -> PyResult<Bound<'py, Self>> {
        if bytes.as_bytes().len() == len {
            return Ok(bytes);
        }
        let py = bytes.py();
        let mut object = bytes.into_ptr();
        // SAFETY: the object is new and unshared; on failure it is released and nulled.
        unsafe {
            ffi::_PyBytes_Resize(&mut object, len as isize);
            Bound::from_owned_or_err(py, object)
        }
    }
}

impl<'py> Bound<'py, PyBytes> {
    /// The bytes. They never change, so the slice may cross [`Python::detach`].
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: a bytes object's memory is initialised, immutable and lives as long as it does.
        unsafe {
            let data = ffi::PyBytes_AS_STRING(self.as_ptr()).cast::<u8>();
            slice::from_raw_parts(data, ffi::Py_SIZE(self.as_ptr()) as usize)
        }
    }

    /// The memory of an object that nobody else has seen yet.
    fn memory(&mut self) -> &mut [MaybeUninit<u8>] {
        // SAFETY: callers hold the only reference; the memory is owned by the object and `size`
        // bytes long.
        unsafe {
            let data = ffi::PyBytes_AS_STRING(self.as_ptr()).cast::<MaybeUninit<u8>>();
            let size = ffi::Py_SIZE(self.as_ptr()) as usize;
            slice::from_raw_parts_mut(data.cast_mut(), size)
        }
    }
}

/// `out`, filled with zeros.
fn zeroed(out: &mut [MaybeUninit<u8>]) -> &mut [u8] {
    out.fill(MaybeUninit::new(0));
    // SAFETY: every byte has just been initialised.
    unsafe { &mut *(std::ptr::from_mut(out) as *mut [u8]) }
}

impl PyByteArray {
    /// A copy of `data`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn new<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, Self>> {
        // SAFETY: attached; a slice's length fits Py_ssize_t.
        unsafe {
            let object =
                ffi::PyByteArray_FromStringAndSize(data.as_ptr().cast(), data.len() as isize);
            Bound::from_owned_or_err(py, object)
        }
    }
}

impl Bound<'_, PyByteArray> {
    /// Number of bytes now.
    #[must_use]
    pub fn len(&self) -> usize {
        // SAFETY: `self` is a bytearray.
        unsafe { ffi::PyByteArray_Size(self.as_ptr()) as usize }
    }

    /// Whether there is no byte now.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of the first bytes, `most` of them if there are as many.
    ///
    /// It is the array's own memory that is copied, whatever a subclass exports as a buffer.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn first_bytes(&self, most: usize) -> PyResult<Vec<u8>> {
        let mut copy = Vec::new();
        // SAFETY: attached; `self` is live.
        unsafe {
            locked(self.as_ptr(), || {
                let len = self.len().min(most);
                copy.try_reserve_exact(len)
                    .map_err(|_| PyErr::no_memory(self.py()))?;
                let memory = ffi::PyByteArray_AsString(self.as_ptr());
                // While the array is locked, or the GIL held, there are as many bytes.
                copy_memory(memory.cast(), &mut copy.spare_capacity_mut()[..len]);
                copy.set_len(len);
                Ok(copy)
            })
        }
    }
}

/// A `bytes` object under construction that grows as it is written.
///
/// Memory beyond what has been written is handed out zeroed; growth is amortised and fails with
/// `MemoryError`, never with an abort.
pub struct PyBytesWriter<'py> {
    bytes: Bound<'py, PyBytes>,
    len: usize,
}

impl<'py> PyBytesWriter<'py> {
    /// An empty object with room for `capacity` bytes.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn with_capacity(py: Python<'py>, capacity: usize) -> PyResult<Self> {
        let bytes = PyBytes::uninit(py, capacity.max(1))?;
        Ok(PyBytesWriter { bytes, len: 0 })
    }

    /// Bytes written so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends what `write` puts into `additional` zero bytes; its result says how many count.
    ///
    /// # Errors
    ///
    /// `MemoryError`, or what `write` returns.
    ///
    /// # Panics
    ///
    /// When `write` returns more than `additional`.
    pub fn write_with(
        &mut self,
        additional: usize,
        write: impl FnOnce(&mut [u8]) -> PyResult<usize>,
    ) -> PyResult<()> {
        self.reserve(additional)?;
        let len = self.len;
        let written = write(zeroed(&mut self.bytes.memory()[len..len + additional]))?;
        assert!(written <= additional, "more bytes than there was room for");
        self.len += written;
        Ok(())
    }

    /// Makes room for at least `additional` more bytes, at once more than that if it must grow.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn reserve(&mut self, additional: usize) -> PyResult<()> {
        let py = self.bytes.py();
        let needed = self
            .len
            .checked_add(additional)
            .ok_or_else(|| PyErr::no_memory(py))?;
        let capacity = self.capacity();
        if needed <= capacity {
            return Ok(());
        }
        let grown = needed.max(capacity.saturating_add(capacity / 2));
        // Should there be no memory, what is left is an empty object.
        let len = std::mem::take(&mut self.len);
        let mut object = std::mem::replace(&mut self.bytes, PyBytes::new(py, b"")?).into_ptr();
        // SAFETY: the object is unshared, or the empty one that the call replaces; on failure it is
        // released and nulled.
        unsafe {
            ffi::_PyBytes_Resize(&mut object, isize::try_from(grown).unwrap_or(isize::MAX));
            self.bytes = Bound::from_owned_or_err(py, object)?;
        }
        self.len = len;
        Ok(())
    }

    /// How many more bytes fit without growing.
    #[must_use]
    pub fn room(&self) -> usize {
        self.capacity() - self.len
    }

    /// Lets `write` fill the [`room`](Self::room) in place; it returns the part that it has
    /// initialised, which must start where the room starts, and whatever else the caller wants.
    ///
    /// # Panics
    ///
    /// When `write` returns something else than a prefix of the room.
    pub fn fill_with<R>(
        &mut self,
        write: impl FnOnce(&mut [MaybeUninit<u8>]) -> (&mut [u8], R),
    ) -> R {
        let room = &mut self.bytes.memory()[self.len..];
        let (start, capacity) = (room.as_ptr().cast::<u8>(), room.len());
        let (written, result) = write(room);
        assert!(
            written.is_empty() || (written.as_ptr() == start && written.len() <= capacity),
            "the initialised part must be a prefix of the room"
        );
        self.len += written.len();
        result
    }

    /// Appends `data`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn write(&mut self, data: &[u8]) -> PyResult<()> {
        self.reserve(data.len())?;
        let len = self.len;
        self.bytes.memory()[len..len + data.len()].write_copy_of_slice(data);
        self.len += data.len();
        Ok(())
    }

    /// The finished object.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn finish(self) -> PyResult<Bound<'py, PyBytes>> {
        PyBytes::truncate(self.bytes, self.len)
    }

    fn capacity(&self) -> usize {
        self.bytes.as_bytes().len()
    }
}
