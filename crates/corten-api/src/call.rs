//! Calls by vectorcall (PEP 590): those that Python makes, to be passed on as they came, and those that
//! Rust puts together on the stack.

use std::borrow::Borrow;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::{ptr, slice};

use corten_ffi as ffi;

use crate::args::{Call, Item, Keywords};
use crate::err::{PyErr, PyResult};
use crate::instance::{Borrowed, Bound};
use crate::python::Python;
use crate::types::{AttrName, PyAny, PyDict, PyString, PyTuple, PyTypeCheck};

/// A tuple of strings: the names of a call's keywords.
pub struct PyNames(());

// SAFETY: the check is exact, and what it found stays, as a tuple never changes.
unsafe impl PyTypeCheck for PyNames {
    const NAME: &'static str = "tuple of str";

    fn is_instance(object: &Bound<'_, PyAny>) -> bool {
        let is_text = |name: Borrowed<'_, '_, PyAny>| name.cast::<PyString>().is_some();
        object
            .cast::<PyTuple>()
            .is_some_and(|tuple| tuple.borrowed_items().all(is_text))
    }

    fn is_exact_instance(object: &Bound<'_, PyAny>) -> bool {
        object.cast_exact::<PyTuple>().is_some() && Self::is_instance(object)
    }
}

impl<'py> Bound<'py, PyNames> {
    /// The same tuple, seen as any.
    #[inline]
    #[must_use]
    pub fn as_tuple(&self) -> &Bound<'py, PyTuple> {
        self.cast_ref_unchecked()
    }
}

impl<'a, 'py> Call<'a, 'py> {
    /// The token of this call.
    #[inline]
    #[must_use]
    pub fn py(&self) -> Python<'py> {
        self.py
    }

    /// The values that were given by position.
    #[inline]
    #[must_use]
    pub fn positional(&self) -> &'a [Borrowed<'a, 'py, PyAny>] {
        // SAFETY: that many live objects.
        unsafe { objects(self.args, self.count) }
    }

    /// The values that belong to `names`, a vectorcall's, behind the positional ones.
    #[inline]
    pub(crate) fn named(
        &self,
        names: Option<Borrowed<'a, 'py, PyTuple>>,
    ) -> &'a [Borrowed<'a, 'py, PyAny>] {
        let count = names.map_or(0, |names| names.len());
        // SAFETY: there is one live object for each of the names.
        unsafe { objects(self.args.wrapping_add(self.count), count) }
    }

    /// How many values were given by name.
    #[inline]
    #[must_use]
    pub fn keyword_count(&self) -> usize {
        match self.keywords {
            Keywords::Stack(names) => names.map_or(0, |names| names.len()),
            Keywords::Items(items) => items.len(),
        }
    }

    /// The name and the value at `index`, of those that were given by name. Names are strings,
    /// unless a dict with other keys was passed to `tp_call`.
    ///
    /// # Panics
    ///
    /// When there are not that many.
    #[inline]
    #[must_use]
    pub fn keyword_at(&self, index: usize) -> (Borrowed<'a, 'py, PyAny>, Borrowed<'a, 'py, PyAny>) {
        match self.keywords {
            Keywords::Stack(names) => {
                let value = self.named(names)[index];
                let names = names.expect("a name for each value");
                // SAFETY: in range; the tuple, which lives for `'a`, keeps the names alive.
                let name = unsafe {
                    let name = ffi::PyTuple_GET_ITEM(names.as_ptr(), index as isize);
                    Borrowed::from_ptr(self.py, name)
                };
                (name, value)
            }
            Keywords::Items(items) => {
                let (name, value) = &items[index];
                (name.as_borrowed(), value.as_borrowed())
            }
        }
    }

    /// The names and values that were given by name, in order; see [`keyword_at`](Self::keyword_at).
    pub fn keywords(
        &self,
    ) -> impl ExactSizeIterator<Item = (Borrowed<'a, 'py, PyAny>, Borrowed<'a, 'py, PyAny>)> {
        let call = *self;
        (0..self.keyword_count()).map(move |index| call.keyword_at(index))
    }

    /// A tuple of the values that were given by position.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn positional_tuple(&self) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::from_slice(self.py, self.positional())
    }

    /// Calls `callable` with the arguments of this call behind `first`.
    ///
    /// # Errors
    ///
    /// What the call raises, `MemoryError`.
    // Always: where it is used, calls are passed on and little else is done.
    #[inline(always)]
    pub fn forward(
        &self,
        callable: &Bound<'py, PyAny>,
        first: &[Borrowed<'_, 'py, PyAny>],
    ) -> PyResult<Bound<'py, PyAny>> {
        let names = match self.keywords {
            Keywords::Stack(names) => names,
            Keywords::Items(items) => {
                return call_with_items(callable, first, self.positional(), items);
            }
        };
        let given = self.count + self.keyword_count();
        let positional = first.len() + self.count;
        let mut stack = [MaybeUninit::<*mut ffi::PyObject>::uninit(); 1 + INLINE];
        let mut lent = None;
        let (args, count) = match first {
            // The arguments of this call as they are, the slot in front included.
            [] => (self.args, self.flagged_count()),
            _ if given == 0 => (first.as_ptr().cast(), positional),
            // SAFETY: the caller lends the slot before the arguments to who puts back what was there.
            [one] if self.free_slot => unsafe {
                let slot = self.args.cast_mut().sub(1);
                lent = Some((slot, slot.replace(one.as_ptr())));
                (slot.cast_const(), positional)
            },
            // SAFETY: the values of the names are behind the positional arguments.
            _ if first.len() + given > INLINE => unsafe {
                return call_with_many(callable, first, objects(self.args, given), names);
            },
            // SAFETY: as above, and there is room.
            _ => unsafe {
                let place = stack[1..].as_mut_ptr();
                place.copy_from_nonoverlapping(first.as_ptr().cast(), first.len());
                let rest = place.add(first.len());
                rest.copy_from_nonoverlapping(self.args.cast(), given);
                let count = positional | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
                (place.cast_const().cast(), count)
            },
        };
        let names = names.map_or(ptr::null_mut(), |names| names.as_ptr());
        // SAFETY: live objects, each a pointer, as `Borrowed` is transparent over it; the values of the
        // names are behind them.
        unsafe {
            let result = vectorcall(callable, args, count, names);
            if let Some((slot, lent)) = lent {
                slot.write(lent);
            }
            result
        }
    }

    /// How many positional arguments there are, with the flag of vectorcall.
    #[inline]
    fn flagged_count(&self) -> usize {
        match self.free_slot {
            true => self.count | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
            false => self.count,
        }
    }

    /// Calls the first positional argument with the others; `None` when there is none.
    ///
    /// # Errors
    ///
    /// What the call raises, `MemoryError`.
    #[inline]
    pub fn forward_to_first(&self) -> Option<PyResult<Bound<'py, PyAny>>> {
        let (callable, rest) = self.positional().split_first()?;
        let call = Call {
            args: rest.as_ptr().cast(),
            count: rest.len(),
            // The place of the first one, whom the caller keeps alive by other means or does not.
            free_slot: false,
            ..*self
        };
        Some(call.forward(callable, &[]))
    }
}

/// The `count` objects that begin at `first`, which may be null when there are none.
///
/// # Safety
///
/// They must live for `'a`.
#[inline]
unsafe fn objects<'a, 'py>(
    first: *const *mut ffi::PyObject,
    count: usize,
) -> &'a [Borrowed<'a, 'py, PyAny>] {
    if count == 0 {
        return &[];
    }
    // SAFETY: forwarded from the caller; `Borrowed` is transparent over a pointer to a live object.
    unsafe { slice::from_raw_parts(first.cast(), count) }
}

/// Calls `callable` with two rows of arguments, the last of which are the values of `names`, a vectorcall's.
#[cold]
fn call_with_many<'py>(
    callable: &Bound<'py, PyAny>,
    first: &[Borrowed<'_, 'py, PyAny>],
    second: &[Borrowed<'_, 'py, PyAny>],
    names: Option<Borrowed<'_, 'py, PyTuple>>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut stack = CallStack::new(callable.py());
    stack.extend(first)?;
    stack.extend(second)?;
    // Vectorcall's names are strings.
    let names = names.as_ref().map(|names| names.cast_ref_unchecked());
    stack.call(callable, names)
}

/// Calls `callable` with two rows of arguments and the keywords of `tp_call`.
fn call_with_items<'py>(
    callable: &Bound<'py, PyAny>,
    first: &[Borrowed<'_, 'py, PyAny>],
    second: &[Borrowed<'_, 'py, PyAny>],
    items: &[Item<'py>],
) -> PyResult<Bound<'py, PyAny>> {
    let py = callable.py();
    let mut stack = CallStack::new(py);
    stack.extend(first)?;
    stack.extend(second)?;
    for (_, value) in items {
        stack.push(value)?;
    }
    let names = items.iter().map(|(name, _)| name.clone());
    let names = PyTuple::new(py, names)?.into_any();
    match names.cast_into::<PyNames>() {
        Ok(names) => stack.call(callable, Some(&names)),
        Err(_) => Err(keywords_must_be_strings(py)),
    }
}

#[cold]
fn keywords_must_be_strings(py: Python<'_>) -> PyErr {
    use crate::exceptions::{PyException, PyTypeError};
    PyTypeError::raise(py, "keywords must be strings")
}

/// Calls of up to this many arguments need no heap.
const INLINE: usize = 10;

/// The arguments of a call in the making: first the positional ones, then the values of the keywords.
pub struct CallStack<'a, 'py> {
    /// One free slot, as callables like it, and the arguments, as long as there is room for them.
    inline: [MaybeUninit<*mut ffi::PyObject>; 1 + INLINE],
    /// The same when there are more than `INLINE`.
    heap: Vec<*mut ffi::PyObject>,
    len: usize,
    py: Python<'py>,
    _borrowed: PhantomData<Borrowed<'a, 'py, PyAny>>,
}

impl<'a, 'py> CallStack<'a, 'py> {
    /// No arguments.
    #[inline]
    #[must_use]
    pub fn new(py: Python<'py>) -> Self {
        CallStack {
            inline: [MaybeUninit::uninit(); 1 + INLINE],
            heap: Vec::new(),
            len: 0,
            py,
            _borrowed: PhantomData,
        }
    }

    /// Adds an argument.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn push<T>(&mut self, argument: &'a Bound<'py, T>) -> PyResult<()> {
        self.extend(&[argument.as_any().as_borrowed()])
    }

    /// Adds arguments.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn extend(&mut self, arguments: &[Borrowed<'a, 'py, PyAny>]) -> PyResult<()> {
        let new_len = self.len + arguments.len();
        if new_len > INLINE {
            return self.extend_heap(arguments);
        }
        // SAFETY: the slots from the first free one to before `1 + new_len` are in range;
        // `Borrowed` is transparent over the pointer.
        unsafe {
            let free = self.inline.as_mut_ptr().add(1 + self.len);
            match arguments {
                // A call to copy them would take longer.
                [argument] => *free = MaybeUninit::new(argument.as_ptr()),
                [first, second] => {
                    *free = MaybeUninit::new(first.as_ptr());
                    *free.add(1) = MaybeUninit::new(second.as_ptr());
                }
                _ => ptr::copy_nonoverlapping(arguments.as_ptr().cast(), free, arguments.len()),
            }
        }
        self.len = new_len;
        Ok(())
    }

    #[cold]
    fn extend_heap(&mut self, arguments: &[Borrowed<'a, 'py, PyAny>]) -> PyResult<()> {
        let room = 1 + self.len + arguments.len();
        let more = room.max(4 * INLINE) - self.heap.len();
        self.heap
            .try_reserve(more)
            .map_err(|_| PyErr::no_memory(self.py))?;
        if self.heap.is_empty() {
            self.heap.push(ptr::null_mut());
            // SAFETY: the slots of the arguments so far have been written.
            let before = self.inline[1..=self.len]
                .iter()
                .map(|slot| unsafe { slot.assume_init() });
            self.heap.extend(before);
        }
        self.heap
            .extend(arguments.iter().map(|argument| argument.as_ptr()));
        self.len += arguments.len();
        Ok(())
    }

    /// The arguments so far.
    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[Borrowed<'a, 'py, PyAny>] {
        // SAFETY: `len` live objects, written; `Borrowed` is transparent over the pointer.
        unsafe { slice::from_raw_parts(self.first().cast(), self.len) }
    }

    /// Where the arguments begin.
    #[inline]
    fn first(&self) -> *const *mut ffi::PyObject {
        match self.len > INLINE {
            true => self.heap[1..].as_ptr(),
            false => self.inline[1..].as_ptr().cast(),
        }
    }

    /// Calls `callable`; the last arguments are the values of the keywords `names`.
    ///
    /// # Errors
    ///
    /// What the call raises.
    ///
    /// # Panics
    ///
    /// When there are more names than arguments.
    #[inline]
    pub fn call(
        &mut self,
        callable: &Bound<'py, PyAny>,
        names: Option<&Bound<'py, PyNames>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (args, count, names) = self.arguments(names);
        // SAFETY: `count` live arguments with a free slot in front, and the values of the names.
        unsafe { vectorcall(callable, args, count, names) }
    }

    /// Calls `callable` with these arguments and the keywords `kwargs`, which need not be strings: that is
    /// for the callable to find out.
    ///
    /// # Errors
    ///
    /// What the call raises.
    pub fn call_with(
        &self,
        callable: &Bound<'py, PyAny>,
        kwargs: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let args = PyTuple::from_slice(self.py, self.as_slice())?;
        callable.call_with(&args, Some(kwargs))
    }

    /// Calls the method `name` of the first argument with the others; as [`call`](Self::call).
    ///
    /// # Errors
    ///
    /// What looking up or calling the method raises.
    ///
    /// # Panics
    ///
    /// When there are not more arguments than names.
    #[inline]
    pub fn call_method(
        &mut self,
        name: impl AttrName<'py>,
        names: Option<&Bound<'py, PyNames>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let name = name.name(self.py)?;
        let (args, count, names) = self.arguments(names);
        assert!(
            count & !ffi::PY_VECTORCALL_ARGUMENTS_OFFSET > 0,
            "no receiver"
        );
        // SAFETY: as in `call`; the receiver is the first argument.
        unsafe {
            let result = ffi::PyObject_VectorcallMethod(name.borrow().as_ptr(), args, count, names);
            Bound::from_owned_or_err(self.py, result)
        }
    }

    /// The arguments as vectorcall takes them.
    #[inline]
    fn arguments(
        &mut self,
        names: Option<&Bound<'py, PyNames>>,
    ) -> (*const *mut ffi::PyObject, usize, *mut ffi::PyObject) {
        let named = names.map_or(0, |names| names.as_tuple().len());
        let positional = self.len.checked_sub(named).expect("a value for each name");
        (
            self.first(),
            positional | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
            names.map_or(ptr::null_mut(), Bound::as_ptr),
        )
    }
}

/// Calls `callable`: `PyObject_Vectorcall` without the way there, where the object has such a function.
///
/// # Safety
///
/// The arguments must be as PEP 590 has them, and alive.
#[inline(always)] // to be one step, not two
pub(crate) unsafe fn vectorcall<'py>(
    callable: &Bound<'py, PyAny>,
    args: *const *mut ffi::PyObject,
    count: usize,
    names: *mut ffi::PyObject,
) -> PyResult<Bound<'py, PyAny>> {
    let object = callable.as_ptr();
    // SAFETY: attached; a live object's type is live, and says at which offset instances have the function,
    // if any; the arguments are forwarded from the caller.
    unsafe {
        let class = ffi::Py_TYPE(object);
        let mut function: Option<ffi::vectorcallfunc> = None;
        if ffi::PyType_HasFeature(class, ffi::Py_TPFLAGS_HAVE_VECTORCALL) != 0 {
            function = object
                .byte_offset((*class).tp_vectorcall_offset)
                .cast::<Option<ffi::vectorcallfunc>>()
                .read();
        }
        let result = match function {
            Some(function) => ffi::call_vectorcall(function, object, args, count, names),
            None => ffi::PyObject_Vectorcall(object, args, count, names),
        };
        Bound::from_owned_or_err(callable.py(), result)
    }
}
