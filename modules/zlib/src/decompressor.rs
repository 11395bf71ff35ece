//! The class that [`decompressobj`](crate::decompressobj) makes.

use std::sync::atomic::{AtomicBool, Ordering};

use corten_api::prelude::*;
use corten_api::stream::{BufferInput, BytesOutput, concat};
use corten_zlib::{Inflate, ReturnCode};

use crate::transfer::{self, Expect, Stopped};
use crate::{DEF_BUF_SIZE, State, new_inflate, set_inflate_dictionary};

// Like its C original, without a docstring.
#[pyclass(name = "Decompress", module = "zlib")]
#[derive(Traverse)]
pub(crate) struct Decompress {
    #[traverse(skip)]
    stream: PyLock<Inflate>,
    #[member]
    unused_data: MemberCell<PyBytes>,
    #[member]
    unconsumed_tail: MemberCell<PyBytes>,
    #[member]
    eof: AtomicBool,
    zdict: Option<Py<PyAny>>,
}

#[pymethods]
impl Decompress {
    /// Take more of the stream; returns what can be told of the data.
    ///
    ///   data
    ///     The next part of the stream: any bytes-like object.
    ///   max_length
    ///     Return no more than that many bytes, and keep what is left of the
    ///     input as unconsumed_tail, to be given again. 0 means no limit.
    #[method(signature = (data, /, max_length = 0), defining_class)]
    fn decompress<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        state: &State,
        data: PyBuffer<'py>,
        max_length: isize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let limit = match usize::try_from(max_length) {
            Ok(0) => usize::MAX,
            Ok(limit) => limit,
            Err(_) => return Err(PyValueError::raise(py, "max_length must be non-negative")),
        };
        let mut stream = slf.stream.lock(py)?;
        let mut output = BytesOutput::limited(py, DEF_BUF_SIZE as usize, limit)?;
        let mut input = BufferInput::new(py, &data);
        let dictionary = |stream: &mut Inflate| slf.supply_dictionary(py, state, stream);
        let stopped = transfer::decompress(
            &mut stream,
            &mut input,
            Expect::More,
            dictionary,
            &mut output,
        )?;
        keep_rest(slf, &data, &stopped)?;
        match stopped.code {
            ReturnCode::Ok | ReturnCode::BufError | ReturnCode::StreamEnd => output.finish(),
            code => Err(state.stream_error(py, code, stream.message(), "while decompressing data")),
        }
    }

    // Whatever is wrong with the data, it says nothing about it.
    /// Decompress the unconsumed_tail, without a limit.
    ///
    ///   length
    ///     How much room to begin with. Being wrong about it costs only time.
    #[method(
        defining_class,
        signature = (length = DEF_BUF_SIZE, /),
        text_signature = "($self, length=zlib.DEF_BUF_SIZE, /)",
    )]
    fn flush<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        length: isize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let capacity = match usize::try_from(length) {
            Ok(0) | Err(_) => {
                return Err(PyValueError::raise(py, "length must be greater than zero"));
            }
            Ok(capacity) => capacity,
        };
        let mut stream = slf.stream.lock(py)?;
        let data = PyBuffer::get(slf.unconsumed_tail.get(slf).as_any())?;
        let mut output = BytesOutput::new(py, capacity)?;
        let mut input = BufferInput::new(py, &data);
        let no_dictionary = |_: &mut Inflate| Ok(false);
        let stopped = transfer::decompress(
            &mut stream,
            &mut input,
            Expect::End,
            no_dictionary,
            &mut output,
        )?;
        keep_rest(slf, &data, &stopped)?;
        if stopped.code == ReturnCode::StreamEnd {
            stream.end();
        }
        output.finish()
    }

    /// A second object in the same state: streams with a common beginning.
    #[method(signature = (), defining_class)]
    fn copy<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        state: &State,
    ) -> PyResult<Bound<'py, Decompress>> {
        let mut stream = slf.stream.lock(py)?;
        let copy = stream.try_clone().map_err(|code| match code {
            ReturnCode::StreamError => PyValueError::raise(py, "Inconsistent stream state"),
            ReturnCode::MemError => {
                PyMemoryError::raise(py, "Can't allocate memory for decompression object")
            }
            code => state.stream_error(py, code, None, "while copying decompression object"),
        })?;
        let zdict = slf.zdict.as_ref().map(|zdict| zdict.clone_ref(py));
        let copy = Decompress {
            stream: PyLock::new(copy),
            unused_data: MemberCell::new(slf.unused_data.get(slf).unbind()),
            unconsumed_tail: MemberCell::new(slf.unconsumed_tail.get(slf).unbind()),
            eof: AtomicBool::new(slf.eof.load(Ordering::Relaxed)),
            zdict,
        };
        state.decompress.create(py, copy)
    }

    #[method(signature = (), defining_class)]
    fn __copy__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        state: &State,
    ) -> PyResult<Bound<'py, Decompress>> {
        Decompress::copy(slf, py, state)
    }

    #[method(signature = (memo, /), defining_class)]
    fn __deepcopy__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        state: &State,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Decompress>> {
        let _ = memo; // What is shared inside cannot change.
        Decompress::copy(slf, py, state)
    }
}

impl Decompress {
    pub(crate) fn create<'py>(
        py: Python<'py>,
        state: &State,
        wbits: i32,
        zdict: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Decompress>> {
        let stream = new_inflate(py, state, wbits, zdict)?;
        let empty = PyBytes::new(py, b"")?.unbind();
        let object = Decompress {
            stream: PyLock::new(stream),
            unused_data: MemberCell::new(empty.clone_ref(py)),
            unconsumed_tail: MemberCell::new(empty),
            eof: AtomicBool::new(false),
            zdict: zdict.map(|zdict| zdict.clone().unbind()),
        };
        state.decompress.create(py, object)
    }

    fn supply_dictionary(
        &self,
        py: Python<'_>,
        state: &State,
        stream: &mut Inflate,
    ) -> PyResult<bool> {
        let Some(zdict) = &self.zdict else {
            return Ok(false);
        };
        set_inflate_dictionary(py, state, stream, zdict.bind(py)).map(|()| true)
    }
}

/// Keeps what follows the stream in `unused_data`, what could not be decompressed yet in
/// `unconsumed_tail`.
fn keep_rest<'py>(
    slf: &Bound<'py, Decompress>,
    data: &PyBuffer<'py>,
    stopped: &Stopped,
) -> PyResult<()> {
    let py = slf.py();
    let left = data.len() - stopped.consumed;
    if stopped.code == ReturnCode::StreamEnd {
        slf.eof.store(true, Ordering::Relaxed);
        if left > 0 {
            let before = slf.unused_data.get(slf);
            let unused = concat(py, before.as_bytes(), data, stopped.consumed)?;
            slf.unused_data.set(slf, unused.unbind());
        }
    }
    let unconsumed = left > 0 && stopped.code != ReturnCode::StreamEnd;
    if unconsumed || !slf.unconsumed_tail.get(slf).as_bytes().is_empty() {
        let tail = concat(py, b"", data, stopped.consumed)?;
        slf.unconsumed_tail.set(slf, tail.unbind());
    }
    Ok(())
}
