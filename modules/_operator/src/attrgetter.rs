//! `attrgetter`.

use corten_api::prelude::*;

use crate::getter::{check, repr};

/// Makes a function that fetches attributes of what it is called with.
///
/// attrgetter('name')(r) is r.name, attrgetter('name', 'date')(r) is
/// (r.name, r.date), and attrgetter('name.first', 'name.last')(r) is
/// (r.name.first, r.name.last).
#[pyclass(
    name = "attrgetter",
    module = "operator",
    immutable,
    vectorcall,
    getattr
)]
#[derive(Traverse)]
pub(crate) struct AttrGetter {
    attributes: Vec<Attribute>,
}

/// A name, or names with dots between them.
#[derive(Traverse)]
enum Attribute {
    Plain(Py<PyString>),
    Dotted(Vec<Py<PyString>>),
}

#[pymethods]
impl AttrGetter {
    #[cfg_attr(
        Py_3_12,
        new(packed, signature = (*args, **kwargs), text_signature = "(attr, /, *attrs)")
    )]
    #[cfg_attr(
        not(Py_3_12),
        new(packed, signature = (*args, **kwargs), text_signature = "")
    )]
    fn new(args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        check("attrgetter", args, kwargs)?;
        let attributes = args.as_slice().iter().map(|name| Attribute::new(name));
        Ok(AttrGetter {
            attributes: try_collect(args.py(), attributes)?,
        })
    }

    #[call(name = "attrgetter", signature = (obj, /))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        obj: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.attributes.as_slice() {
            [attribute] => attribute.of(obj),
            attributes => {
                let mut values = PyTupleBuilder::new(py, attributes.len())?;
                for attribute in attributes {
                    values.push(attribute.of(obj)?);
                }
                Ok(values.finish().into_any())
            }
        }
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        repr(py, "attrgetter", &slf.names(py)?)
    }

    /// How to make an equal one, for pickle.
    #[method(name = "__reduce__", text_signature = "")]
    fn reduce<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        (slf.as_any().get_type(), slf.names(py)?).into_py(py)
    }

    #[cfg(Py_3_13)]
    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        "(obj, /)"
    }
}

impl AttrGetter {
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let mut names = PyTupleBuilder::new(py, self.attributes.len())?;
        for attribute in &self.attributes {
            names.push(attribute.name(py)?);
        }
        Ok(names.finish())
    }
}

impl Attribute {
    fn new(name: &Bound<'_, PyAny>) -> PyResult<Self> {
        let Some(name) = name.cast::<PyString>() else {
            let text = "attribute name must be a string";
            return Err(PyTypeError::raise(name.py(), text));
        };
        let is_dot = |index: &usize| name.code_at(*index) == Some(u32::from('.'));
        let dots = (0..name.len()).filter(is_dot);
        if dots.clone().next().is_none() {
            return Ok(Attribute::Plain(name.clone().into_interned().unbind()));
        }
        let mut start = 0;
        let parts = dots.chain([name.len()]).map(|end| {
            let part = name.slice(start..end)?;
            start = end + 1;
            Ok(part.into_interned().unbind())
        });
        Ok(Attribute::Dotted(try_collect(name.py(), parts)?))
    }

    #[inline]
    fn of<'py>(&self, object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        match self {
            Attribute::Plain(name) => object.getattr(name.bind(py)),
            Attribute::Dotted(names) => names
                .iter()
                .try_fold(object.clone(), |object, name| object.getattr(name.bind(py))),
        }
    }

    fn name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        match self {
            Attribute::Plain(name) => Ok(name.bind(py).clone()),
            Attribute::Dotted(names) => {
                let names = names.iter().map(|name| name.bind(py).clone());
                PyString::new(py, ".")?.join(names)
            }
        }
    }
}
