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
            attributes: attributes.collect::<PyResult<_>>()?,
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
        let names = self.attributes.iter().map(|attribute| attribute.name(py));
        PyTuple::new(py, names.collect::<PyResult<Vec<_>>>()?)
    }
}

impl Attribute {
    fn new(name: &Bound<'_, PyAny>) -> PyResult<Self> {
        let Some(name) = name.cast::<PyString>() else {
            let text = "attribute name must be a string";
            return Err(PyTypeError::raise(name.py(), text));
        };
        let dots: Vec<usize> = (0..name.len())
            .filter(|&index| name.code_at(index) == Some(u32::from('.')))
            .collect();
        if dots.is_empty() {
            return Ok(Attribute::Plain(name.clone().into_interned().unbind()));
        }
        let starts = std::iter::once(0).chain(dots.iter().map(|dot| dot + 1));
        let ends = dots.iter().copied().chain([name.len()]);
        let parts = starts.zip(ends).map(|(start, end)| {
            let part = name.slice(start..end)?;
            Ok(part.into_interned().unbind())
        });
        Ok(Attribute::Dotted(parts.collect::<PyResult<_>>()?))
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
                let names: Vec<_> = names.iter().map(|name| name.bind(py).clone()).collect();
                PyString::new(py, ".")?.join(names)
            }
        }
    }
}
