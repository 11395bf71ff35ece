//! Calls that are passed on, and the classes that do it.

use corten_api::prelude::*;

/// What a call consists of: its positional arguments, and names and values of the others.
#[pyfunction(text_signature = "($module, /, *args, **kwargs)")]
pub(crate) fn passed<'py>(
    py: Python<'py>,
    call: Call<'_, 'py>,
) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyTuple>)> {
    let keywords = call
        .keywords()
        .map(|(name, value)| PyTuple::from_slice(py, &[name, value]))
        .collect::<PyResult<Vec<_>>>()?;
    Ok((call.positional_tuple()?, PyTuple::new(py, keywords)?))
}

/// Calls the method `name` of an object with arguments put together on the stack.
#[pyfunction(signature = (object, name, args, names, /))]
pub(crate) fn call_on_stack<'py>(
    py: Python<'py>,
    object: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
    args: &Bound<'py, PyTuple>,
    names: Option<Bound<'py, PyNames>>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut stack = CallStack::new(py);
    stack.push(object)?;
    stack.extend(args.as_slice())?;
    stack.call_method(name, names.as_ref())
}

/// Passes calls on to something else, as a function does when it is an attribute of a class.
#[pyclass(
    name = "Relay",
    module = "xxcorten",
    basetype,
    dict,
    vectorcall,
    method_descriptor,
    getattr,
    setattr
)]
#[derive(Traverse)]
pub(crate) struct Relay {
    /// What is called.
    #[member(writable)]
    target: OptionalMember<PyAny>,
    /// Arguments in front of the others.
    #[member]
    first: Py<PyTuple>,
    /// Keywords, of no use.
    #[member]
    keywords: Option<Py<PyDict>>,
}

#[pymethods]
impl Relay {
    #[new(packed, signature = (*args, **kwargs), text_signature = "(target, /, *args, **kwargs)")]
    fn new(
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let Some(target) = args.get(0) else {
            return Err(PyTypeError::raise(py, "Relay needs a target"));
        };
        let keywords = kwargs.map(Bound::to_unshared).transpose()?;
        Ok(Relay {
            target: OptionalMember::new(Some(target.unbind())),
            first: args.slice(1, args.len())?.unbind(),
            keywords: keywords.map(Bound::unbind),
        })
    }

    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        call: Call<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _guard = py.nesting_guard(c" while calling a relay")?;
        match slf.target.get(slf) {
            Some(target) => call.forward(&target, slf.first.bind(py).as_slice()),
            None => Err(PyTypeError::raise(py, "no target")),
        }
    }

    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        instance: Option<&Bound<'py, PyAny>>,
        owner: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = owner;
        match instance {
            Some(instance) => slf.as_any().bound_to(instance),
            None => Ok(slf.as_any().clone()),
        }
    }

    fn __repr__(slf: &Bound<'_, Self>, py: Python<'_>) -> PyResult<String> {
        let Some(_guard) = slf.as_any().repr_guard()? else {
            return Ok("...".to_owned());
        };
        let target = slf.target.get(slf).unwrap_or_else(|| py.none());
        Ok(format!("Relay({})", target.repr()?.to_str()?))
    }

    /// The `__dict__`, or None if it has not been asked for; then sets it to a copy of another.
    #[method(signature = (dict, /))]
    fn swap_dict<'py>(
        slf: &Bound<'py, Self>,
        dict: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        let before = slf.instance_dict();
        slf.set_instance_dict(dict.as_ref().map(Bound::copy).transpose()?);
        Ok(before)
    }

    /// `Relay[item]`.
    #[classmethod(name = "__class_getitem__", signature = (item, /))]
    fn class_getitem<'py>(
        cls: &Bound<'py, PyType>,
        item: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        cls.generic_alias(item)
    }
}

/// There is one of it.
#[pyclass(name = "Single", module = "xxcorten", immutable)]
pub(crate) struct Single {}

#[pymethods]
impl Single {
    #[new(packed, signature = (*args, **kwargs), text_signature = "()")]
    fn new<'py>(
        py: Python<'py>,
        state: &crate::State,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<New<'py, Self>> {
        if !args.is_empty() || kwargs.is_some_and(|kwargs| !kwargs.is_empty()) {
            return Err(PyTypeError::raise(py, "Single takes no arguments"));
        }
        Ok(New::Existing(state.single.bind(py).clone()))
    }
}
