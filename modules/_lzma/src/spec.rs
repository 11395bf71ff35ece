//! Filters and chains as Python has them: dicts, and sequences of dicts.

use corten_api::prelude::*;

use crate::State;
use crate::engine::{Chain, Filter, LzmaOptions, filter_id, preset};

/// A filter that is a dict to Python.
pub(crate) struct FilterSpec(pub(crate) Filter);

impl FilterSpec {
    pub(crate) fn new(state: &State, spec: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = spec.py();
        if !spec.is_mapping() {
            let text = "Filter specifier must be a dict or dict-like object";
            return Err(PyTypeError::raise(py, text));
        }
        let Some(id) = optional_item(spec, "id")? else {
            let text = "Filter specifier must have an \"id\" entry";
            return Err(PyValueError::raise(py, text));
        };
        let UInt64(id) = UInt64::new(&id, "lzma_vli")?;
        match id {
            filter_id::LZMA1 => lzma_options(state, spec).map(Filter::Lzma1),
            filter_id::LZMA2 => lzma_options(state, spec).map(Filter::Lzma2),
            filter_id::DELTA => delta_distance(spec).map(|distance| Filter::Delta { distance }),
            filter_id::X86..=filter_id::SPARC => {
                start_offset(spec).map(|start_offset| Filter::Bcj { id, start_offset })
            }
            _ => Err(invalid_id(py, id)),
        }
        .map(FilterSpec)
    }

    /// The filter and the options that its properties tell.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let spec = PyDict::new(py)?;
        let set = |name, value: u32| {
            let value = PyInt::from_u64(py, u64::from(value))?;
            spec.set_item(&PyString::interned(py, name)?, &value)
        };
        let id = self.0.id();
        spec.set_item(&PyString::interned(py, "id")?, &PyInt::from_u64(py, id)?)?;
        match self.0 {
            Filter::Lzma1(LzmaOptions {
                lc,
                lp,
                pb,
                dict_size,
                ..
            }) => {
                set("lc", lc)?;
                set("lp", lp)?;
                set("pb", pb)?;
                set("dict_size", dict_size)?;
            }
            Filter::Lzma2(LzmaOptions { dict_size, .. }) => set("dict_size", dict_size)?,
            Filter::Delta { distance } => set("dist", distance)?,
            Filter::Bcj { id, .. } if id > filter_id::SPARC => return Err(invalid_id(py, id)),
            Filter::Bcj {
                start_offset: 0, ..
            } => {}
            Filter::Bcj { start_offset, .. } => set("start_offset", start_offset)?,
        }
        Ok(spec)
    }
}

fn invalid_id(py: Python<'_>, id: u64) -> PyErr {
    PyValueError::raise(py, format_args!("Invalid filter ID: {id}"))
}

/// The chain that a sequence of dicts stands for.
pub(crate) fn chain(state: &State, specs: &Bound<'_, PyAny>) -> PyResult<Chain> {
    let py = specs.py();
    let len = specs.sequence_len()?;
    if len > Chain::MAX_LEN {
        let text = "Too many filters - liblzma supports a maximum of";
        return Err(PyValueError::raise(
            py,
            format_args!("{text} {}", Chain::MAX_LEN),
        ));
    }
    let filters = (0..len).map(|index| {
        let index = PyInt::from_u64(py, index as u64)?;
        FilterSpec::new(state, &specs.get_item_of(&index)?).map(|spec| spec.0)
    });
    Ok(Chain::new(filters.collect::<PyResult<_>>()?))
}

fn lzma_options(state: &State, spec: &Bound<'_, PyAny>) -> PyResult<LzmaOptions> {
    let py = spec.py();
    let preset = match optional_item(spec, "preset")? {
        Some(preset) => UInt32::new(&preset)?.0,
        None => preset::DEFAULT,
    };
    let mut options =
        LzmaOptions::preset(preset).ok_or_else(|| invalid_preset(state, py, preset))?;
    let fields = &mut [
        ("dict_size", &mut options.dict_size),
        ("lc", &mut options.lc),
        ("lp", &mut options.lp),
        ("pb", &mut options.pb),
        ("mode", &mut options.mode),
        ("nice_len", &mut options.nice_len),
        ("mf", &mut options.mf),
        ("depth", &mut options.depth),
    ];
    set_fields(spec, "LZMA", &["id", "preset"], fields)?;
    Ok(options)
}

pub(crate) fn invalid_preset(state: &State, py: Python<'_>, preset: u32) -> PyErr {
    let text = format_args!("Invalid compression preset: {preset}");
    state.error.bind(py).raise(text)
}

fn delta_distance(spec: &Bound<'_, PyAny>) -> PyResult<u32> {
    let mut distance = 1;
    set_fields(spec, "delta", &["id"], &mut [("dist", &mut distance)])?;
    Ok(distance)
}

fn start_offset(spec: &Bound<'_, PyAny>) -> PyResult<u32> {
    let mut offset = 0;
    set_fields(spec, "BCJ", &["id"], &mut [("start_offset", &mut offset)])?;
    Ok(offset)
}

/// Sets those of `fields` that the dict has. It may have the `others`, too, and nothing else.
fn set_fields(
    spec: &Bound<'_, PyAny>,
    filter: &str,
    others: &[&str],
    fields: &mut [(&str, &mut u32)],
) -> PyResult<()> {
    try_set_fields(spec, others, fields)
        .and_then(|fits| match fits {
            true => Ok(()),
            false => Err(PyTypeError::raise(spec.py(), "")),
        })
        .map_err(|error| {
            drop(error);
            let text = format_args!("Invalid filter specifier for {filter} filter");
            PyValueError::raise(spec.py(), text)
        })
}

fn try_set_fields(
    spec: &Bound<'_, PyAny>,
    others: &[&str],
    fields: &mut [(&str, &mut u32)],
) -> PyResult<bool> {
    let Some(spec) = spec.cast::<PyDict>() else {
        return Ok(false);
    };
    let py = spec.py();
    let mut known = 0;
    for name in others {
        known += usize::from(spec.contains(&PyString::new(py, name)?)?);
    }
    for (name, field) in fields {
        if let Some(value) = spec.get_item(&PyString::new(py, name)?)? {
            **field = UInt32::new(&value)?.0;
            known += 1;
        }
    }
    Ok(known == spec.len())
}

/// `spec[name]`, unless that is a `KeyError`.
fn optional_item<'py>(spec: &Bound<'py, PyAny>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    match spec.get_item_of(&PyString::new(spec.py(), name)?) {
        Ok(item) => Ok(Some(item)),
        Err(error) if error.matches::<PyKeyError>(spec.py()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A C `uint64_t`, under whatever name.
pub(crate) struct UInt64(pub(crate) u64);

/// The number of a filter.
impl<'a, 'py> FromArg<'a, 'py> for UInt64 {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Self::new(object, "lzma_vli")
    }
}

impl UInt64 {
    /// `name` is what errors call the type.
    pub(crate) fn new(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        to_u64(object, name).map(Self)
    }
}

/// A C `uint32_t`.
pub(crate) struct UInt32(pub(crate) u32);

impl UInt32 {
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let value = to_u64(object, "uint32_t")?;
        let value = u32::try_from(value).map_err(|_| too_large(object.py(), "uint32_t"))?;
        Ok(Self(value))
    }
}

#[cfg(not(Py_3_14))]
fn to_u64(object: &Bound<'_, PyAny>, _name: &str) -> PyResult<u64> {
    if object.cast::<PyInt>().is_none() {
        return Err(PyTypeError::raise(object.py(), "an integer is required"));
    }
    u64::from_arg(object, &Arg::only(""))
}

#[cfg(Py_3_14)]
fn to_u64(object: &Bound<'_, PyAny>, name: &str) -> PyResult<u64> {
    let py = object.py();
    let int = object.index()?;
    let zero = PyInt::from_i64(py, 0)?;
    if int.as_any().compare(&zero, CompareOp::Lt)? {
        return Err(PyValueError::raise(py, "Cannot convert negative int"));
    }
    u64::from_arg(int.as_any(), &Arg::only("")).map_err(|error| {
        drop(error);
        too_large(py, name)
    })
}

#[cold]
fn too_large(py: Python<'_>, name: &str) -> PyErr {
    let text = match cfg!(Py_3_14) {
        true => format!("Python int too large for C {name}"),
        false => format!("Value too large for {name} type"),
    };
    PyOverflowError::raise(py, text)
}
