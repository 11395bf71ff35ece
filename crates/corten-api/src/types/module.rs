//! Modules.

use std::ffi::c_uint;
use std::ptr;

use corten_ffi as ffi;

use super::{PyAny, PyString, PyTuple, PyType, type_check};
use crate::class::{ClassType, Extends, PyClass, PyMethods, type_slot};
use crate::convert::IntoPy;
use crate::err::PyResult;
use crate::exceptions::{PyException, PyExceptionClass};
use crate::instance::Bound;
use crate::module::{ModuleState, state_of};
use crate::python::c_string;

/// A module object.
pub struct PyModule(());
type_check!(
    PyModule,
    "module",
    ffi::PyModule_Check,
    ffi::PyModule_CheckExact
);

impl<'py> Bound<'py, PyModule> {
    /// Adds `value` to the module's namespace as `name`.
    ///
    /// # Errors
    ///
    /// `MemoryError`, or what converting the value raises.
    pub fn add(&self, name: &str, value: impl IntoPy<'py>) -> PyResult<()> {
        let value = value.into_py(self.py())?;
        self.as_any().setattr(name, &value)
    }

    /// Makes the type object of the class `T` and adds it to the namespace under its name.
    ///
    /// # Errors
    ///
    /// What making the type raises.
    pub fn add_class<T: PyMethods>(&self) -> PyResult<ClassType<T>> {
        let class = ClassType::new(self)?;
        self.add(<T as PyClass>::NAME, class.bind(self.py()).clone())?;
        Ok(class)
    }

    /// As [`add_class`](Self::add_class), for a subclass of `base`.
    ///
    /// # Errors
    ///
    /// What making the type raises.
    pub fn add_subclass<T: Extends>(&self, base: &ClassType<T::Base>) -> PyResult<ClassType<T>> {
        let class = ClassType::extending(self, base)?;
        self.add(<T as PyClass>::NAME, class.bind(self.py()).clone())?;
        Ok(class)
    }

    /// The module's state, for functions that need it in some cases only: others take it as a
    /// parameter.
    ///
    /// # Errors
    ///
    /// `SystemError` when the state is another module's, or not complete.
    pub fn state<S: ModuleState>(&self) -> PyResult<&S> {
        state_of(self)
    }

    /// Makes an exception class that belongs to the module, derived from `Exception`, and adds it to
    /// the namespace; `qualified_name` is `module.Name`. Unlike one of [`PyType::new_exception`] it is
    /// made from a spec, as some C modules do: instances take no weak references.
    ///
    /// # Errors
    ///
    /// What making the class raises.
    pub fn add_exception(&self, qualified_name: &str) -> PyResult<Bound<'py, PyType>> {
        let py = self.py();
        let name = qualified_name.rsplit('.').next().unwrap_or(qualified_name);
        let qualified_name = c_string(py, qualified_name)?;
        let bases = PyTuple::new(py, [PyExceptionClass::type_object(py)])?;
        let mut slots = [type_slot(0, ptr::null_mut())];
        let mut spec = ffi::PyType_Spec {
            name: qualified_name.as_ptr(),
            basicsize: 0,
            itemsize: 0,
            flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE) as c_uint,
            slots: slots.as_mut_ptr(),
        };
        // SAFETY: attached; the spec is complete, with the base's size; the name is copied.
        let class = unsafe {
            let class = ffi::PyType_FromModuleAndSpec(self.as_ptr(), &mut spec, bases.as_ptr());
            Bound::from_owned_or_err(py, class)?
        };
        self.add(name, &class)?;
        Ok(class)
    }

    /// The module's name.
    ///
    /// # Errors
    ///
    /// `SystemError` when its namespace has none.
    pub fn name(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: attached; `self` is a module; the result is a str.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PyModule_GetNameObject(self.as_ptr())) }
    }

    /// `module.name`.
    ///
    /// # Errors
    ///
    /// `AttributeError`.
    pub fn getattr(&self, name: &str) -> PyResult<Bound<'py, PyAny>> {
        self.as_any().getattr(name)
    }
}
