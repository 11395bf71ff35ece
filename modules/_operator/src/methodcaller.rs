//! `methodcaller`.

use corten_api::prelude::*;

/// Makes a function that calls a method of what it is called with.
///
/// methodcaller('name')(r) is r.name(), and methodcaller('name', 'date', foo=1)(r)
/// is r.name('date', foo=1).
#[pyclass(
    name = "methodcaller",
    module = "operator",
    immutable,
    vectorcall,
    getattr
)]
#[derive(Traverse)]
pub(crate) struct MethodCaller {
    name: Py<PyString>,
    /// What it was made with: the name, and the arguments.
    args: Py<PyTuple>,
    kwargs: Option<Py<PyDict>>,
    /// Names and values of the keywords, if the names are strings.
    keywords: Option<(Py<PyNames>, Py<PyTuple>)>,
}

#[pymethods]
impl MethodCaller {
    #[cfg_attr(
        Py_3_12,
        new(packed, signature = (*args, **kwargs), text_signature = "(name, /, *args, **kwargs)")
    )]
    #[cfg_attr(
        not(Py_3_12),
        new(packed, signature = (*args, **kwargs), text_signature = "")
    )]
    fn new(
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let Some(name) = args.get(0) else {
            let text = "methodcaller needs at least one argument, the method name";
            return Err(PyTypeError::raise(py, text));
        };
        let Some(name) = name.cast::<PyString>() else {
            return Err(PyTypeError::raise(py, "method name must be a string"));
        };
        let kwargs = kwargs.filter(|kwargs| !kwargs.is_empty());
        let kwargs = kwargs.map(Bound::to_unshared).transpose()?;
        let keywords = kwargs.as_ref().map(split).transpose()?.flatten();
        Ok(MethodCaller {
            name: name.clone().into_interned().unbind(),
            args: args.clone().unbind(),
            kwargs: kwargs.map(Bound::unbind),
            keywords,
        })
    }

    fn __call__<'py>(&self, py: Python<'py>, call: Call<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
        let ([object], 0) = (call.positional(), call.keyword_count()) else {
            return Err(wrong_arguments(py, call));
        };
        let name = self.name.bind(py);
        if let (Some(kwargs), None) = (&self.kwargs, &self.keywords) {
            let method = object.getattr(name)?;
            return method.call_with(&self.arguments_tuple(py)?, Some(kwargs.bind(py)));
        }
        let keywords = self.keywords.as_ref();
        match (self.arguments(py), keywords) {
            ([], None) => object.call_method(name, &[]),
            ([one], None) => object.call_method(name, &[one]),
            (args, keywords) => {
                let mut stack = CallStack::new(py);
                stack.extend(&[*object])?;
                stack.extend(args)?;
                if let Some((_, values)) = keywords {
                    stack.extend(values.bind(py).as_slice())?;
                }
                stack.call_method(name, keywords.map(|(names, _)| names.bind(py)))
            }
        }
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        let Some(_guard) = slf.as_any().repr_guard()? else {
            return PyString::new(py, "operator.methodcaller(...)");
        };
        let text = |text: &str| PyString::new(py, text);
        let name = slf.name.bind(py).as_any().repr()?;
        let mut parts = vec![text("operator.methodcaller(")?, name];
        for arg in slf.arguments(py) {
            parts.extend([text(", ")?, arg.repr()?]);
        }
        let mut position = 0;
        let kwargs = slf.kwargs.as_ref().map(|kwargs| kwargs.bind(py));
        while let Some((name, value)) = kwargs.and_then(|kwargs| kwargs.next_item(&mut position)) {
            parts.extend([text(", ")?, name.str()?, text("=")?, value.repr()?]);
        }
        parts.push(text(")")?);
        text("")?.join(parts)
    }

    /// How to make an equal one, for pickle.
    #[method(name = "__reduce__", text_signature = "")]
    fn reduce<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let class = slf.as_any().get_type().into_any();
        let name = slf.name.bind(py).as_any();
        let Some(kwargs) = &slf.kwargs else {
            let arguments = PyTuple::concat(py, &[name.as_borrowed()], slf.arguments(py))?;
            return (class, arguments).into_py(py);
        };
        let first = PyTuple::new(py, [class, name.clone()])?;
        let partial = py.import("functools")?.getattr("partial")?;
        let constructor = partial.call_with(&first, Some(kwargs.bind(py)))?;
        (constructor, slf.arguments_tuple(py)?).into_py(py)
    }

    #[cfg(Py_3_13)]
    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        "(obj, /)"
    }
}

impl MethodCaller {
    #[inline]
    fn arguments<'a, 'py>(&'a self, py: Python<'py>) -> &'a [Borrowed<'a, 'py, PyAny>] {
        self.args.bind(py).as_slice().get(1..).unwrap_or_default()
    }

    fn arguments_tuple<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::from_slice(py, self.arguments(py))
    }
}

/// Names and values of keywords, if the names are strings.
fn split(kwargs: &Bound<'_, PyDict>) -> PyResult<Option<(Py<PyNames>, Py<PyTuple>)>> {
    let (names, values): (Vec<_>, Vec<_>) = kwargs.snapshot()?.into_iter().unzip();
    let names = PyTuple::new(kwargs.py(), names)?.into_any();
    let values = PyTuple::new(kwargs.py(), values)?;
    let names = names.cast_into::<PyNames>().ok();
    Ok(names.map(|names| (names.unbind(), values.unbind())))
}

/// The error for a call with anything but one object, which the interpreter looks for in an order of
/// the release's own.
#[cold]
fn wrong_arguments(py: Python<'_>, call: Call<'_, '_>) -> PyErr {
    let given = call.positional().len();
    let counts_first = cfg!(Py_3_13);
    if given == 1 || !counts_first && call.keyword_count() > 0 {
        return PyTypeError::raise(py, "methodcaller() takes no keyword arguments");
    }
    let text = format_args!("methodcaller expected 1 argument, got {given}");
    PyTypeError::raise(py, text)
}
