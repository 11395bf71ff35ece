//! Classes of every kind.

use std::sync::atomic::{AtomicU64, Ordering};

use corten_api::prelude::*;

/// A link of a chain, with everything an instance can have: `__dict__`, weak references, cycles.
#[pyclass(name = "Node", module = "xxcorten", basetype, dict, weakref)]
#[derive(Traverse)]
pub(crate) struct Node {
    /// What was there at the beginning.
    #[member]
    origin: Py<PyAny>,
    next: PyRefCell<Option<Py<PyAny>>>,
}

#[pymethods]
impl Node {
    #[new(signature = (origin = None, next = None))]
    fn new(
        py: Python<'_>,
        origin: Option<&Bound<'_, PyAny>>,
        next: Option<&Bound<'_, PyAny>>,
    ) -> Self {
        let origin = origin.cloned().unwrap_or_else(|| py.none()).unbind();
        Node {
            origin,
            next: PyRefCell::new(next.map(|next| next.clone().unbind())),
        }
    }

    /// The next link.
    #[getter]
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self
            .next
            .borrow(py)?
            .as_ref()
            .map(|next| next.bind(py).clone()))
    }

    #[setter]
    fn set_next(&self, py: Python<'_>, value: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let next = value.map(|next| next.clone().unbind());
        let old = std::mem::replace(&mut *self.next.borrow_mut(py)?, next);
        drop(old);
        Ok(())
    }

    /// A sibling made through the module's state, with the same origin.
    #[method]
    fn sibling<'py>(&self, py: Python<'py>, state: &crate::State) -> PyResult<Bound<'py, Node>> {
        let node = Node {
            origin: self.origin.clone_ref(py),
            next: PyRefCell::new(None),
        };
        state.node.create(py, node)
    }

    /// How to make an equal node, for pickle.
    #[method(name = "__reduce__")]
    fn reduce<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let class = slf.as_any().get_type().into_any();
        let arguments = (&slf.origin, slf.next(py)?).into_py(py)?;
        Ok((class, arguments))
    }

    /// A node of the class it is called on.
    #[classmethod(signature = (origin, /))]
    fn make<'py>(
        cls: &Bound<'py, PyType>,
        origin: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        cls.as_any().call1(origin)
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<String> {
        let _guard = py.recursion_guard(c" while getting the repr of a node")?;
        let origin = slf.origin.bind(py).repr()?;
        Ok(format!("Node({})", origin.to_str()?))
    }
}

/// A list of objects whose methods call back into Python in the middle.
#[pyclass(name = "Counter", module = "xxcorten", basetype, mapping)]
#[derive(Traverse)]
pub(crate) struct Counter {
    items: PyRefCell<Vec<Py<PyAny>>>,
}

#[pymethods]
impl Counter {
    #[new(signature = (*items))]
    fn new(items: &Bound<'_, PyTuple>) -> Self {
        Counter {
            items: PyRefCell::new(items.items().map(Bound::unbind).collect()),
        }
    }

    /// Adds an item.
    #[method(signature = (item, /))]
    fn append(&self, py: Python<'_>, item: &Bound<'_, PyAny>) -> PyResult<()> {
        self.items.borrow_mut(py)?.push(item.clone().unbind());
        Ok(())
    }

    /// Removes all items.
    #[method]
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        let old = std::mem::take(&mut *self.items.borrow_mut(py)?);
        drop(old);
        Ok(())
    }

    /// Counts the items equal to `value`. Comparing may change the list: each step looks anew.
    #[method(signature = (value, /))]
    fn count(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        let mut found = 0;
        for index in 0.. {
            let Some(item) = self.get(py, index)? else {
                break;
            };
            found += usize::from(item.compare(value, CompareOp::Eq)?);
        }
        Ok(found)
    }

    /// Calls `function` while the list is being changed: coming back here is an error.
    #[method(signature = (function, /))]
    fn busy(&self, py: Python<'_>, function: &Bound<'_, PyAny>) -> PyResult<()> {
        let mut items = self.items.borrow_mut(py)?;
        let result = function.call0()?;
        items.push(result.unbind());
        Ok(())
    }

    /// Calls `function` while the list is being read: reading it there is fine, changing it is an
    /// error.
    #[method(signature = (function, /))]
    fn look<'py>(
        &self,
        py: Python<'py>,
        function: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _items = self.items.borrow(py)?;
        function.call0()
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.items.borrow(py)?.len())
    }

    fn __getitem__<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let index = key
            .index()?
            .to_i64()
            .and_then(|index| usize::try_from(index).ok());
        let item = match index {
            Some(index) => self.get(py, index)?,
            None => None,
        };
        item.ok_or_else(|| PyIndexError::raise(py, "index out of range"))
    }

    fn __setitem__(
        &self,
        py: Python<'_>,
        key: &Bound<'_, PyAny>,
        value: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let index = key
            .index()?
            .to_i64()
            .and_then(|index| usize::try_from(index).ok());
        let mut items = self.items.borrow_mut(py)?;
        let slot = index.filter(|index| *index < items.len());
        let index = slot.ok_or_else(|| PyIndexError::raise(py, "index out of range"))?;
        let old = match value {
            Some(value) => std::mem::replace(&mut items[index], value.clone().unbind()),
            None => items.remove(index),
        };
        drop(items);
        drop(old);
        Ok(())
    }

    fn __contains__(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.count(py, value)? > 0)
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let items = slf.items.borrow(py)?;
        let copies: Vec<_> = items.iter().map(|item| item.bind(py).clone()).collect();
        Ok(PyList::new(py, copies)?.as_any().iter()?.into_any())
    }
}

impl Counter {
    fn get<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self
            .items
            .borrow(py)?
            .get(index)
            .map(|item| item.bind(py).clone()))
    }
}

/// Memory that is lent through the buffer protocol.
#[pyclass(name = "Memory", module = "xxcorten", basetype)]
pub(crate) struct Memory {
    bytes: ExportedBytes,
}

#[pymethods]
impl Memory {
    #[new(signature = (data = Data(None), /), text_signature = "(data=b'', /)")]
    fn new(py: Python<'_>, data: Data<'_>) -> PyResult<Self> {
        let mut bytes = Vec::new();
        if let Some(data) = &data.0 {
            data.append_to(py, 0..data.len(), &mut bytes)?;
        }
        Ok(Memory {
            bytes: ExportedBytes::new(bytes),
        })
    }

    /// Changes the length, unless somebody looks at the memory.
    #[method(signature = (size, /))]
    fn resize(&self, py: Python<'_>, size: usize) -> PyResult<()> {
        self.bytes
            .resize_with(py, |bytes| {
                let more = size.saturating_sub(bytes.len());
                bytes.try_reserve(more).map(|()| bytes.resize(size, 0))
            })?
            .map_err(|_| PyErr::no_memory(py))
    }

    /// Sets all bytes, whoever looks at the memory.
    #[method(signature = (value, /))]
    fn fill(&self, py: Python<'_>, value: u32) -> PyResult<()> {
        self.bytes
            .with_mut(py, |bytes| bytes.fill(value.to_le_bytes()[0]))
    }

    /// The sum of the bytes.
    #[method]
    fn sum(&self, py: Python<'_>) -> PyResult<u64> {
        self.bytes
            .with(py, |bytes| bytes.iter().copied().map(u64::from).sum())
    }

    /// Number of views.
    #[getter]
    fn exports(&self) -> usize {
        self.bytes.exports()
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.bytes.with(py, <[u8]>::len)
    }

    fn __buffer__(&self) -> &ExportedBytes {
        &self.bytes
    }
}

/// A view of somebody's memory, kept for later.
#[pyclass(name = "Kept", module = "xxcorten")]
#[derive(Traverse)]
pub(crate) struct Kept {
    buffer: PyRefCell<Option<OwnedBuffer>>,
}

#[pymethods]
impl Kept {
    #[new(signature = (buffer, /))]
    fn new(buffer: PyBuffer<'_>) -> Self {
        Kept {
            buffer: PyRefCell::new(Some(buffer.unbind())),
        }
    }

    /// The bytes as they are now.
    #[method]
    fn bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut bytes = Vec::new();
        if let Some(buffer) = &*self.buffer.borrow(py)? {
            let buffer = buffer.bind(py);
            buffer.append_to(py, 0..buffer.len(), &mut bytes)?;
        }
        PyBytes::new(py, &bytes)
    }

    /// Lets the memory go.
    #[method]
    fn release(&self, py: Python<'_>) -> PyResult<()> {
        let old = self.buffer.borrow_mut(py)?.take();
        drop(old);
        Ok(())
    }
}

/// An optional buffer argument.
pub(crate) struct Data<'py>(Option<PyBuffer<'py>>);

impl<'a, 'py> FromArg<'a, 'py> for Data<'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        PyBuffer::from_arg(object, arg).map(|buffer| Data(Some(buffer)))
    }
}

/// A sum that several threads add to, slowly, with the GIL released.
#[pyclass(name = "Shared", module = "xxcorten", immutable)]
pub(crate) struct Shared {
    total: PyLock<Vec<u64>>,
}

#[pymethods]
impl Shared {
    #[new]
    fn new() -> Self {
        Shared {
            total: PyLock::new(Vec::new()),
        }
    }

    /// Adds `count` ones, in a loop that would lose some if two threads ran it at once.
    #[method(signature = (count, /))]
    fn add(&self, py: Python<'_>, count: usize) -> PyResult<()> {
        let mut total = self.total.lock(py)?;
        let total = &mut *total;
        py.detach(|| {
            for _ in 0..count {
                let last = total.last().copied().unwrap_or(0);
                total.clear();
                total.push(last + 1);
            }
        });
        Ok(())
    }

    /// Calls `function` with the lock held: coming back here is an error.
    #[method(signature = (function, /))]
    fn hold<'py>(
        &self,
        py: Python<'py>,
        function: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _total = self.total.lock(py)?;
        function.call0()
    }

    /// The sum.
    #[getter]
    fn total(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.total.lock(py)?.last().copied().unwrap_or(0))
    }
}

/// Objects behind a lock that other threads may wait for while the collector runs.
#[pyclass(name = "Store", module = "xxcorten")]
#[derive(Traverse)]
pub(crate) struct Store {
    items: PyLock<Vec<Py<PyAny>>>,
    /// The item that was added last.
    #[member]
    last: MemberCell<PyAny>,
    /// How often something was added.
    #[member]
    additions: AtomicU64,
}

#[pymethods]
impl Store {
    #[new]
    fn new(py: Python<'_>) -> Self {
        Store {
            items: PyLock::new(Vec::new()),
            last: MemberCell::new(py.none().unbind()),
            additions: AtomicU64::new(0),
        }
    }

    /// Whose name tells the build's version.
    #[cfg_attr(Py_3_13, method(name = "since_3_13"))]
    #[cfg_attr(not(Py_3_13), method(name = "before_3_13"))]
    fn version(&self) -> bool {
        cfg!(Py_3_13)
    }

    /// Adds an item and calls `function` before anybody else may use the store.
    #[method(signature = (item, function, /))]
    fn add<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        item: &Bound<'py, PyAny>,
        function: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut items = slf.items.lock(py)?;
        items.push(item.clone().unbind());
        slf.last.set(slf, item.clone().unbind());
        slf.additions.fetch_add(1, Ordering::Relaxed);
        function.call0()
    }

    /// The items.
    #[method]
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let items = self.items.lock(py)?;
        PyList::new(py, items.iter().map(|item| item.bind(py).clone()))
    }
}

/// Whose constructor has no name in error texts, and returns what it is given, if anything.
#[pyclass(name = "Same", module = "xxcorten", basetype)]
pub(crate) struct Same {}

#[pymethods]
impl Same {
    #[new(name = "", signature = (value = None, extra = None))]
    fn new<'py>(
        value: Option<&Bound<'py, Self>>,
        extra: Option<&Bound<'py, Self>>,
    ) -> PyResult<New<'py, Self>> {
        Ok(match value.or(extra) {
            Some(value) => New::Existing(value.clone()),
            None => New::Payload(Same {}),
        })
    }
}

/// Made by nobody: there is no constructor.
#[pyclass(name = "Sealed", module = "xxcorten", immutable)]
pub(crate) struct Sealed {}

#[pymethods]
impl Sealed {}

/// A class that another one extends.
#[pyclass(name = "Base", module = "xxcorten", basetype)]
pub(crate) struct Base {
    value: isize,
}

#[pymethods]
impl Base {
    #[new(signature = (value))]
    fn new(value: isize) -> Self {
        Base { value }
    }

    /// The value.
    #[getter]
    fn value(&self) -> isize {
        self.value
    }

    /// Which class this is.
    #[method(signature = ())]
    fn kind(&self) -> &'static str {
        "base"
    }
}

/// A class that extends another one.
#[pyclass(name = "Derived", module = "xxcorten", basetype, extends = Base)]
pub(crate) struct Derived(Base);

#[pymethods]
impl Derived {
    #[new(signature = (value))]
    fn new(value: isize) -> Self {
        Derived(Base { value })
    }

    /// Which class this is.
    #[method(signature = ())]
    fn kind(&self) -> &'static str {
        "derived"
    }

    /// Twice the value.
    #[method(signature = ())]
    fn doubled(&self) -> isize {
        2 * self.0.value
    }
}

/// A number with operators, an order and a hash.
#[pyclass(name = "Number", module = "xxcorten", immutable, weakref)]
pub(crate) struct Number {
    /// The value.
    #[member]
    value: isize,
}

#[pymethods]
impl Number {
    #[new(signature = (value = 0))]
    fn new(value: isize) -> Self {
        Number { value }
    }

    fn __add__<'py>(
        py: Python<'py>,
        left: &Bound<'py, PyAny>,
        right: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match (value_of(left)?, value_of(right)?) {
            (Some(left), Some(right)) => left.wrapping_add(right).into_py(py),
            _ => Ok(py.not_implemented()),
        }
    }

    fn __pow__<'py>(
        py: Python<'py>,
        left: &Bound<'py, PyAny>,
        right: &Bound<'py, PyAny>,
        modulus: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match (value_of(left)?, value_of(right)?) {
            (Some(left), Some(right)) if modulus.is_none() => {
                left.wrapping_pow(right as u32).into_py(py)
            }
            _ => Ok(py.not_implemented()),
        }
    }

    fn __neg__(&self) -> isize {
        self.value.wrapping_neg()
    }

    fn __bool__(&self) -> bool {
        self.value != 0
    }

    fn __index__(&self) -> isize {
        self.value
    }

    fn __hash__(&self) -> isize {
        self.value
    }

    fn __richcmp__<'py>(
        &self,
        py: Python<'py>,
        other: &Bound<'py, PyAny>,
        op: CompareOp,
    ) -> Bound<'py, PyAny> {
        match other.cast::<Number>() {
            Some(other) => py.bool(op.matches(self.value.cmp(&other.value))),
            None => py.not_implemented(),
        }
    }
}

fn value_of(object: &Bound<'_, PyAny>) -> PyResult<Option<isize>> {
    if let Some(number) = object.cast::<Number>() {
        return Ok(Some(number.value));
    }
    let Some(int) = object.cast::<PyInt>() else {
        return Ok(None);
    };
    Ok(int.to_i64().and_then(|value| isize::try_from(value).ok()))
}

/// Calls a function with what it is called with, and iterates over what comes back.
#[pyclass(name = "Caller", module = "xxcorten", vectorcall)]
#[derive(Traverse)]
pub(crate) struct Caller {
    function: Py<PyAny>,
    results: PyRefCell<Option<Py<PyAny>>>,
}

#[pymethods]
impl Caller {
    #[new(signature = (function, /))]
    fn new(function: Py<PyAny>) -> Self {
        Caller {
            function,
            results: PyRefCell::new(None),
        }
    }

    #[call(name = "call", signature = (argument, again = false))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        argument: &Bound<'py, PyAny>,
        again: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut result = self.function.bind(py).call1(argument)?;
        if again {
            result = self.function.bind(py).call1(&result)?;
        }
        let old = self
            .results
            .borrow_mut(py)?
            .replace(result.clone().unbind());
        drop(old);
        Ok(result)
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self
            .results
            .borrow_mut(py)?
            .take()
            .map(|result| result.into_bound(py)))
    }

    fn __await__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __aiter__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __anext__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }
}
