//! What every object can do.

use std::borrow::Borrow;
use std::ffi::{CStr, c_int};
use std::mem::MaybeUninit;
use std::ptr;

use corten_ffi as ffi;

use super::{PyIterator, PyString, PyTuple, PyType, PyTypeCheck, compare};
use crate::call::vectorcall;
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyException, PyTypeError};
use crate::instance::Bound;

/// Any Python object.
pub struct PyAny(());

// SAFETY: every object is an instance of `object`.
unsafe impl PyTypeCheck for PyAny {
    const NAME: &'static str = "object";

    #[inline]
    fn is_instance(_object: &Bound<'_, PyAny>) -> bool {
        true
    }

    #[inline]
    fn is_exact_instance(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: attached; `object` is live.
        unsafe { ffi::Py_TYPE(object.as_ptr()) == &raw mut ffi::PyBaseObject_Type }
    }
}

/// The six comparisons of `__richcmp__`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl CompareOp {
    /// The operator that C's number `op` stands for.
    pub(crate) fn from_raw(op: c_int) -> Option<Self> {
        Some(match op {
            ffi::Py_LT => Self::Lt,
            ffi::Py_LE => Self::Le,
            ffi::Py_EQ => Self::Eq,
            ffi::Py_NE => Self::Ne,
            ffi::Py_GT => Self::Gt,
            ffi::Py_GE => Self::Ge,
            _ => return None,
        })
    }

    #[inline]
    fn to_raw(self) -> c_int {
        match self {
            Self::Lt => ffi::Py_LT,
            Self::Le => ffi::Py_LE,
            Self::Eq => ffi::Py_EQ,
            Self::Ne => ffi::Py_NE,
            Self::Gt => ffi::Py_GT,
            Self::Ge => ffi::Py_GE,
        }
    }

    /// Whether this is about which of two comes first.
    #[inline]
    fn is_order(self) -> bool {
        !matches!(self, Self::Eq | Self::Ne)
    }

    /// The operator for the operands the other way round.
    fn reflected(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            same => same,
        }
    }

    fn symbol(self) -> &'static str {
        match self {
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }

    /// Whether an ordering satisfies the operator.
    #[inline]
    #[must_use]
    pub fn matches(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Lt => ordering.is_lt(),
            Self::Le => ordering.is_le(),
            Self::Eq => ordering.is_eq(),
            Self::Ne => ordering.is_ne(),
            Self::Gt => ordering.is_gt(),
            Self::Ge => ordering.is_ge(),
        }
    }
}

impl PyAny {
    /// `object()`: good for its identity.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn new_object(py: crate::Python<'_>) -> PyResult<Bound<'_, Self>> {
        // SAFETY: attached; `object` is a live type.
        unsafe {
            let class = (&raw mut ffi::PyBaseObject_Type).cast();
            Bound::from_owned_or_err(py, ffi::PyObject_CallNoArgs(class))
        }
    }
}

impl<'py> Bound<'py, PyAny> {
    /// Whether this is `None`.
    #[inline]
    #[must_use]
    pub fn is_none(&self) -> bool {
        // SAFETY: `Py_None` only names the object.
        self.as_ptr() == unsafe { ffi::Py_None() }
    }

    /// Whether this is `NotImplemented`.
    #[inline]
    #[must_use]
    pub fn is_not_implemented(&self) -> bool {
        // SAFETY: `Py_NotImplemented` only names the object.
        self.as_ptr() == unsafe { ffi::Py_NotImplemented() }
    }

    /// The type.
    #[must_use]
    pub fn get_type(&self) -> Bound<'py, PyType> {
        // SAFETY: a live object's type is live.
        unsafe { Bound::from_borrowed_ptr(self.py(), ffi::Py_TYPE(self.as_ptr()).cast()) }
    }

    /// Whether both have the same type.
    #[inline]
    #[must_use]
    pub fn is_same_type(&self, other: &Bound<'_, PyAny>) -> bool {
        // SAFETY: both are live.
        unsafe { ffi::Py_TYPE(self.as_ptr()) == ffi::Py_TYPE(other.as_ptr()) }
    }

    /// The type's name as error messages give it (C's `tp_name`): with the module for types made
    /// from specs, without it for classes made in Python.
    #[must_use]
    pub fn type_name(&self) -> String {
        // SAFETY: a live type's `tp_name` is a C string; it is copied before Python code, which may
        // rename the type, runs again.
        unsafe { CStr::from_ptr((*ffi::Py_TYPE(self.as_ptr())).tp_name) }
            .to_string_lossy()
            .into_owned()
    }

    /// Truth (`bool(x)`).
    ///
    /// # Errors
    ///
    /// What `__bool__` or `__len__` raises.
    #[inline]
    pub fn is_true(&self) -> PyResult<bool> {
        // SAFETY: these only name the objects.
        let (yes, no) = unsafe { (ffi::Py_True(), ffi::Py_False()) };
        if self.as_ptr() == yes || self.as_ptr() == no {
            return Ok(self.as_ptr() == yes);
        }
        // SAFETY: attached; `self` is live.
        let truth = unsafe { ffi::PyObject_IsTrue(self.as_ptr()) };
        PyErr::check(self.py(), truth)?;
        Ok(truth != 0)
    }

    /// `x.name`.
    ///
    /// # Errors
    ///
    /// `AttributeError`, or what a descriptor raises.
    #[inline]
    pub fn getattr(&self, name: impl AttrName<'py>) -> PyResult<Bound<'py, PyAny>> {
        let name = name.name(self.py())?;
        // SAFETY: attached; both objects are live.
        unsafe {
            Bound::from_owned_or_err(
                self.py(),
                ffi::PyObject_GetAttr(self.as_ptr(), name.borrow().as_ptr()),
            )
        }
    }

    /// `x.name`, or `None` when there is no such attribute.
    ///
    /// # Errors
    ///
    /// Whatever is raised besides `AttributeError`.
    pub fn getattr_optional(
        &self,
        name: impl AttrName<'py>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let name = name.name(self.py())?;
        let mut value = ptr::null_mut();
        // SAFETY: attached; both objects are live. What is found is a new reference.
        unsafe {
            PyErr::check(
                self.py(),
                ffi::PyObject_GetOptionalAttr(self.as_ptr(), name.borrow().as_ptr(), &mut value),
            )?;
            Ok((!value.is_null()).then(|| Bound::from_owned_ptr(self.py(), value)))
        }
    }

    /// `x.name = value`.
    ///
    /// # Errors
    ///
    /// What the assignment raises.
    pub fn setattr<T>(&self, name: impl AttrName<'py>, value: &Bound<'_, T>) -> PyResult<()> {
        let name = name.name(self.py())?;
        // SAFETY: attached; all three objects are live.
        PyErr::check(self.py(), unsafe {
            ffi::PyObject_SetAttr(self.as_ptr(), name.borrow().as_ptr(), value.as_ptr())
        })
    }

    /// `x()`.
    ///
    /// # Errors
    ///
    /// What the call raises.
    #[inline]
    pub fn call0(&self) -> PyResult<Bound<'py, PyAny>> {
        let free_slot: *mut ffi::PyObject = ptr::null_mut();
        // SAFETY: no arguments, and a free slot in front of them.
        unsafe {
            let args = (&raw const free_slot).add(1);
            vectorcall(
                self,
                args,
                ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
                ptr::null_mut(),
            )
        }
    }

    /// `x(arg)`, by vectorcall.
    ///
    /// # Errors
    ///
    /// What the call raises.
    #[inline]
    pub fn call1<T>(&self, arg: &Bound<'_, T>) -> PyResult<Bound<'py, PyAny>> {
        self.call(&[arg.as_any()])
    }

    /// `x(*args)`, by vectorcall.
    ///
    /// # Errors
    ///
    /// What the call raises.
    #[inline]
    pub fn call(&self, args: &[&Bound<'_, PyAny>]) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; a `&Bound` is a pointer to the object pointer, so the pointers are
        // copied out; all objects stay alive in the caller.
        unsafe {
            with_pointers(args, None, |pointers, count| {
                vectorcall(self, pointers, count, ptr::null_mut())
            })
        }
    }

    /// `x(*args, **kwargs)`.
    ///
    /// # Errors
    ///
    /// What the call raises.
    pub fn call_with(
        &self,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, super::PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let kwargs = kwargs.map_or(ptr::null_mut(), Bound::as_ptr);
        // SAFETY: attached; all objects are live, and a null `kwargs` means none.
        unsafe {
            Bound::from_owned_or_err(
                self.py(),
                ffi::PyObject_Call(self.as_ptr(), args.as_ptr(), kwargs),
            )
        }
    }

    /// `x.name(*args)`, by vectorcall.
    ///
    /// # Errors
    ///
    /// What looking up or calling the method raises.
    #[inline]
    pub fn call_method(
        &self,
        name: impl AttrName<'py>,
        args: &[&Bound<'_, PyAny>],
    ) -> PyResult<Bound<'py, PyAny>> {
        let name = name.name(self.py())?;
        // SAFETY: as in `call`; the receiver comes first, as PyObject_VectorcallMethod wants it.
        unsafe {
            with_pointers(args, Some(self), |pointers, count| {
                let result = ffi::PyObject_VectorcallMethod(
                    name.borrow().as_ptr(),
                    pointers,
                    count,
                    ptr::null_mut(),
                );
                Bound::from_owned_or_err(self.py(), result)
            })
        }
    }

    /// Calls the special method `name` (`__floor__`) without arguments: that of the type, as operators
    /// find it. `None` when the type has none.
    ///
    /// # Errors
    ///
    /// What looking up or calling the method raises.
    pub fn call_special(&self, name: &Bound<'py, PyString>) -> PyResult<Option<Bound<'py, PyAny>>> {
        // SAFETY: attached; both objects are live.
        let method = unsafe { ffi::_PyObject_LookupSpecial(self.as_ptr(), name.as_ptr()) };
        if method.is_null() {
            return PyErr::check_occurred(self.py()).map(|()| None);
        }
        // SAFETY: a new reference.
        let method: Bound<'py, PyAny> = unsafe { Bound::from_owned_ptr(self.py(), method) };
        method.call0().map(Some)
    }

    /// `types.MethodType(x, instance)`: a method that calls this with `instance` in front.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn bound_to(&self, instance: &Bound<'_, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; both objects are live.
        unsafe {
            let method = ffi::PyMethod_New(self.as_ptr(), instance.as_ptr());
            Bound::from_owned_or_err(self.py(), method)
        }
    }

    /// `str(x)`.
    ///
    /// # Errors
    ///
    /// What `__str__` raises.
    pub fn str(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: attached; `self` is live; the result is a str.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PyObject_Str(self.as_ptr())) }
    }

    /// `repr(x)`.
    ///
    /// # Errors
    ///
    /// What `__repr__` raises.
    pub fn repr(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: attached; `self` is live; the result is a str.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PyObject_Repr(self.as_ptr())) }
    }

    /// `hash(x)`.
    ///
    /// # Errors
    ///
    /// `TypeError` when unhashable, or what `__hash__` raises.
    pub fn hash(&self) -> PyResult<isize> {
        // SAFETY: attached; `self` is live.
        let hash = unsafe { ffi::PyObject_Hash(self.as_ptr()) };
        if hash == -1 {
            Err(PyErr::already_set(self.py()))
        } else {
            Ok(hash)
        }
    }

    /// `len(x)`.
    ///
    /// # Errors
    ///
    /// `TypeError` when it has no length, or what `__len__` raises.
    pub fn len(&self) -> PyResult<usize> {
        // SAFETY: attached; `self` is live.
        let len = unsafe { ffi::PyObject_Size(self.as_ptr()) };
        usize::try_from(len).map_err(|_| PyErr::already_set(self.py()))
    }

    /// `iter(x)`.
    ///
    /// # Errors
    ///
    /// `TypeError` when not iterable, or what `__iter__` raises.
    pub fn iter(&self) -> PyResult<Bound<'py, PyIterator>> {
        // SAFETY: attached; `self` is live; the result is an iterator.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PyObject_GetIter(self.as_ptr())) }
    }

    /// `x[key]`.
    ///
    /// # Errors
    ///
    /// What `__getitem__` raises.
    pub fn get_item_of<T>(&self, key: &Bound<'_, T>) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; both objects are live.
        unsafe {
            Bound::from_owned_or_err(
                self.py(),
                ffi::PyObject_GetItem(self.as_ptr(), key.as_ptr()),
            )
        }
    }

    /// `x * count` for sequences.
    ///
    /// # Errors
    ///
    /// `TypeError` (`'int' object can't be repeated`), `MemoryError`, or what the type raises.
    pub fn repeat(&self, count: isize) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; `self` is live.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PySequence_Repeat(self.as_ptr(), count)) }
    }

    /// `x op other`.
    ///
    /// # Errors
    ///
    /// What the comparison raises.
    #[inline]
    pub fn rich_compare<T>(
        &self,
        other: &Bound<'_, T>,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; both objects are live.
        unsafe {
            let result = ffi::PyObject_RichCompare(self.as_ptr(), other.as_ptr(), op.to_raw());
            Bound::from_owned_or_err(self.py(), result)
        }
    }

    /// `x == other`, an object being equal to itself, if that can be told without Python code: of values of
    /// built-in types.
    #[inline]
    #[must_use]
    pub fn equals_plainly(&self, other: &Bound<'_, PyAny>) -> Option<bool> {
        compare::built_in(self, other, CompareOp::Eq)
    }

    /// `x op other` as a truth value; an object equals itself.
    ///
    /// # Errors
    ///
    /// What the comparison raises.
    #[inline]
    pub fn compare<T>(&self, other: &Bound<'_, T>, op: CompareOp) -> PyResult<bool> {
        match self.compare_built_in(other, op) {
            Some(truth) => Ok(truth),
            None => self.compare_by_methods(other, op),
        }
    }

    /// `x op other` for two `int`s, `float`s, `str`s or `bytes`, or two `tuple`s of such values as far
    /// as they are looked at, no subclasses: that runs no Python code. `None` for everything else.
    #[inline]
    #[must_use]
    pub fn compare_built_in<T>(&self, other: &Bound<'_, T>, op: CompareOp) -> Option<bool> {
        compare::built_in(self, other.as_any(), op)
    }

    /// Whether [`compare_built_in`](Self::compare_built_in) may know something of the object: its type is not made
    /// while the interpreter runs, as classes are.
    #[inline]
    #[must_use]
    pub fn is_of_static_type(&self) -> bool {
        // SAFETY: a live object's type is live.
        unsafe {
            ffi::PyType_HasFeature(ffi::Py_TYPE(self.as_ptr()), ffi::Py_TPFLAGS_HEAPTYPE) == 0
        }
    }

    /// As [`compare`](Self::compare), for objects of which [`compare_built_in`](Self::compare_built_in)
    /// knows nothing.
    ///
    /// # Errors
    ///
    /// What the comparison raises.
    #[inline]
    pub fn compare_by_methods<T>(&self, other: &Bound<'_, T>, op: CompareOp) -> PyResult<bool> {
        if op.is_order() && self.is_same_type(other.as_any()) {
            return self.compare_within_type(other.as_any(), op);
        }
        if let Some(truth) = compare::mixed(self, other.as_any(), op) {
            return Ok(truth);
        }
        // SAFETY: attached; both objects are live.
        let truth =
            unsafe { ffi::PyObject_RichCompareBool(self.as_ptr(), other.as_ptr(), op.to_raw()) };
        PyErr::check(self.py(), truth)?;
        Ok(truth != 0)
    }

    /// Which of two objects of one type comes first. The type is asked, and asked the other way round should
    /// it not know; nobody else is.
    fn compare_within_type(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        let _guard = self.py().nesting_guard(c" in comparison")?;
        if let Some(answer) = self.compare_by_type(other, op)?
            && !answer.is_not_implemented()
        {
            return answer.is_true();
        }
        if let Some(answer) = other.compare_by_type(self, op.reflected())?
            && !answer.is_not_implemented()
        {
            return answer.is_true();
        }
        let (op, left, right) = (op.symbol(), self.type_name(), other.type_name());
        Err(PyTypeError::raise(
            self.py(),
            format_args!(
                "'{op}' not supported between instances of '{left:.100}' and '{right:.100}'"
            ),
        ))
    }

    /// What the object's type alone makes of `x op other` (`type(x).__lt__(x, other)`): `NotImplemented`
    /// leaves the answer to others. `None` when the type does not compare.
    ///
    /// # Errors
    ///
    /// What the comparison raises.
    #[inline]
    pub fn compare_by_type<T>(
        &self,
        other: &Bound<'_, T>,
        op: CompareOp,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        // SAFETY: attached; both objects are live, and the function is that of the first one's type.
        unsafe {
            let Some(function) = (*ffi::Py_TYPE(self.as_ptr())).tp_richcompare else {
                return Ok(None);
            };
            let result =
                ffi::call_richcmpfunc(function, self.as_ptr(), other.as_ptr(), op.to_raw());
            Bound::from_owned_or_err(self.py(), result).map(Some)
        }
    }

    /// Whether the object's type has items by number, as sequences do: [`sequence_item`] works.
    ///
    /// [`sequence_item`]: Self::sequence_item
    #[must_use]
    pub fn has_sequence_items(&self) -> bool {
        // SAFETY: a live object's type is live, and so are its tables of slots.
        unsafe {
            let methods = (*ffi::Py_TYPE(self.as_ptr())).tp_as_sequence;
            !methods.is_null() && (*methods).sq_item.is_some()
        }
    }

    /// The item number `index` of a sequence.
    ///
    /// # Errors
    ///
    /// `IndexError`, `TypeError` when it is no sequence, or what `__getitem__` raises.
    pub fn sequence_item(&self, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let index = isize::try_from(index).unwrap_or(isize::MAX);
        // SAFETY: attached; `self` is live.
        unsafe {
            Bound::from_owned_or_err(self.py(), ffi::PySequence_GetItem(self.as_ptr(), index))
        }
    }

    /// Whether the object is an instance of `class` by its type's MRO (no `__instancecheck__`).
    #[must_use]
    pub fn is_instance_of(&self, class: &Bound<'_, PyType>) -> bool {
        // SAFETY: attached; both objects are live and `class` is a type.
        unsafe { ffi::PyObject_TypeCheck(self.as_ptr(), class.as_ptr().cast()) != 0 }
    }

    /// How many items a sequence has.
    ///
    /// # Errors
    ///
    /// `TypeError` when it is no sequence (a dict is none), or what `__len__` raises.
    pub fn sequence_len(&self) -> PyResult<usize> {
        // SAFETY: attached; `self` is live.
        let len = unsafe { ffi::PySequence_Size(self.as_ptr()) };
        usize::try_from(len).map_err(|_| PyErr::already_set(self.py()))
    }

    /// Whether the object's type has items by key; those of lists and strings do, too.
    #[must_use]
    pub fn is_mapping(&self) -> bool {
        // SAFETY: attached; `self` is live.
        unsafe { ffi::PyMapping_Check(self.as_ptr()) != 0 }
    }

    /// Whether the object can be called.
    #[must_use]
    pub fn is_callable(&self) -> bool {
        // SAFETY: attached; `self` is live.
        unsafe { ffi::PyCallable_Check(self.as_ptr()) != 0 }
    }

    /// Whether the object's type has numbers' methods: `__index__`, `__int__` or `__float__`, or is
    /// `complex`.
    #[must_use]
    pub fn is_number(&self) -> bool {
        // SAFETY: attached; `self` is live.
        unsafe { ffi::PyNumber_Check(self.as_ptr()) != 0 }
    }

    /// Whether the object is a function that is written in Python. Calls of these count their recursion.
    #[inline]
    #[must_use]
    pub fn is_python_function(&self) -> bool {
        // SAFETY: attached; `self` is live.
        unsafe { ffi::PyFunction_Check(self.as_ptr()) != 0 }
    }

    /// Whether the object's type has the buffer protocol.
    #[must_use]
    pub fn has_buffer(&self) -> bool {
        // SAFETY: attached; `self` is live.
        unsafe { ffi::PyObject_CheckBuffer(self.as_ptr()) != 0 }
    }

    /// The reference count, for tests; an estimate on free-threaded builds.
    #[must_use]
    pub fn reference_count(&self) -> isize {
        // SAFETY: attached; `self` is live.
        unsafe { ffi::Py_REFCNT(self.as_ptr()) as isize }
    }
}

/// Something that names an attribute: text, or (faster) a `str` kept in module state.
pub trait AttrName<'py> {
    /// The name, owned or borrowed.
    type Name: Borrow<Bound<'py, PyString>>;

    /// The name as a `str` object.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    fn name(self, py: crate::Python<'py>) -> PyResult<Self::Name>;
}

impl<'py> AttrName<'py> for &str {
    type Name = Bound<'py, PyString>;

    #[inline]
    fn name(self, py: crate::Python<'py>) -> PyResult<Self::Name> {
        PyString::interned(py, self)
    }
}

impl<'py> AttrName<'py> for &Bound<'py, PyString> {
    type Name = Self;

    #[inline]
    fn name(self, _py: crate::Python<'py>) -> PyResult<Self::Name> {
        Ok(self)
    }
}

/// Calls `f` with the raw pointers of `receiver` and `args`, one free slot before them as
/// vectorcall likes it.
///
/// # Safety
///
/// `f` must not keep the pointers.
#[inline]
unsafe fn with_pointers<R>(
    args: &[&Bound<'_, PyAny>],
    receiver: Option<&Bound<'_, PyAny>>,
    f: impl FnOnce(*const *mut ffi::PyObject, usize) -> R,
) -> R {
    /// Calls of up to this many arguments need no heap.
    const INLINE: usize = 6;
    let all = receiver
        .into_iter()
        .chain(args.iter().copied())
        .map(Bound::as_ptr);
    let count = args.len() + usize::from(receiver.is_some());
    let flagged = count | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
    if count < INLINE {
        let mut stack = [MaybeUninit::uninit(); INLINE];
        for (slot, pointer) in stack[1..].iter_mut().zip(all) {
            slot.write(pointer);
        }
        f(stack[1..].as_ptr().cast(), flagged)
    } else {
        let heap: Vec<_> = std::iter::once(ptr::null_mut()).chain(all).collect();
        f(heap[1..].as_ptr(), flagged)
    }
}
