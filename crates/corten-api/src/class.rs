//! Classes: heap types made from what `#[pyclass]` and `#[pymethods]` describe.
//!
//! An instance is a [`Object`]: CPython's header, the Rust payload, and the optional slots for
//! `__dict__`, weak references and vectorcall. The payload is complete before the object exists, so
//! there is no state "allocated but not initialised" to be found by anybody.

use std::ffi::{CStr, CString, c_int, c_uint, c_void};
use std::marker::PhantomData;
use std::mem::offset_of;
use std::ops::Deref;
use std::ptr;

use corten_ffi as ffi;

use crate::args::Call;
use crate::convert::IntoPy;
use crate::entry::CallEntries;
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyException, PyTypeError};
use crate::gc::{Traverse, Visit, VisitResult};
use crate::instance::{Borrowed, Bound, Py};
use crate::module::{self, ModuleState};
use crate::python::{Python, c_string};
use crate::types::{PyAny, PyDict, PyModule, PyTuple, PyType, PyTypeCheck};
use crate::{allocator, panic, trampoline, trashcan};

/// A Rust type whose values are the payload of Python objects. Implemented by `#[pyclass]`.
///
/// # Safety
///
/// The constants must describe one another: `FLAGS` must have `Py_TPFLAGS_HAVE_GC` exactly when
/// `GC` is set, and `State` must be the state of the module that makes the class.
pub unsafe trait PyClass: Traverse + Sync + Sized + 'static {
    /// The state of the class's module.
    type State: ModuleState;
    /// `[*mut PyObject; 1]` for instances with a `__dict__`, else `[…; 0]`.
    type Dict: OptionalSlot;
    /// The same for weak references.
    type Weakrefs: OptionalSlot;
    /// The same for the vectorcall function.
    type Vectorcall: OptionalSlot;

    /// The name without module.
    const NAME: &'static str;
    /// The name with module, as `tp_name`.
    const QUALIFIED_NAME: &'static CStr;
    /// The docstring, without the constructor's signature.
    const DOC: &'static CStr;
    /// `Py_TPFLAGS_*`.
    const FLAGS: u64;
    /// Whether instances take part in cyclic garbage collection.
    const GC: bool;
    /// Whether the type names the ordinary function that reads attributes, instead of inheriting it.
    const GETATTR: bool;
    /// The same for writing.
    const SETATTR: bool;
    /// Attributes that are read directly from fields, with a null entry at the end.
    const MEMBERS: &'static [ffi::PyMemberDef];
}

/// The methods of a class. Implemented by `#[pymethods]`.
///
/// # Safety
///
/// Tables must end with a null entry, and every function in them must expect `Self` as receiver.
pub unsafe trait PyMethods: PyClass {
    /// Methods. The table's address identifies the class.
    fn methods() -> &'static Table<ffi::PyMethodDef>;
    /// Properties.
    fn properties() -> &'static Table<ffi::PyGetSetDef>;
    /// Slots: `__repr__`, `__add__`, ….
    fn slots() -> &'static Table<ffi::PyType_Slot>;
    /// Whether there is a `#[new]`; without one, instances are only made by the module itself.
    const HAS_NEW: bool;
    /// Whether there is a `__del__`.
    const HAS_DEL: bool;
    /// The constructor's signature as text.
    const SIGNATURE: Option<&'static str>;
    /// The entry points of `__call__`, if there is one.
    const CALL: Option<CallEntries> = None;
}

/// A class whose base is another one of the same module. Implemented by `#[pyclass(extends = …)]`.
///
/// # Safety
///
/// It must be transparent over its base, so that the memory of instances is laid out the same.
pub unsafe trait Extends:
    PyMethods
    + PyClass<
        State = <<Self as Extends>::Base as PyClass>::State,
        Dict = <<Self as Extends>::Base as PyClass>::Dict,
        Weakrefs = <<Self as Extends>::Base as PyClass>::Weakrefs,
        Vectorcall = <<Self as Extends>::Base as PyClass>::Vectorcall,
    >
{
    /// The base's payload.
    type Base: PyMethods;
}

/// Storage of a [`Table`]: a `static` of its own, so that its address is unique.
pub struct Array<T, const N: usize>(pub [T; N]);

// SAFETY: the tables are never written, and what they point to is static.
unsafe impl<T, const N: usize> Sync for Array<T, N> {}

impl<T, const N: usize> Array<T, N> {
    /// The table.
    #[must_use]
    pub const fn table(&'static self) -> &'static Table<T> {
        Table::new(&self.0)
    }
}

/// The end of a table of properties.
pub const NO_PROPERTY: ffi::PyGetSetDef = ffi::PyGetSetDef {
    name: ptr::null(),
    get: None,
    set: None,
    doc: ptr::null(),
    closure: ptr::null_mut(),
};

/// `__dict__` for classes whose instances have one, else the end of the table.
#[must_use]
pub const fn dict_property<T: PyClass>() -> ffi::PyGetSetDef {
    if !T::Dict::PRESENT {
        return NO_PROPERTY;
    }
    ffi::PyGetSetDef {
        name: c"__dict__".as_ptr(),
        get: Some(ffi::PyObject_GenericGetDict),
        set: Some(ffi::PyObject_GenericSetDict),
        ..NO_PROPERTY
    }
}

/// The end of a table of members.
pub const NO_MEMBER: ffi::PyMemberDef = ffi::PyMemberDef {
    name: ptr::null(),
    type_code: 0,
    offset: 0,
    flags: 0,
    doc: ptr::null(),
};

/// A static table of C structures.
#[repr(transparent)]
pub struct Table<T>([T]);

// SAFETY: the tables are never written, and what they point to is static.
unsafe impl<T> Sync for Table<T> {}

impl<T> Table<T> {
    /// The table over `entries`, whose last one is null.
    #[must_use]
    pub const fn new(entries: &[T]) -> &Self {
        // SAFETY: transparent over the slice.
        unsafe { &*(ptr::from_ref(entries) as *const Self) }
    }

    /// The first entry, as C takes it.
    #[must_use]
    pub const fn as_ptr(&self) -> *mut T {
        self.0.as_ptr().cast_mut()
    }

    /// All entries.
    #[must_use]
    pub fn entries(&self) -> &[T] {
        &self.0
    }
}

/// Room for one pointer in an object, or for none.
///
/// # Safety
///
/// Must be `[*mut c_void; 0]` or `[*mut c_void; 1]`.
pub unsafe trait OptionalSlot {
    /// Whether there is one.
    const PRESENT: bool;
}

// SAFETY: as required.
unsafe impl OptionalSlot for [*mut c_void; 0] {
    const PRESENT: bool = false;
}

// SAFETY: as required.
unsafe impl OptionalSlot for [*mut c_void; 1] {
    const PRESENT: bool = true;
}

/// The memory of an instance of `T`.
#[repr(C)]
pub struct Object<T: PyClass> {
    header: ffi::PyObject,
    /// The Rust value, directly behind the header.
    pub payload: T,
    dict: T::Dict,
    weakrefs: T::Weakrefs,
    vectorcall: T::Vectorcall,
}

impl<T: PyClass> Object<T> {
    /// Where the payload begins.
    pub const PAYLOAD: usize = offset_of!(Self, payload);

    unsafe fn slot(object: *mut ffi::PyObject, offset: usize) -> *mut *mut ffi::PyObject {
        object.wrapping_byte_add(offset).cast()
    }

    /// Where an instance has its `__dict__`.
    ///
    /// # Safety
    ///
    /// `object` must be an instance, and instances must have one.
    pub(crate) unsafe fn dict_slot(object: *mut ffi::PyObject) -> *mut *mut ffi::PyObject {
        // SAFETY: forwarded from the caller.
        unsafe { Self::slot(object, offset_of!(Self, dict)) }
    }
}

// SAFETY: found by walking the chain of bases to a type with this class's own method table.
unsafe impl<T: PyMethods> PyTypeCheck for T {
    const NAME: &'static str = <T as PyClass>::NAME;

    #[inline]
    fn is_instance(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: a live object's type is live.
        unsafe { derives::<T>(ffi::Py_TYPE(object.as_ptr())) }
    }

    fn is_exact_instance(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: a live object's type is live.
        unsafe { (*ffi::Py_TYPE(object.as_ptr())).tp_methods == T::methods().as_ptr() }
    }
}

/// Whether `class` is `T`'s type or is laid out like it, as those are that have it as a base.
///
/// # Safety
///
/// `class` must be live.
#[inline]
unsafe fn derives<T: PyMethods>(mut class: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: a live type's bases are live.
    unsafe {
        while !class.is_null() {
            if (*class).tp_methods == T::methods().as_ptr() {
                return true;
            }
            class = (*class).tp_base;
        }
    }
    false
}

/// The payload.
impl<T: PyMethods> Deref for Bound<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: a `Bound<T>` points to an instance, whose payload lives as long as it does, and is
        // only ever shared.
        unsafe { &(*self.as_ptr().cast::<Object<T>>()).payload }
    }
}

impl<'py, T: PyMethods> Bound<'py, T> {
    /// The state of the module that made the class.
    ///
    /// # Errors
    ///
    /// `TypeError` or `SystemError` when the module is gone (at shutdown).
    #[inline]
    pub fn state(&self) -> PyResult<&T::State> {
        // SAFETY: the type, which the instance keeps alive, keeps its module alive.
        unsafe { state_of_type(self.py(), ffi::Py_TYPE(self.as_ptr())) }
    }
}

/// The state of the module that made `class` or one of its bases.
///
/// # Safety
///
/// `class` must be live for `'a`.
unsafe fn state_of_type<'a, S: ModuleState>(
    py: Python<'_>,
    class: *mut ffi::PyTypeObject,
) -> PyResult<&'a S> {
    // SAFETY: attached; `class` is live; the definition is static.
    unsafe {
        let module = ffi::PyType_GetModuleByDef(class, S::definition());
        if module.is_null() {
            return Err(PyErr::already_set(py));
        }
        module::state(py, module)
    }
}

/// The type object of the class `T`, kept in module state.
#[repr(transparent)]
pub struct ClassType<T>(Py<PyType>, PhantomData<fn() -> T>);

impl<T: PyMethods> ClassType<T> {
    /// Makes the type for `module`, without adding it to the namespace.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn new(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        // SAFETY: every instance is laid out as an `object`.
        unsafe { Self::with_base(module, None) }
    }

    /// Makes the type for `module`, with `base` as its base or `object`.
    ///
    /// # Safety
    ///
    /// Instances of `T` must be laid out as those of the base, or begin like them.
    unsafe fn with_base(
        module: &Bound<'_, PyModule>,
        base: Option<&Bound<'_, PyType>>,
    ) -> PyResult<Self> {
        let py = module.py();
        let base = base.map_or(ptr::null_mut(), Bound::as_ptr);
        let doc = type_doc::<T>(py)?;
        let mut slots = type_slots::<T>();
        if !doc.is_empty() {
            slots.push(type_slot(ffi::Py_tp_doc, doc.as_ptr().cast_mut().cast()));
        }
        let mut members = type_members::<T>();
        if members.len() > 1 {
            slots.push(type_slot(ffi::Py_tp_members, members.as_mut_ptr().cast()));
        }
        slots.push(type_slot(0, ptr::null_mut()));
        let mut spec = ffi::PyType_Spec {
            name: T::QUALIFIED_NAME.as_ptr(),
            basicsize: size_of::<Object<T>>() as c_int,
            itemsize: 0,
            flags: type_flags::<T>() as c_uint,
            slots: slots.as_mut_ptr(),
        };
        // SAFETY: attached; the spec is complete; CPython copies it, the members and the doc, while
        // methods and properties are static; `base` is null or a type that fits.
        let class = unsafe {
            Bound::<PyType>::from_owned_or_err(
                py,
                ffi::PyType_FromModuleAndSpec(module.as_ptr(), &mut spec, base),
            )?
        };
        Ok(ClassType(class.unbind(), PhantomData))
    }

    /// A new instance with `payload`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn create<'py>(&self, py: Python<'py>, payload: T) -> PyResult<Bound<'py, T>> {
        // SAFETY: this is `T`'s own type.
        unsafe { allocate(py, self.0.as_ptr().cast(), payload) }
    }

    /// A new instance of `class`, the type itself or a subclass, without a call of anything it overrides.
    ///
    /// # Errors
    ///
    /// `TypeError` (`int is not a subtype of module.Name`), `MemoryError`.
    pub fn create_in<'py>(
        &self,
        class: &Bound<'py, PyType>,
        payload: T,
    ) -> PyResult<Bound<'py, T>> {
        self.check_subtype(class)?;
        // SAFETY: what derives from `T`'s type is fit for its payload.
        unsafe { allocate(class.py(), class.as_type_ptr(), payload) }
    }

    /// Whether `class` is the type itself or a subclass, whatever its MRO says.
    ///
    /// # Errors
    ///
    /// `TypeError` (`int is not a subtype of module.Name`).
    pub fn check_subtype(&self, class: &Bound<'_, PyType>) -> PyResult<()> {
        let raw = class.as_type_ptr();
        // SAFETY: a live type, whose name is copied before Python code, which may change it, runs again.
        unsafe {
            if derives::<T>(raw) {
                return Ok(());
            }
            let name = CStr::from_ptr((*raw).tp_name).to_string_lossy();
            let own = T::QUALIFIED_NAME.to_string_lossy();
            let text = format_args!("{name:.200} is not a subtype of {own:.200}");
            Err(PyTypeError::raise(class.py(), text))
        }
    }
}

impl<T: Extends> ClassType<T> {
    /// Makes the type for `module` as a subclass of `base`, without adding it to the namespace.
    ///
    /// # Errors
    ///
    /// `MemoryError`, or `TypeError` when the base is no `basetype`.
    pub fn extending(module: &Bound<'_, PyModule>, base: &ClassType<T::Base>) -> PyResult<Self> {
        const { assert!(T::GC == T::Base::GC, "both are collected, or neither") };
        // SAFETY: `T` is transparent over the base, and has the same optional slots.
        unsafe { Self::with_base(module, Some(base.bind(module.py()))) }
    }
}

impl<T> ClassType<T> {
    /// Gives the class a constant, also one that Python code cannot change: for the module's
    /// initialisation, before others see the class.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn add<'py>(&self, py: Python<'py>, name: &str, value: impl IntoPy<'py>) -> PyResult<()> {
        let (name, value) = (c_string(py, name)?, value.into_py(py)?);
        let class = self.0.as_ptr().cast::<ffi::PyTypeObject>();
        // SAFETY: attached; a heap type that is ready has a dict of its own, and the interpreter is
        // told of the change.
        unsafe {
            let dict = (*class).tp_dict;
            PyErr::check(
                py,
                ffi::PyDict_SetItemString(dict, name.as_ptr(), value.as_ptr()),
            )?;
            ffi::PyType_Modified(class);
        }
        Ok(())
    }

    /// The type object.
    #[must_use]
    pub fn bind<'py>(&self, py: Python<'py>) -> &Bound<'py, PyType> {
        self.0.bind(py)
    }
}

// SAFETY: one reference, visited.
unsafe impl<T> Traverse for ClassType<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        self.0.traverse(visit)
    }
}

/// A new instance of `class`.
///
/// # Safety
///
/// `class` must be `T`'s type or a subclass of it.
#[inline]
unsafe fn allocate<'py, T: PyMethods>(
    py: Python<'py>,
    class: *mut ffi::PyTypeObject,
    payload: T,
) -> PyResult<Bound<'py, T>> {
    if allocator::is_short() {
        drop(payload);
        return Err(PyErr::no_memory(py));
    }
    // SAFETY: every type has `tp_alloc`; the memory is zeroed and large enough for `Object<T>`. The
    // collector knows the object already, but cannot run before the payload is written.
    unsafe {
        let alloc = (*class).tp_alloc.unwrap_or(ffi::PyType_GenericAlloc);
        let object = alloc(class, 0);
        if object.is_null() {
            return Err(PyErr::already_set(py));
        }
        let memory = object.cast::<Object<T>>();
        (&raw mut (*memory).payload).write(payload);
        if T::Vectorcall::PRESENT
            && let Some(CallEntries {
                vectorcall: function,
                ..
            }) = T::CALL
        {
            let slot = Object::<T>::slot(object, offset_of!(Object<T>, vectorcall));
            slot.write(function as *mut ffi::PyObject);
        }
        Ok(Bound::from_owned_ptr(py, object))
    }
}

/// An entry of a table of slots.
#[must_use]
pub const fn type_slot(number: c_int, function: *mut c_void) -> ffi::PyType_Slot {
    ffi::PyType_Slot {
        slot: number,
        pfunc: function,
    }
}

/// The docstring with the signature in front, where `inspect.signature` looks for it.
fn type_doc<T: PyMethods>(py: Python<'_>) -> PyResult<CString> {
    let text = T::DOC.to_string_lossy();
    match T::SIGNATURE {
        Some(signature) => c_string(
            py,
            &format!("{}{signature}\n--\n\n{text}", <T as PyClass>::NAME),
        ),
        None => Ok(T::DOC.to_owned()),
    }
}

fn type_slots<T: PyMethods>() -> Vec<ffi::PyType_Slot> {
    let mut slots = vec![
        type_slot(ffi::Py_tp_dealloc, dealloc::<T> as *mut c_void),
        type_slot(ffi::Py_tp_methods, T::methods().as_ptr().cast()),
    ];
    if !T::properties().entries()[0].name.is_null() {
        slots.push(type_slot(
            ffi::Py_tp_getset,
            T::properties().as_ptr().cast(),
        ));
    }
    if T::GC {
        slots.push(type_slot(ffi::Py_tp_traverse, traverse::<T> as *mut c_void));
        slots.push(type_slot(ffi::Py_tp_clear, clear::<T> as *mut c_void));
    }
    if let Some(CallEntries { packed, .. }) = T::CALL {
        let function = match T::Vectorcall::PRESENT {
            true => ffi::PyVectorcall_Call as *mut c_void,
            false => packed as *mut c_void,
        };
        slots.push(type_slot(ffi::Py_tp_call, function));
    }
    if T::GETATTR {
        let function = ffi::PyObject_GenericGetAttr as *mut c_void;
        slots.push(type_slot(ffi::Py_tp_getattro, function));
    }
    if T::SETATTR {
        let function = ffi::PyObject_GenericSetAttr as *mut c_void;
        slots.push(type_slot(ffi::Py_tp_setattro, function));
    }
    let own = T::slots().entries();
    slots.extend_from_slice(&own[..own.len() - 1]);
    slots
}

/// The members written down for the class, and those that tell CPython where the optional slots are.
fn type_members<T: PyMethods>() -> Vec<ffi::PyMemberDef> {
    let offset = |name: &'static CStr, offset: usize| ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: offset as isize,
        flags: ffi::Py_READONLY,
        doc: ptr::null(),
    };
    let mut members = T::MEMBERS[..T::MEMBERS.len() - 1].to_vec();
    if T::Dict::PRESENT {
        members.push(offset(c"__dictoffset__", offset_of!(Object<T>, dict)));
    }
    if T::Weakrefs::PRESENT {
        members.push(offset(
            c"__weaklistoffset__",
            offset_of!(Object<T>, weakrefs),
        ));
    }
    if T::Vectorcall::PRESENT {
        members.push(offset(
            c"__vectorcalloffset__",
            offset_of!(Object<T>, vectorcall),
        ));
    }
    members.push(T::MEMBERS[T::MEMBERS.len() - 1]);
    members
}

fn type_flags<T: PyMethods>() -> u64 {
    let mut flags = ffi::Py_TPFLAGS_DEFAULT | T::FLAGS;
    if !T::HAS_NEW {
        flags |= ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION;
    }
    flags
}

/// The result of a `#[new]`: a payload, or a `PyResult` of one or of a [`New`].
pub trait IntoNew<'py, T> {
    /// The result.
    ///
    /// # Errors
    ///
    /// The given one.
    fn into_new(self) -> PyResult<New<'py, T>>;
}

impl<'py, T: PyClass> IntoNew<'py, T> for T {
    #[inline]
    fn into_new(self) -> PyResult<New<'py, T>> {
        Ok(New::Payload(self))
    }
}

impl<'py, T: PyClass> IntoNew<'py, T> for PyResult<T> {
    #[inline]
    fn into_new(self) -> PyResult<New<'py, T>> {
        self.map(New::Payload)
    }
}

impl<'py, T: PyClass> IntoNew<'py, T> for PyResult<New<'py, T>> {
    #[inline]
    fn into_new(self) -> PyResult<New<'py, T>> {
        self
    }
}

/// `tp_new`: makes the payload, then the object.
///
/// # Safety
///
/// As [`new_packed`].
pub unsafe fn new<T: PyMethods>(
    class: *mut ffi::PyTypeObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
    make: impl for<'a, 'py> FnOnce(
        Python<'py>,
        &'a Bound<'py, PyType>,
        Call<'a, 'py>,
    ) -> PyResult<New<'py, T>>,
) -> *mut ffi::PyObject {
    // SAFETY: forwarded from the caller; a bound tuple is one.
    unsafe {
        new_packed(class, args, kwargs, |py, class, args, kwargs| {
            let keywords = kwargs.map(Bound::snapshot).transpose()?.unwrap_or_default();
            make(py, class, Call::packed(py, args.as_ptr(), &keywords))
        })
    }
}

/// `tp_new` that takes tuple and dict as they come.
///
/// # Safety
///
/// Called by the interpreter for `T`'s type or a subclass.
#[inline]
pub unsafe fn new_packed<T: PyMethods>(
    class: *mut ffi::PyTypeObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
    make: impl for<'a, 'py> FnOnce(
        Python<'py>,
        &'a Bound<'py, PyType>,
        &'a Bound<'py, PyTuple>,
        Option<&'a Bound<'py, PyDict>>,
    ) -> PyResult<New<'py, T>>,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter's arguments are live; `class` is `T`'s type or a subclass.
    unsafe {
        trampoline::call(|py| {
            let class_object = Borrowed::<PyType>::from_ptr(py, class.cast());
            let args = Borrowed::<PyTuple>::from_ptr(py, args);
            let kwargs = (!kwargs.is_null()).then(|| Borrowed::<PyDict>::from_ptr(py, kwargs));
            let object = match make(py, &class_object, &args, kwargs.as_deref())? {
                New::Payload(payload) => allocate(py, class, payload)?,
                New::Existing(object) => object,
            };
            Ok(object.into_any())
        })
    }
}

/// What a `#[new]` may return that decides when it is called.
pub enum New<'py, T> {
    /// The payload of a new object.
    Payload(T),
    /// An object that is there already.
    Existing(Bound<'py, T>),
}

/// The state of the module that made `class` (for `#[new]`).
///
/// # Errors
///
/// As [`Bound::state`].
pub fn state_of_class<'a, T: PyMethods>(class: &'a Bound<'_, PyType>) -> PyResult<&'a T::State> {
    // SAFETY: the class is live, and keeps its module alive.
    unsafe { state_of_type(class.py(), class.as_type_ptr()) }
}

unsafe extern "C" fn dealloc<T: PyMethods>(object: *mut ffi::PyObject) {
    // SAFETY: the interpreter calls this once, with an instance that has no references left;
    // a finalizer may give it new ones.
    unsafe {
        if T::HAS_DEL && ffi::PyObject_CallFinalizerFromDealloc(object) < 0 {
            return;
        }
        if !T::GC {
            return free::<T>(object);
        }
        ffi::PyObject_GC_UnTrack(object.cast());
        if !T::REFERENCES && !T::Dict::PRESENT {
            return free::<T>(object);
        }
        trashcan::deallocate(object, free::<T>);
    }
}

/// Frees a dead, untracked instance.
unsafe extern "C" fn free<T: PyMethods>(object: *mut ffi::PyObject) {
    // SAFETY: nobody else has the object; each part is released once; the type is released last, as
    // instances of heap types own a reference to it.
    unsafe {
        let class = ffi::Py_TYPE(object);
        if T::Weakrefs::PRESENT && may_have_weakrefs::<T>(object) {
            ffi::PyObject_ClearWeakRefs(object);
        }
        if T::Dict::PRESENT {
            let dict = Object::<T>::dict_slot(object);
            let old = dict.replace(ptr::null_mut());
            ffi::Py_XDECREF(old);
        }
        trampoline::call_infallible(|_py| {
            ptr::drop_in_place(&raw mut (*object.cast::<Object<T>>()).payload);
        });
        if let Some(free) = (*class).tp_free {
            free(object.cast());
        }
        ffi::Py_DECREF(class.cast());
    }
}

/// Whether there may be weak references. Without a GIL, their list is nobody's to look at.
///
/// # Safety
///
/// `object` must be an instance, and instances must have the slot for it.
unsafe fn may_have_weakrefs<T: PyMethods>(object: *mut ffi::PyObject) -> bool {
    // SAFETY: forwarded from the caller; the GIL is held.
    cfg!(Py_GIL_DISABLED)
        || unsafe { !(*Object::<T>::slot(object, offset_of!(Object<T>, weakrefs))).is_null() }
}

unsafe extern "C" fn traverse<T: PyMethods>(
    object: *mut ffi::PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    let visits = || {
        let mut visit = Visit::new(visit, arg);
        // SAFETY: the collector calls this with a live instance.
        unsafe {
            visit.object(ffi::Py_TYPE(object).cast())?;
            if T::Dict::PRESENT {
                let dict = Object::<T>::dict_slot(object);
                visit.object(dict.read())?;
            }
            (*object.cast::<Object<T>>()).payload.traverse(&mut visit)
        }
    };
    match panic::catch(visits) {
        Ok(Err(stop)) => stop.0,
        Ok(Ok(())) | Err(_) => 0,
    }
}

unsafe extern "C" fn clear<T: PyMethods>(object: *mut ffi::PyObject) -> c_int {
    // SAFETY: the collector calls this with a live instance, attached.
    unsafe {
        trampoline::call_infallible(|_py| {
            if T::Dict::PRESENT {
                let dict = Object::<T>::dict_slot(object);
                let old = dict.replace(ptr::null_mut());
                ffi::Py_XDECREF(old);
            }
            (*object.cast::<Object<T>>()).payload.clear();
        });
    }
    0
}
