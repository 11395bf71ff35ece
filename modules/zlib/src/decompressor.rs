//! The class that [`decompressobj`](crate::decompressobj) makes.

use corten_api::prelude::*;
use corten_zlib::{Inflate, ReturnCode};

use crate::io::{BufferInput, BytesOutput, concat};
use crate::transfer::{self, Expect, Stopped};
use crate::{DEF_BUF_SIZE, State, new_inflate, set_inflate_dictionary};

// Like its C original, without a docstring.
#[pyclass(name = "Decompress", module = "zlib")]
#[derive(Traverse)]
pub(crate) struct Decompress {
    #[traverse(skip)]
    stream: PyLock<Inflate>,
    rest: PyRefCell<Rest>,
    zdict: Option<Py<PyAny>>,
}

/// What has been seen of the input beyond what was decompressed.
#[derive(Traverse)]
struct Rest {
    unused_data: Py<PyBytes>,
    unconsumed_tail: Py<PyBytes>,
    eof: bool,
}

#[pymethods]
impl Decompress {
    #[getter]
    fn unused_data(&self, py: Python<'_>) -> PyResult<Py<PyBytes>> {
        Ok(self.rest.borrow(py)?.unused_data.clone_ref(py))
    }

    #[getter]
    fn unconsumed_tail(&self, py: Python<'_>) -> PyResult<Py<PyBytes>> {
        Ok(self.rest.borrow(py)?.unconsumed_tail.clone_ref(py))
    }

    #[getter]
    fn eof(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.rest.borrow(py)?.eof)
    }

    /// Take more of the stream; returns what can be told of the data.
    ///
    ///   data
    ///     The next part of the stream: any bytes-like object.
    ///   max_length
    ///     Return no more than that many bytes, and keep what is left of the
    ///     input as unconsumed_tail, to be given again. 0 means no limit.
    #[method(signature = (data, /, max_length = 0))]
    fn decompress<'py>(
        &self,
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
        let mut stream = self.stream.lock(py)?;
        let mut output = BytesOutput::limited(py, DEF_BUF_SIZE as usize, limit)?;
        let mut input = BufferInput::new(py, &data);
        let dictionary = |stream: &mut Inflate| self.supply_dictionary(py, state, stream);
        let stopped = transfer::decompress(
            &mut stream,
            &mut input,
            Expect::More,
            dictionary,
            &mut output,
        )?;
        self.keep_rest(py, &data, &stopped)?;
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
        signature = (length = DEF_BUF_SIZE, /),
        text_signature = "($self, length=zlib.DEF_BUF_SIZE, /)",
    )]
    fn flush<'py>(&self, py: Python<'py>, length: isize) -> PyResult<Bound<'py, PyBytes>> {
        let capacity = match usize::try_from(length) {
            Ok(0) | Err(_) => {
                return Err(PyValueError::raise(py, "length must be greater than zero"));
            }
            Ok(capacity) => capacity,
        };
        let mut stream = self.stream.lock(py)?;
        let tail = self.unconsumed_tail(py)?;
        let data = PyBuffer::get(tail.bind(py).as_any())?;
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
        self.keep_rest(py, &data, &stopped)?;
        if stopped.code == ReturnCode::StreamEnd {
            stream.end();
        }
        output.finish()
    }

    /// A second object in the same state: streams with a common beginning.
    #[method(signature = ())]
    fn copy<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, Decompress>> {
        let mut stream = self.stream.lock(py)?;
        let copy = stream.try_clone().map_err(|code| match code {
            ReturnCode::StreamError => PyValueError::raise(py, "Inconsistent stream state"),
            ReturnCode::MemError => {
                PyMemoryError::raise(py, "Can't allocate memory for decompression object")
            }
            code => state.stream_error(py, code, None, "while copying decompression object"),
        })?;
        let rest = self.rest.borrow(py)?.clone_ref(py);
        let zdict = self.zdict.as_ref().map(|zdict| zdict.clone_ref(py));
        let copy = Decompress {
            stream: PyLock::new(copy),
            rest: PyRefCell::new(rest),
            zdict,
        };
        state.decompress.create(py, copy)
    }

    #[method(signature = ())]
    fn __copy__<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, Decompress>> {
        self.copy(py, state)
    }

    #[method(signature = (memo, /))]
    fn __deepcopy__<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Decompress>> {
        let _ = memo; // What is shared inside cannot change.
        self.copy(py, state)
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
        let rest = Rest {
            unused_data: empty.clone_ref(py),
            unconsumed_tail: empty,
            eof: false,
        };
        let object = Decompress {
            stream: PyLock::new(stream),
            rest: PyRefCell::new(rest),
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

    /// Keeps what follows the stream in `unused_data`, what could not be decompressed yet in
    /// `unconsumed_tail`.
    fn keep_rest<'py>(
        &self,
        py: Python<'py>,
        data: &PyBuffer<'py>,
        stopped: &Stopped,
    ) -> PyResult<()> {
        let left = data.len() - stopped.consumed;
        let mut rest = self.rest.borrow_mut(py)?;
        if stopped.code == ReturnCode::StreamEnd {
            rest.eof = true;
            if left > 0 {
                let before = rest.unused_data.clone_ref(py).into_bound(py);
                rest.unused_data = concat(py, before.as_bytes(), data, stopped.consumed)?.unbind();
            }
        }
        let unconsumed = left > 0 && stopped.code != ReturnCode::StreamEnd;
        if unconsumed || !rest.unconsumed_tail.bind(py).as_bytes().is_empty() {
            rest.unconsumed_tail = concat(py, b"", data, stopped.consumed)?.unbind();
        }
        Ok(())
    }
}

impl Rest {
    fn clone_ref(&self, py: Python<'_>) -> Self {
        Rest {
            unused_data: self.unused_data.clone_ref(py),
            unconsumed_tail: self.unconsumed_tail.clone_ref(py),
            eof: self.eof,
        }
    }
}
