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
    /// With keywords whose names are strings: these, and the arguments with the keywords' values behind them.
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
        let keywords = match &kwargs {
            Some(kwargs) => split(&args.as_slice()[1..], kwargs)?,
            None => None,
        };
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
        let (args, names) = match &self.keywords {
            Some((names, args)) => (args.bind(py).as_slice(), Some(names.bind(py))),
            None => (self.arguments(py), None),
        };
        match (args, names) {
            ([], _) => object.call_method(name, &[]),
            ([one], None) => object.call_method(name, &[one]),
            _ => {
                let mut stack = CallStack::new(py);
                stack.extend(&[*object])?;
                stack.extend(args)?;
                stack.call_method(name, names)
            }
        }
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        let Some(_guard) = slf.as_any().repr_guard()? else {
            return PyString::new(py, "operator.methodcaller(...)");
        };
        let mut parts = PyStringParts::new(py);
        parts.push_str("operator.methodcaller(")?;
        parts.push(slf.name.bind(py).as_any().repr()?)?;
        let kwargs = slf.kwargs.as_ref().map(|kwargs| kwargs.bind(py));
        parts.push_arguments(slf.arguments(py), kwargs)?;
        parts.push_str(")")?;
        parts.finish()
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

/// The names of keywords, and `args` with their values behind them, if the names are strings.
fn split(
    args: &[Borrowed<'_, '_, PyAny>],
    kwargs: &Bound<'_, PyDict>,
) -> PyResult<Option<(Py<PyNames>, Py<PyTuple>)>> {
    let (py, items) = (kwargs.py(), kwargs.snapshot()?);
    let names = PyTuple::new(py, items.iter().map(|(name, _)| name.clone()))?;
    let mut all = PyTupleBuilder::new(py, args.len() + items.len())?;
    for arg in args {
        all.push(Bound::clone(arg));
    }
    for (_, value) in items {
        all.push(value);
    }
    let names = names.into_any().cast_into::<PyNames>().ok();
    Ok(names.map(|names| (names.unbind(), all.finish().unbind())))
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
