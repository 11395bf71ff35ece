//! Modules: multi-phase initialisation and typed state (PEP 489, PEP 573, PEP 630).

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use corten_ffi as ffi;

use crate::class::Table;
use crate::err::PyResult;
use crate::exceptions::{PyException, PyImportError, PySystemError};
use crate::gc::{Traverse, Visit};
use crate::instance::{Borrowed, Bound};
use crate::panic;
use crate::python::Python;
use crate::trampoline;
use crate::types::{PyModule, PyString, StrData, digits, recycled, singletons};

/// What a module keeps for each interpreter that loads it. `module!` ties it to the module.
pub trait ModuleState: StateOf + Traverse + Sync + Sized + 'static {
    /// Makes the state, adding to the namespace of `module` what functions and constants do not
    /// cover.
    ///
    /// # Errors
    ///
    /// Whatever makes the import fail.
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self>;
}

/// Names the module that a state belongs to. Implemented by `module!`.
///
/// # Safety
///
/// The definition must be the one whose modules hold a `Self`.
pub unsafe trait StateOf {
    /// The module's definition.
    fn definition() -> *mut ffi::PyModuleDef;
}

/// Adds a module's constants to its namespace.
pub(crate) type Constants = fn(&Bound<'_, PyModule>) -> PyResult<()>;

/// A module's static definition: the one thing that all interpreters share, as in C.
pub struct ModuleDef(UnsafeCell<ffi::PyModuleDef>);

// SAFETY: only the interpreter writes to it, under its own lock.
unsafe impl Sync for ModuleDef {}

impl ModuleDef {
    /// A definition.
    ///
    /// `slots` comes from [`slots`]; `methods` ends with a null entry.
    #[must_use]
    pub const fn new<S: ModuleState>(
        name: &'static CStr,
        doc: &'static CStr,
        methods: &'static Table<ffi::PyMethodDef>,
        slots: &'static Table<ffi::PyModuleDef_Slot>,
    ) -> Self {
        ModuleDef(UnsafeCell::new(ffi::PyModuleDef {
            m_base: ffi::PyModuleDef_HEAD_INIT,
            m_name: name.as_ptr(),
            m_doc: doc.as_ptr(),
            m_size: size_of::<Slot<S>>() as isize,
            m_methods: methods.as_ptr(),
            m_slots: slots.as_ptr(),
            m_traverse: Some(traverse::<S>),
            m_clear: Some(clear::<S>),
            m_free: Some(free::<S>),
        }))
    }

    /// The definition as C takes it.
    #[must_use]
    pub const fn as_ptr(&self) -> *mut ffi::PyModuleDef {
        self.0.get()
    }

    /// `PyInit_<name>`: the first phase.
    ///
    /// # Safety
    ///
    /// Called by the interpreter's import machinery.
    pub unsafe fn init(&self) -> *mut ffi::PyObject {
        panic::install_hook();
        // SAFETY: forwarded from the caller; the definition is static.
        unsafe { ffi::PyModuleDef_Init(self.as_ptr()) }
    }
}

/// The slots of every Corten module: the execution phase, and the promise to be right in
/// sub-interpreters with their own GIL and without a GIL.
#[must_use]
pub const fn slots(
    exec: unsafe extern "C" fn(*mut ffi::PyObject) -> c_int,
) -> [ffi::PyModuleDef_Slot; SLOTS] {
    [
        ffi::PyModuleDef_Slot {
            slot: ffi::Py_mod_exec,
            value: exec as *mut c_void,
        },
        #[cfg(Py_3_12)]
        ffi::PyModuleDef_Slot {
            slot: ffi::Py_mod_multiple_interpreters,
            value: ffi::Py_MOD_PER_INTERPRETER_GIL_SUPPORTED,
        },
        #[cfg(Py_3_13)]
        ffi::PyModuleDef_Slot {
            slot: ffi::Py_mod_gil,
            value: ffi::Py_MOD_GIL_NOT_USED,
        },
        ffi::PyModuleDef_Slot {
            slot: 0,
            value: ptr::null_mut(),
        },
    ]
}

/// How many slots there are.
const SLOTS: usize = 2 + cfg!(Py_3_12) as usize + cfg!(Py_3_13) as usize;

/// The second phase: makes the state and fills the namespace.
///
/// # Safety
///
/// Called by the interpreter's import machinery with a new module of `S`'s definition.
pub unsafe fn exec<S: ModuleState>(module: *mut ffi::PyObject, constants: Constants) -> c_int {
    // SAFETY: the module is live; its memory is zeroed, which is an empty slot.
    unsafe {
        trampoline::call(|py| {
            let module = Borrowed::<PyModule>::from_ptr(py, module);
            check_layouts(&module)?;
            singletons::find(py)?;
            recycled::find(py)?;
            let state = S::init(&module)?;
            let slot = ffi::PyModule_GetState(module.as_ptr()).cast::<Slot<S>>();
            (&raw mut (*slot).state).write(MaybeUninit::new(state));
            (*slot).ready.store(true, Ordering::Release);
            constants(&module)
        })
    }
}

/// Refuses to load into an interpreter that stores strings, ints or modules in another way than this library
/// was compiled for.
fn check_layouts(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let ascii = PyString::new(py, "ab")?;
    let wide = PyString::new(py, "a\u{e9}")?;
    match (ascii.data(), wide.data()) {
        (StrData::Ascii(b"ab"), StrData::Latin1(b"a\xe9"))
            if digits::check(py)? && stored::check(module) =>
        {
            Ok(())
        }
        _ => Err(PyImportError::raise(
            py,
            "Corten was built for another interpreter",
        )),
    }
}

/// How the interpreter stores modules. Nearly every call of a function begins with a look at its module, which
/// is quicker than to ask; `check` makes sure, when a module is loaded, that this is right.
#[cfg(not(Py_3_15))]
mod stored {
    use super::{Bound, PyModule, c_void, ffi};

    #[repr(C)]
    struct Stored {
        header: ffi::PyObject,
        dict: *mut ffi::PyObject,
        definition: *mut ffi::PyModuleDef,
        memory: *mut c_void,
    }

    /// # Safety
    ///
    /// `module` must be a live module.
    #[inline]
    pub(super) unsafe fn definition(module: *mut ffi::PyObject) -> *mut ffi::PyModuleDef {
        // SAFETY: modules are stored so; this is written before anybody has the module.
        unsafe { (*module.cast::<Stored>()).definition }
    }

    /// # Safety
    ///
    /// `module` must be a live module.
    #[inline]
    pub(super) unsafe fn memory(module: *mut ffi::PyObject) -> *mut c_void {
        // SAFETY: as above.
        unsafe { (*module.cast::<Stored>()).memory }
    }

    /// Whether the running interpreter stores modules so.
    pub(super) fn check(module: &Bound<'_, PyModule>) -> bool {
        let module = module.as_ptr();
        // SAFETY: attached; a live module, which is longer than what is read.
        unsafe {
            definition(module) == ffi::PyModule_GetDef(module)
                && memory(module) == ffi::PyModule_GetState(module)
        }
    }
}

/// The interpreter is asked, as it may come to store modules in another way.
#[cfg(Py_3_15)]
mod stored {
    use super::{Bound, PyModule, ffi};

    pub(super) use ffi::{PyModule_GetDef as definition, PyModule_GetState as memory};

    pub(super) fn check(_module: &Bound<'_, PyModule>) -> bool {
        true
    }
}

/// A module's memory. It starts as zeros: no state yet.
#[repr(C)]
struct Slot<S> {
    /// Other threads may find the module in `sys.modules` before it is complete.
    ready: AtomicBool,
    state: MaybeUninit<S>,
}

/// How `ready` is read: the GIL orders the reads of the state after it, where there is one.
const READY: Ordering = if cfg!(Py_GIL_DISABLED) {
    Ordering::Acquire
} else {
    Ordering::Relaxed
};

impl<S> Slot<S> {
    /// The slot in the memory of `module`, unless that has not been allocated.
    ///
    /// # Safety
    ///
    /// `module` must be a live module of `S`'s definition, for `'a`.
    unsafe fn of<'a>(module: *mut ffi::PyObject) -> Option<&'a Self> {
        // SAFETY: the module's memory is zeroed or holds a `Slot<S>`.
        unsafe { stored::memory(module).cast::<Self>().as_ref() }
    }

    #[inline]
    fn state(&self) -> Option<&S> {
        let ready = self.ready.load(READY);
        // SAFETY: `ready` says that the state has been written.
        ready.then(|| unsafe { self.state.assume_init_ref() })
    }
}

/// The state of `module`, if it is one of `S`'s.
///
/// # Errors
///
/// `SystemError` if it is not, or not initialised.
#[inline]
pub fn state_of<'a, S: ModuleState>(module: &'a Bound<'_, PyModule>) -> PyResult<&'a S> {
    let py = module.py();
    // SAFETY: attached; `module` is a live module.
    if unsafe { stored::definition(module.as_ptr()) } != S::definition() {
        return Err(PySystemError::raise(py, "not a module of this kind"));
    }
    // SAFETY: of `S`'s definition, as just checked.
    unsafe { state(py, module.as_ptr()) }
}

/// The state of `module`.
///
/// # Errors
///
/// `SystemError` while the module is being made, or after that failed.
///
/// # Safety
///
/// `module` must be a live module of `S`'s definition, for `'a`.
#[inline]
pub(crate) unsafe fn state<'a, S: ModuleState>(
    py: Python<'_>,
    module: *mut ffi::PyObject,
) -> PyResult<&'a S> {
    // SAFETY: forwarded from the caller; the state is written once, before anyone else has the
    // module.
    let slot = unsafe { Slot::of(module) };
    slot.and_then(Slot::state)
        .ok_or_else(|| PySystemError::raise(py, "the module is not initialised"))
}

unsafe extern "C" fn traverse<S: ModuleState>(
    module: *mut ffi::PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    let visits = || {
        // SAFETY: the collector calls this with a live module; its memory may not be there yet.
        let slot = unsafe { Slot::<S>::of(module) };
        match slot.and_then(Slot::state) {
            Some(state) => state.traverse(&mut Visit::new(visit, arg)),
            None => Ok(()),
        }
    };
    match panic::catch(visits) {
        Ok(Err(stop)) => stop.0,
        Ok(Ok(())) | Err(_) => 0,
    }
}

unsafe extern "C" fn clear<S: ModuleState>(module: *mut ffi::PyObject) -> c_int {
    // SAFETY: the collector calls this with a live module, attached.
    unsafe {
        trampoline::call_infallible(|_py| {
            if let Some(state) = Slot::<S>::of(module).and_then(Slot::state) {
                state.clear();
            }
        });
    }
    0
}

unsafe extern "C" fn free<S: ModuleState>(module: *mut c_void) {
    // SAFETY: the interpreter calls this once, for a module that nobody refers to any more.
    unsafe {
        trampoline::call_infallible(|_py| {
            let slot = ffi::PyModule_GetState(module.cast()).cast::<Slot<S>>();
            if !slot.is_null() && std::mem::take((*slot).ready.get_mut()) {
                (*slot).state.assume_init_drop();
            }
        });
    }
}
