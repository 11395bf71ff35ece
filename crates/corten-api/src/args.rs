//! Call signatures: binding arguments to parameters on the stack, with CPython's error texts.
//!
//! Keyword names are compared by content. They are short ASCII texts, and comparing lengths and
//! then bytes costs what comparing the pointers of interned strings costs; so nothing has to be
//! interned, or kept for each interpreter.

use std::fmt::{self, Display};
use std::iter::zip;
use std::{hint, ptr};

use corten_ffi as ffi;

use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyException, PyTypeError};
use crate::instance::{Borrowed, Bound};
use crate::python::Python;
use crate::types::{PyAny, PyDict, PyString, PyTuple, StrData};

/// A parameter, for error texts.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// The function's name.
    pub function: &'static str,
    /// How messages call the parameter.
    display: ParameterName,
}

#[derive(Clone, Copy, Debug)]
enum ParameterName {
    /// The only one there is.
    Only,
    /// By position, counted from 1.
    Position(usize),
    /// By name.
    Name(&'static str),
}

impl Arg {
    /// The only parameter of `function`.
    #[must_use]
    pub const fn only(function: &'static str) -> Self {
        Arg {
            function,
            display: ParameterName::Only,
        }
    }

    /// Raises `TypeError`: `f() argument 1 must be str, not int`.
    #[cold]
    pub fn bad_type(&self, object: &Bound<'_, PyAny>, expected: &str) -> PyErr {
        let (function, place) = (self.function, self.place());
        let given = if object.is_none() {
            "None".to_owned()
        } else {
            object.type_name()
        };
        PyTypeError::raise(
            object.py(),
            format_args!("{function}() {place} must be {expected}, not {given}"),
        )
    }

    /// What messages call the parameter: `argument 1`.
    pub(crate) fn place(&self) -> String {
        match self.display {
            ParameterName::Only => "argument".to_owned(),
            ParameterName::Position(n) => format!("argument {n}"),
            ParameterName::Name(name) => format!("argument '{name}'"),
        }
    }
}

/// A function's parameters, as `#[pyfunction(signature = …)]` writes them down.
#[derive(Debug)]
pub struct Signature {
    /// The name in error texts; empty where the C function gives none.
    pub function: &'static str,
    /// All parameter names: positional-only, positional-or-keyword, keyword-only.
    pub names: &'static [&'static str],
    /// How many are positional-only.
    pub positional_only: usize,
    /// How many can be given by position (the positional-only ones included).
    pub positional: usize,
    /// How many of those have no default.
    pub required: usize,
    /// How many of the keyword-only ones, the first, have no default.
    pub required_keyword_only: usize,
    /// Whether there is a `*args`.
    pub var_positional: bool,
    /// Whether there is a `**kwargs`.
    pub var_keyword: bool,
    /// Whether the function is called with exactly one object (`METH_O`).
    pub single: bool,
    /// Whether the C method is told its defining class (`METH_METHOD`), which shows in its texts.
    pub defining_class: bool,
}

/// A keyword and its value.
pub(crate) type Item<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// What a dict of keywords holds, in the caller's hands: converting one value cannot drop another.
///
/// # Errors
///
/// `MemoryError`.
///
/// # Safety
///
/// `kwargs` must be null or a live dict.
pub(crate) unsafe fn keyword_items<'py>(
    py: Python<'py>,
    kwargs: *mut ffi::PyObject,
) -> PyResult<Vec<Item<'py>>> {
    // SAFETY: forwarded from the caller.
    match unsafe { py.borrowed_or_none(kwargs) } {
        // SAFETY: as above, it is a dict.
        Some(kwargs) => unsafe { Borrowed::<PyDict>::from_ptr(py, kwargs.as_ptr()).snapshot() },
        None => Ok(Vec::new()),
    }
}

/// The bound arguments of one call; `None` where the default applies.
pub struct Arguments<'a, 'py, const N: usize> {
    /// One value for each name of the signature.
    pub values: [Option<Borrowed<'a, 'py, PyAny>>; N],
    /// What `*args` takes.
    pub rest: &'a [Borrowed<'a, 'py, PyAny>],
    /// What `**kwargs` takes.
    pub var_keyword: Option<Bound<'py, PyDict>>,
}

/// The arguments of a call as the interpreter passes them: positional values, then the values of
/// the keywords in `names`.
#[derive(Clone, Copy)]
pub struct Call<'a, 'py> {
    pub(crate) py: Python<'py>,
    /// Where the positional values are; may be null when there are none.
    pub(crate) args: *const *mut ffi::PyObject,
    /// How many positional values there are.
    pub(crate) count: usize,
    /// Whether the caller lends the slot before the first argument (`PY_VECTORCALL_ARGUMENTS_OFFSET`).
    pub(crate) free_slot: bool,
    pub(crate) keywords: Keywords<'a, 'py>,
}

#[derive(Clone, Copy)]
pub(crate) enum Keywords<'a, 'py> {
    /// Vectorcall: names in a tuple, values behind the positional ones.
    Stack(Option<Borrowed<'a, 'py, PyTuple>>),
    /// `tp_new`, `tp_init`, `tp_call`: names and values.
    Items(&'a [Item<'py>]),
}

impl<'a, 'py> Call<'a, 'py> {
    /// A vectorcall.
    ///
    /// # Safety
    ///
    /// `args` must hold `count` live objects and then one for each name in `names`, which is null
    /// or a tuple of strings; all must live for `'a`.
    #[inline]
    pub unsafe fn fast(
        py: Python<'py>,
        args: *const *mut ffi::PyObject,
        count: usize,
        names: *mut ffi::PyObject,
    ) -> Self {
        // SAFETY: null or a live tuple.
        let names = (!names.is_null()).then(|| unsafe { Borrowed::from_ptr(py, names) });
        Call {
            py,
            args,
            count,
            free_slot: false,
            keywords: Keywords::Stack(names),
        }
    }

    /// A call with a tuple, and what the dict of keywords holds (`keyword_items`).
    ///
    /// # Safety
    ///
    /// `args` must be a tuple that is alive for `'a`.
    pub unsafe fn packed(
        py: Python<'py>,
        args: *mut ffi::PyObject,
        keywords: &'a [Item<'py>],
    ) -> Self {
        // SAFETY: forwarded from the caller; a tuple's items are one array that lives as it does.
        unsafe {
            Call {
                py,
                args: (&raw const (*args.cast::<ffi::PyTupleObject>()).ob_item).cast(),
                count: ffi::PyTuple_GET_SIZE(args) as usize,
                free_slot: false,
                keywords: Keywords::Items(keywords),
            }
        }
    }

    /// The arguments of a function that the interpreter calls with a fixed number of them
    /// (`METH_NOARGS`, `METH_O`): there is nothing to check.
    #[inline]
    pub fn counted<const N: usize>(self) -> Arguments<'a, 'py, N> {
        Arguments {
            values: self.values(N),
            rest: &[],
            var_keyword: None,
        }
    }

    /// The first positional arguments, `most` of them, each at its index.
    #[inline(always)]
    fn values<const N: usize>(self, most: usize) -> [Option<Borrowed<'a, 'py, PyAny>>; N] {
        std::array::from_fn(|i| {
            // SAFETY: in range; a call's arguments are live objects, so they are not null.
            (i < self.count.min(most)).then(|| unsafe {
                let object = *self.args.add(i);
                hint::assert_unchecked(!object.is_null());
                Borrowed::from_ptr(self.py, object)
            })
        })
    }

    /// The positional arguments after the first `count`.
    #[inline]
    fn rest(self, count: usize) -> &'a [Borrowed<'a, 'py, PyAny>] {
        self.positional().get(count..).unwrap_or(&[])
    }
}

impl Signature {
    /// The parameter at `index`, for error texts.
    #[must_use]
    pub const fn arg(&self, index: usize) -> Arg {
        let display = if self.single {
            ParameterName::Only
        } else if index < self.positional_only {
            ParameterName::Position(index + 1)
        } else {
            ParameterName::Name(self.names[index])
        };
        Arg {
            function: self.function,
            display,
        }
    }

    /// Binds the arguments of `call` to the parameters.
    ///
    /// # Errors
    ///
    /// `TypeError` for missing, superfluous, doubly given or unknown arguments.
    // Always: a signature is a constant, and of nearly all questions only the number of arguments is left.
    #[inline(always)]
    pub fn bind<'a, 'py, const N: usize>(
        &self,
        call: Call<'a, 'py>,
    ) -> PyResult<Arguments<'a, 'py, N>> {
        let given = call.count;
        let simple = call.keyword_count() == 0
            && self.required <= given
            && (given <= self.positional || self.var_positional)
            && self.required_keyword_only == 0
            && !self.var_keyword;
        if simple {
            return Ok(Arguments {
                values: call.values(self.positional),
                rest: call.rest(self.positional),
                var_keyword: None,
            });
        }
        hint::cold_path();
        let mut values = call.values(self.positional);
        let var_keyword = match call.keywords {
            // SAFETY: what the call consists of.
            Keywords::Stack(names) => unsafe {
                self.complete_stack(call.py, call.args, call.count, names, &mut values)
            },
            Keywords::Items(_) => self.complete(call, &mut values),
        }?;
        Ok(Arguments {
            values,
            rest: call.rest(self.positional),
            // Told apart here, so that callers need not look.
            var_keyword: var_keyword.filter(|_| self.var_keyword),
        })
    }

    /// [`complete`](Self::complete) for the parts of a vectorcall, which fit registers: a `Call` would be
    /// written to memory for those calls, too, that are simple.
    ///
    /// # Safety
    ///
    /// As [`Call::fast`].
    #[inline(never)]
    unsafe fn complete_stack<'a, 'py: 'a>(
        &self,
        py: Python<'py>,
        args: *const *mut ffi::PyObject,
        count: usize,
        names: Option<Borrowed<'a, 'py, PyTuple>>,
        values: &mut [Option<Borrowed<'a, 'py, PyAny>>],
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        let names = names.map_or(ptr::null_mut(), |names| names.as_ptr());
        // SAFETY: forwarded from the caller.
        let call = unsafe { Call::fast(py, args, count, names) };
        self.complete(call, values)
    }

    /// Adds to `values`, those that were given by position, what was given by name; returns what
    /// `**kwargs` takes.
    fn complete<'a, 'py>(
        &self,
        call: Call<'a, 'py>,
        values: &mut [Option<Borrowed<'a, 'py, PyAny>>],
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        if self.takes_positional_only() && !self.defining_class {
            self.check_positional(call)?;
        } else if !self.may_fit(call) {
            self.check_counts(call)?;
        }
        let unused = self.fill_from_keywords(call, values)?;
        match self.var_keyword {
            true => self.var_keyword(call),
            false if unused > 0 => Err(self.bad_keyword(call)),
            false => Ok(None),
        }
    }

    /// Whether, for certain, no more arguments are given than there are parameters, and all that can be
    /// given by position only.
    #[inline]
    fn may_fit(&self, call: Call<'_, '_>) -> bool {
        let enough = self.positional_only.min(self.required)..=self.positional;
        enough.contains(&call.count) && call.count + call.keyword_count() <= self.names.len()
    }

    /// Whether no parameter can be given by name: such functions have texts of their own.
    fn takes_positional_only(&self) -> bool {
        self.positional_only == self.names.len() && !self.var_keyword
    }

    /// The texts of functions without keywords: `f expected at least 1 argument, got 0`.
    #[cold]
    fn check_positional(&self, call: Call<'_, '_>) -> PyResult<()> {
        let (function, given) = (self.function, call.count);
        if given > 0 && self.names.is_empty() && !self.var_positional {
            return Err(PyTypeError::raise(
                call.py,
                format_args!("{function}() takes no positional arguments"),
            ));
        }
        if call.keyword_count() > 0 {
            return Err(PyTypeError::raise(
                call.py,
                format_args!("{function}() takes no keyword arguments"),
            ));
        }
        let exact = self.required == self.positional && !self.var_positional;
        let (word, limit) = if given < self.required {
            ("at least ", self.required)
        } else if given > self.positional && !self.var_positional {
            ("at most ", self.positional)
        } else {
            return Ok(());
        };
        Err(PyTypeError::raise(
            call.py,
            format_args!(
                "{function} expected {}{limit} argument{}, got {given}",
                if exact { "" } else { word },
                plural(limit),
            ),
        ))
    }

    /// The texts of functions with keywords: `f() takes at most 2 arguments (3 given)`.
    #[inline(never)]
    fn check_counts(&self, call: Call<'_, '_>) -> PyResult<()> {
        let (function, given) = (self.callee("function"), call.count);
        let all = given + call.keyword_count();
        let unlimited = self.var_positional || self.var_keyword;
        let error = |text: std::fmt::Arguments<'_>| Err(PyTypeError::raise(call.py, text));
        if all > 0 && self.names.is_empty() && !unlimited {
            return error(format_args!("{function} takes no arguments"));
        }
        if all > self.names.len() && !unlimited {
            let keyword = if given == 0 { "keyword " } else { "" };
            let most = self.names.len();
            return error(format_args!(
                "{function} takes at most {most} {keyword}argument{} ({all} given)",
                plural(most)
            ));
        }
        if given > self.positional && !self.var_positional {
            if self.positional == 0 {
                return error(format_args!("{function} takes no positional arguments"));
            }
            let word = if self.required < self.positional {
                "at most"
            } else {
                "exactly"
            };
            let most = self.positional;
            return error(format_args!(
                "{function} takes {word} {most} positional argument{} ({given} given)",
                plural(most)
            ));
        }
        let least = self.positional_only.min(self.required);
        if given < least {
            let word = if least < self.positional {
                "at least"
            } else {
                "exactly"
            };
            return error(format_args!(
                "{function} takes {word} {least} positional argument{} ({given} given)",
                plural(least)
            ));
        }
        Ok(())
    }

    /// Takes the values that were given by name; returns how many given keywords are left.
    fn fill_from_keywords<'a, 'py>(
        &self,
        call: Call<'a, 'py>,
        values: &mut [Option<Borrowed<'a, 'py, PyAny>>],
    ) -> PyResult<usize> {
        let first = call.count.min(self.positional).max(self.positional_only);
        let unused = match call.keywords {
            Keywords::Stack(None) => 0,
            Keywords::Stack(Some(names)) => {
                let values_of_names = call.named(Some(names));
                let items = zip(names.as_slice(), values_of_names);
                self.fill(first, items.map(|(name, value)| (&**name, *value)), values)
            }
            Keywords::Items(items) => {
                let items = items.iter();
                self.fill(
                    first,
                    items.map(|(name, value)| (name, value.as_borrowed())),
                    values,
                )
            }
        };
        let keyword_only = self.positional..self.positional + self.required_keyword_only;
        let missing = |index: &usize| values[*index].is_none();
        match (first..self.required).chain(keyword_only).find(missing) {
            Some(index) => Err(self.missing(call.py, index)),
            None => Ok(unused),
        }
    }

    /// Takes `items` for the parameters from `first` on; returns how many are for none of these.
    #[inline]
    fn fill<'b, 'a, 'py: 'b>(
        &self,
        first: usize,
        items: impl Iterator<Item = (&'b Bound<'py, PyAny>, Borrowed<'a, 'py, PyAny>)>,
        values: &mut [Option<Borrowed<'a, 'py, PyAny>>],
    ) -> usize {
        let (mut next, mut unused) = (first, 0);
        for (name, value) in items {
            // Most come in the order of the parameters.
            let found = match self.names.get(next) {
                Some(expected) if is_text(name, expected) => Some(next),
                _ => self.find(name, first),
            };
            match found {
                Some(index) => {
                    values[index] = Some(value);
                    next = index + 1;
                }
                None => unused += 1,
            }
        }
        unused
    }

    /// Which of the parameters from `first` on is called `name`.
    #[inline(never)]
    fn find(&self, name: &Bound<'_, PyAny>, first: usize) -> Option<usize> {
        (first..self.names.len()).find(|&index| is_text(name, self.names[index]))
    }

    #[cold]
    fn missing(&self, py: Python<'_>, index: usize) -> PyErr {
        let (callee, name) = (self.callee("function"), self.names[index]);
        PyTypeError::raise(
            py,
            format_args!(
                "{callee} missing required argument '{name}' (pos {})",
                index + 1
            ),
        )
    }

    /// How texts name the function: `f()`, or `nameless`.
    fn callee(&self, nameless: &'static str) -> impl Display {
        let name = self.function;
        fmt::from_fn(move |f| match name {
            "" => f.write_str(nameless),
            _ => write!(f, "{name}()"),
        })
    }

    /// The error for keywords that no parameter took.
    #[cold]
    fn bad_keyword(&self, call: Call<'_, '_>) -> PyErr {
        let twice = self.names.iter().enumerate().take(call.count);
        for (index, name) in twice.skip(self.positional_only) {
            if call.keywords().any(|(given, _)| is_text(&given, name)) {
                return PyTypeError::raise(
                    call.py,
                    format_args!(
                        "argument for {} given by name ('{name}') and position ({})",
                        self.callee("function"),
                        index + 1
                    ),
                );
            }
        }
        self.unexpected_keyword(call).unwrap_or_else(|error| error)
    }

    fn unexpected_keyword(&self, call: Call<'_, '_>) -> PyResult<PyErr> {
        let by_name = &self.names[self.positional_only..];
        for (name, _) in call.keywords() {
            let Some(text) = name.cast::<PyString>() else {
                return Ok(PyTypeError::raise(call.py, "keywords must be strings"));
            };
            if !by_name.iter().any(|known| is_text(&name, known)) {
                return self.unknown_keyword(call.py, text);
            }
        }
        Ok(PyTypeError::raise(
            call.py,
            format_args!(
                "invalid keyword argument for {}",
                self.callee("this function")
            ),
        ))
    }

    fn unknown_keyword(&self, py: Python<'_>, name: &Bound<'_, PyString>) -> PyResult<PyErr> {
        let callee = self.callee("this function");
        #[cfg(not(Py_3_13))]
        let template = format!("'{{}}' is an invalid keyword argument for {callee}");
        #[cfg(Py_3_13)]
        let template = {
            // A name that is no UTF-8 has none.
            let hint = match self.suggestion(py, name).ok().flatten() {
                Some(similar) => format!(". Did you mean '{}'?", similar.str()?.to_str()?),
                None => String::new(),
            };
            format!("{callee} got an unexpected keyword argument '{{}}'{hint}")
        };
        // Python's own formatting, as a name may hold lone surrogates.
        let template = PyString::new(py, &template)?;
        let text = template.as_any().call_method("format", &[name.as_any()])?;
        Ok(PyErr::set_object(&PyTypeError::type_object(py), &text))
    }

    /// The parameter that `name` is probably a misspelling of, as the interpreter finds it.
    #[cfg(Py_3_13)]
    fn suggestion<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyString>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let known = crate::types::PyList::empty(py)?;
        for parameter in &self.names[self.positional_only..] {
            known.append(&PyString::new(py, parameter)?)?;
        }
        let suggest = py
            .import("_suggestions")?
            .getattr("_generate_suggestions")?;
        let similar = suggest.call(&[known.as_any(), name.as_any()])?;
        Ok((!similar.is_none()).then_some(similar))
    }

    #[inline(never)]
    fn var_keyword<'py>(&self, call: Call<'_, 'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        if call.keyword_count() == 0 {
            return Ok(None);
        }
        let by_name = &self.names[self.positional_only..];
        let rest = PyDict::new(call.py)?;
        for (name, value) in call.keywords() {
            if name.cast::<PyString>().is_none() {
                return Err(PyTypeError::raise(call.py, "keywords must be strings"));
            }
            if by_name.iter().any(|known| is_text(&name, known)) {
                continue;
            }
            rest.set_item(&name, &value)?;
        }
        Ok(Some(rest))
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Whether `name` is the string `text`, which is ASCII.
#[inline]
fn is_text(name: &Bound<'_, PyAny>, text: &str) -> bool {
    let Some(name) = name.cast::<PyString>() else {
        return false;
    };
    match name.data() {
        StrData::Ascii(name) | StrData::Latin1(name) => are_equal(name, text.as_bytes()),
        _ => false,
    }
}

/// Whether two short texts are equal, four bytes at a time: a call to compare them would take longer.
#[inline]
fn are_equal(a: &[u8], b: &[u8]) -> bool {
    const WIDTH: usize = 4;
    if a.len() != b.len() {
        return false;
    }
    match (a.last_chunk::<WIDTH>(), b.last_chunk::<WIDTH>()) {
        (Some(last), Some(other)) => {
            last == other && zip(a.as_chunks::<WIDTH>().0, b.as_chunks().0).all(|(a, b)| a == b)
        }
        _ => zip(a, b).all(|(a, b)| a == b),
    }
}

#[cfg(test)]
mod tests {
    use super::are_equal;

    #[test]
    fn texts_differ_in_any_place() {
        let text = *b"rel_tol_and_more";
        for len in 0..=text.len() {
            assert!(are_equal(&text[..len], &text[..len]));
            for at in 0..len {
                let mut other = text;
                other[at] ^= 1;
                assert!(!are_equal(&text[..len], &other[..len]), "{len} {at}");
            }
            assert!(!are_equal(&text[..len], b"other text, longer"));
        }
    }
}
