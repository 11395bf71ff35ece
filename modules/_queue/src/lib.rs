//! `_queue`: queues between threads.
#![forbid(unsafe_code)]

mod contents;

use std::time::{Duration, Instant};

use corten_api::prelude::*;
use corten_api::{Waited, Wakeup};

use crate::contents::Contents;

corten_api::module! {
    /// What the queue module is built on; use that.
    name: "_queue",
    state: State,
    functions: [],
}

/// What methods reach.
#[derive(Traverse)]
struct State {
    empty: Py<PyType>,
    queue: ClassType<SimpleQueue>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let empty = PyType::new_exception(py, "_queue.Empty", None)?;
        empty.as_any().setattr(
            "__doc__",
            &PyString::new(py, "There is nothing to get from the queue.")?,
        )?;
        module.add("Empty", &empty)?;
        Ok(State {
            empty: empty.unbind(),
            queue: module.add_class()?,
        })
    }
}

/// A queue without bounds: first in, first out.
///
/// Signal handlers and destructors may use it even while their thread is using it.
#[pyclass(name = "SimpleQueue", module = "_queue", basetype, immutable, weakref)]
#[derive(Traverse)]
struct SimpleQueue {
    contents: PyRefCell<Contents>,
}

#[pymethods]
impl SimpleQueue {
    #[new(packed, signature = (*args, **kwargs), text_signature = "()")]
    fn new(
        py: Python<'_>,
        cls: &Bound<'_, PyType>,
        state: &State,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let refused = match (
            args.is_empty(),
            kwargs.is_none_or(|kwargs| kwargs.is_empty()),
        ) {
            (true, true) => None,
            (false, _) => Some("positional"),
            (true, false) => Some("keyword"),
        };
        if let Some(kind) = refused
            && is_plain(cls, state)?
        {
            let text = format_args!("SimpleQueue() takes no {kind} arguments");
            return Err(PyTypeError::raise(py, text));
        }
        Ok(SimpleQueue {
            contents: PyRefCell::new(Contents::new()),
        })
    }

    /// Returns whether the queue is empty. It may not be so any more when the answer
    /// arrives.
    #[method(signature = ())]
    fn empty(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.contents.borrow_mut(py)?.len() == 0)
    }

    /// Takes the next item out of the queue and returns it.
    ///
    /// If there is none, waits for one, for at most timeout seconds unless that is
    /// None; then, or at once if block is false, raises Empty.
    #[method(signature = (block = true, timeout = None), defining_class)]
    fn get<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        block: bool,
        timeout: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if !block {
            return Self::get_nowait(slf, py);
        }
        let timeout = timeout.map(duration).transpose()?;
        match slf.wait_for_item(py, timeout)? {
            Some(item) => Ok(item),
            None => Err(empty(slf)),
        }
    }

    /// Takes the next item out of the queue and returns it. Raises Empty if there is
    /// none.
    #[method(signature = (), defining_class)]
    fn get_nowait<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        // Raising may run Python code: not with the guard.
        let item = slf.contents.borrow_mut(py)?.take();
        match item {
            Some(item) => Ok(item.into_bound(py)),
            None => Err(empty(slf)),
        }
    }

    /// Puts an item into the queue.
    ///
    /// This never waits: block and timeout, which queue.Queue has, do nothing.
    #[method(signature = (item, block = true, timeout = None))]
    fn put(
        &self,
        py: Python<'_>,
        item: &Bound<'_, PyAny>,
        block: bool,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let _ = (block, timeout);
        self.put_nowait(py, item)
    }

    /// Puts an item into the queue, as put(item) does.
    #[method(signature = (item))]
    fn put_nowait(&self, py: Python<'_>, item: &Bound<'_, PyAny>) -> PyResult<()> {
        let item = item.clone().unbind();
        let put = self.contents.borrow_mut(py)?.put(item);
        match put {
            Ok(Some(waiting)) => waiting.wake(),
            Ok(None) => {}
            Err(_item) => return Err(PyErr::no_memory(py)),
        }
        Ok(())
    }

    /// Returns how many items are in the queue. It may be another number when the
    /// answer arrives.
    #[method(signature = ())]
    fn qsize(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.contents.borrow_mut(py)?.len())
    }

    /// What kind of items a queue is for.
    #[cfg_attr(Py_3_13, classmethod(name = "__class_getitem__", signature = (object, /)))]
    #[cfg_attr(
        not(Py_3_13),
        classmethod(name = "__class_getitem__", signature = (object, /), text_signature = "")
    )]
    fn class_getitem<'py>(
        cls: &Bound<'py, PyType>,
        object: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        cls.generic_alias(object)
    }
}

impl SimpleQueue {
    /// Takes an item, for which it waits for so long, or for ever.
    fn wait_for_item<'py>(
        &self,
        py: Python<'py>,
        timeout: Option<Duration>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let mut deadline = None;
        loop {
            if let Some(item) = self.contents.borrow_mut(py)?.take() {
                return Ok(Some(item.into_bound(py)));
            }
            // `None`, too, if it is too far to be told.
            let end = || timeout.and_then(|timeout| Instant::now().checked_add(timeout));
            let deadline = *deadline.get_or_insert_with(end);
            let wakeup = std::sync::Arc::new(Wakeup::new(py)?);
            if self.contents.borrow_mut(py)?.wait(&wakeup).is_err() {
                return Err(PyErr::no_memory(py));
            }
            let waited = wakeup.wait(py, deadline);
            let mut contents = self.contents.borrow_mut(py)?;
            // An item may have come after the time was up, too.
            if contents.stop_waiting(&wakeup) {
                if let Some(item) = contents.take_reserved() {
                    return Ok(Some(item.into_bound(py)));
                }
            } else if waited == Waited::TimedOut {
                return Ok(None);
            }
            drop(contents);
            if waited == Waited::Interrupted {
                py.run_pending_calls()?;
            }
        }
    }
}

/// Raises `Empty`.
#[cold]
fn empty(queue: &Bound<'_, SimpleQueue>) -> PyErr {
    match queue.state() {
        Ok(state) => PyErr::set_none(state.empty.bind(queue.py())),
        Err(error) => error,
    }
}

/// Whether the constructor is the class's own, also in a subclass. Others may take arguments.
fn is_plain(cls: &Bound<'_, PyType>, state: &State) -> PyResult<bool> {
    let own = state.queue.bind(cls.py()).as_any();
    let constructor = cls.as_any().getattr("__init__")?;
    Ok(constructor.is(&own.getattr("__init__")?))
}

/// So many seconds.
fn duration(timeout: &Bound<'_, PyAny>) -> PyResult<Duration> {
    let nanoseconds = u64::try_from(timeout.to_nanoseconds()?).map_err(|_| {
        PyValueError::raise(timeout.py(), "'timeout' must be a non-negative number")
    })?;
    Ok(Duration::from_nanos(nanoseconds))
}
