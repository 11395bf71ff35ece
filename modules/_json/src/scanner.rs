//! The class `_json.Scanner`: the parser with its hooks.

use corten_api::RecursionGuard;
use corten_api::prelude::*;
use std::ffi::CStr;

use crate::engine::intern::Interner;
use crate::engine::number::{self, Number};
use crate::engine::parse::{self, Builder, Constant, Container, Error, Rules};
use crate::engine::string::Text;
use crate::literal::{Document, Failure, PyUnit, is_text, with_units};
use crate::{State, decode_error, first_string, string_rules};

/// JSON scanner object
#[pyclass(name = "Scanner", module = "_json")]
#[derive(Traverse)]
pub(crate) struct Scanner {
    /// Whether control characters must be escaped.
    #[member]
    #[traverse(skip)]
    strict: bool,
    /// Called with each dict.
    #[member]
    object_hook: Py<PyAny>,
    /// Called with the list of each object's pairs, instead of object_hook.
    #[member]
    object_pairs_hook: Py<PyAny>,
    /// Called with each list.
    #[cfg(Py_3_15)]
    #[member]
    array_hook: Py<PyAny>,
    /// Called with the text of each float.
    #[member]
    parse_float: Py<PyAny>,
    /// Called with the text of each int.
    #[member]
    parse_int: Py<PyAny>,
    /// Called with NaN, Infinity and -Infinity.
    #[member]
    parse_constant: Py<PyAny>,
}

#[pymethods]
impl Scanner {
    #[new(signature = (context), text_signature = "", name = "make_scanner")]
    fn new(context: &Bound<'_, PyAny>) -> PyResult<Self> {
        let hook = |name: &str| context.getattr(name).map(Bound::unbind);
        Ok(Scanner {
            strict: context.getattr("strict")?.is_true()?,
            object_hook: hook("object_hook")?,
            object_pairs_hook: hook("object_pairs_hook")?,
            #[cfg(Py_3_15)]
            array_hook: hook("array_hook")?,
            parse_float: hook("parse_float")?,
            parse_int: hook("parse_int")?,
            parse_constant: hook("parse_constant")?,
        })
    }

    #[call(signature = (string, idx), name = "scan_once")]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        string: &Bound<'py, PyAny>,
        idx: isize,
    ) -> PyResult<(Bound<'py, PyAny>, usize)> {
        let document = first_string(string)?;
        let Ok(start) = usize::try_from(idx) else {
            return Err(PyValueError::raise(py, "idx cannot be negative"));
        };
        with_units!(document, units => self.scan(state, document, units, start))
    }
}

/// Containers nested deeper than this raise `RecursionError` whatever the recursion limit is. The
/// parser needs no stack for them, but what is done with the result later might.
pub(crate) const MAX_DEPTH: usize = 50_000;

impl Scanner {
    fn scan<'py, C: PyUnit>(
        &self,
        state: &State,
        document: &Bound<'py, PyString>,
        units: &[C],
        start: usize,
    ) -> PyResult<(Bound<'py, PyAny>, usize)> {
        let py = document.py();
        let rules = Rules {
            strings: string_rules(self.strict),
            name_trailing_commas: cfg!(Py_3_13),
            max_depth: MAX_DEPTH,
        };
        let mut objects = Objects::new(document, state, self);
        let result = parse::parse_value(units, start, rules, &mut objects);
        objects.release_levels();
        result.map_err(|error| match error {
            Error::Syntax(message, position) => decode_error::raise(message, document, position),
            Error::NoValue(index) => stop_iteration(py, index),
            Error::TooDeep(container) => PyRecursionError::raise(
                py,
                format_args!(
                    "maximum recursion depth exceeded{}",
                    container.context().to_string_lossy()
                ),
            ),
            Error::Build(failure) => failure.raise(py),
        })
    }
}

/// Raises `StopIteration(index)`: how callers learn that no value begins there.
#[cold]
fn stop_iteration(py: Python<'_>, index: usize) -> PyErr {
    match PyInt::from_u64(py, index as u64) {
        Ok(index) => PyErr::set_object(&PyStopIteration::type_object(py), &index),
        Err(error) => error,
    }
}

impl Container {
    /// What a `RecursionError` adds.
    fn context(self) -> &'static CStr {
        match self {
            Container::Array => c" while decoding a JSON array from a unicode string",
            Container::Object => c" while decoding a JSON object from a unicode string",
        }
    }
}

/// Makes Python objects of what the parser reads.
struct Objects<'a, 'py> {
    py: Python<'py>,
    document: Document<'a, 'py>,
    /// The hooks that are not the default.
    object_hook: Option<&'a Bound<'py, PyAny>>,
    object_pairs_hook: Option<&'a Bound<'py, PyAny>>,
    array_hook: Option<&'a Bound<'py, PyAny>>,
    parse_float: Option<&'a Bound<'py, PyAny>>,
    parse_int: Option<&'a Bound<'py, PyAny>>,
    parse_constant: &'a Bound<'py, PyAny>,
    names: Interner<Bound<'py, PyString>>,
    /// The containers that are open now.
    depth: usize,
    /// The levels counted by the interpreter. They are kept for the next containers of the same
    /// depth, until Python code runs that could tell.
    levels: Vec<RecursionGuard<'py>>,
}

impl<'a, 'py> Objects<'a, 'py> {
    fn new(document: &'a Bound<'py, PyString>, state: &'a State, scanner: &'a Scanner) -> Self {
        let py = document.py();
        let unless_none = |hook: &'a Py<PyAny>| Some(hook.bind(py)).filter(|hook| !hook.is_none());
        let unless = |hook: &'a Py<PyAny>, default: &Py<PyType>| {
            Some(hook.bind(py)).filter(|hook| !hook.is(default.bind(py)))
        };
        Objects {
            py,
            document: Document::new(document),
            object_hook: unless_none(&scanner.object_hook),
            object_pairs_hook: unless_none(&scanner.object_pairs_hook),
            #[cfg(Py_3_15)]
            array_hook: unless_none(&scanner.array_hook),
            #[cfg(not(Py_3_15))]
            array_hook: None,
            parse_float: unless(&scanner.parse_float, &state.float),
            parse_int: unless(&scanner.parse_int, &state.int),
            parse_constant: scanner.parse_constant.bind(py),
            names: Interner::new(state.seed),
            depth: 0,
            levels: Vec::new(),
        }
    }

    /// The value that `hook` makes of a container.
    #[inline(always)]
    fn apply_hook(
        &mut self,
        hook: Option<&Bound<'py, PyAny>>,
        container: Bound<'py, PyAny>,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let value = match hook {
            None => container,
            Some(hook) => self.call_hook(hook, &container)?,
        };
        self.depth -= 1;
        Ok(value)
    }

    #[inline(never)]
    fn call_hook(
        &mut self,
        hook: &Bound<'py, PyAny>,
        argument: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.release_levels();
        hook.call1(argument)
    }

    /// Makes the interpreter's count of levels what it would be without keeping some.
    fn release_levels(&mut self) {
        self.levels.truncate(self.depth);
    }
}

/// An object on its way: the pairs for `object_pairs_hook`, else a dict.
enum Members<'py> {
    Dict(Bound<'py, PyDict>),
    Pairs(Bound<'py, PyList>),
}

impl<'py, C: PyUnit> Builder<C> for Objects<'_, 'py> {
    type Value = Bound<'py, PyAny>;
    type Key = usize;
    type Array = Bound<'py, PyList>;
    type Object = Members<'py>;
    type Error = Failure;

    fn null(&mut self) -> Result<Self::Value, Failure> {
        Ok(self.py.none())
    }

    fn boolean(&mut self, value: bool) -> Result<Self::Value, Failure> {
        Ok(self.py.bool(value))
    }

    fn constant(&mut self, name: Constant) -> Result<Self::Value, Failure> {
        let name = match name {
            Constant::Nan => "NaN",
            Constant::Infinity => "Infinity",
            Constant::NegativeInfinity => "-Infinity",
        };
        self.release_levels();
        Ok(self
            .parse_constant
            .call1(&PyString::interned(self.py, name)?)?)
    }

    #[inline]
    fn number(&mut self, number: Number, literal: &[C]) -> Result<Self::Value, Failure> {
        let py = self.py;
        let hook = if number == Number::Float {
            self.parse_float
        } else {
            self.parse_int
        };
        if let Some(hook) = hook {
            self.release_levels();
            return Ok(hook.call1(&C::to_str(py, literal)?)?);
        }
        Ok(match number {
            Number::Small(value) => PyInt::from_i64(py, value)?.into_any(),
            Number::Float => PyFloat::new(py, number::to_f64(literal)?)?.into_any(),
            Number::Integer => {
                number::with_ascii(literal, |text| PyInt::from_decimal(py, text))??.into_any()
            }
        })
    }

    #[inline]
    fn string(&mut self, text: Text<'_, C>) -> Result<Self::Value, Failure> {
        Ok(self.document.string(&text)?.into_any())
    }

    #[inline]
    fn key(&mut self, text: Text<'_, C>) -> Result<usize, Failure> {
        let document = self.document;
        let make = || document.string(&text).map_err(Failure::from);
        match text {
            Text::Verbatim(_, units) | Text::Resolved(units) => {
                self.names.intern(units, |name| is_text(name, units), make)
            }
            Text::Widened(units) => self.names.intern(units, |name| is_text(name, units), make),
        }
    }

    #[inline]
    fn begin(&mut self, container: Container) -> Result<(), Failure> {
        if self.levels.len() == self.depth {
            let level = self.py.recursion_guard(container.context())?;
            self.levels.push(level);
        }
        self.depth += 1;
        Ok(())
    }

    #[inline(always)]
    fn extend_array(
        &mut self,
        array: Option<Self::Array>,
        items: impl ExactSizeIterator<Item = Self::Value>,
    ) -> Result<Self::Array, Failure> {
        let Some(array) = array else {
            return Ok(PyList::new(self.py, items)?);
        };
        for item in items {
            array.push(item)?;
        }
        Ok(array)
    }

    #[inline(always)]
    fn extend_object(
        &mut self,
        object: Option<Self::Object>,
        keys: impl ExactSizeIterator<Item = Self::Key>,
        values: impl ExactSizeIterator<Item = Self::Value>,
    ) -> Result<Self::Object, Failure> {
        let object = match object {
            Some(object) => object,
            None if self.object_pairs_hook.is_some() => Members::Pairs(PyList::empty(self.py)?),
            None => Members::Dict(PyDict::with_capacity(self.py, keys.len())?),
        };
        for (name, value) in keys.zip(values) {
            let name = self.names.get(name);
            match &object {
                Members::Dict(dict) => dict.set_item(name, &value)?,
                Members::Pairs(pairs) => {
                    let name = name.clone().into_any();
                    pairs.push(PyTuple::new(self.py, [name, value])?)?;
                }
            }
        }
        Ok(object)
    }

    #[inline(always)]
    fn end_array(&mut self, array: Self::Array) -> Result<Self::Value, Failure> {
        self.apply_hook(self.array_hook, array.into_any())
    }

    #[inline(always)]
    fn end_object(&mut self, object: Self::Object) -> Result<Self::Value, Failure> {
        match object {
            Members::Dict(dict) => self.apply_hook(self.object_hook, dict.into_any()),
            Members::Pairs(pairs) => self.apply_hook(self.object_pairs_hook, pairs.into_any()),
        }
    }
}
