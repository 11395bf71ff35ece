//! One run of an [`Encoder`]: a walk over Python objects that writes their JSON.
//!
//! Open containers are kept in a vector, not on the call stack: no depth can overflow it. Every
//! object that is in use is held by a reference of its own: hooks may change what they like.

use std::cmp::Ordering;

use corten_api::RecursionGuard;
use corten_api::prelude::*;

use crate::State;
use crate::encoder::Encoder;
use crate::engine::buffer::{TextBuffer, Vecs};
use crate::engine::unit::Unit;
use crate::engine::units::Short;
use crate::literal::{self, Failure, StrBuffer, buffer_to_str, with_units};
use crate::markers::Markers;
use crate::scanner::MAX_DEPTH;

/// What steps return.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// The state of one run.
pub(crate) struct Walk<'a, 'py> {
    py: Python<'py>,
    #[cfg_attr(
        not(Py_3_15),
        expect(dead_code, reason = "needed for frozendict alone")
    )]
    state: &'a State,
    options: &'a Encoder,
    key_separator: Separator<'a, 'py>,
    item_separator: Separator<'a, 'py>,
    out: StrBuffer<'py>,
    open: Vec<Open<'py>>,
    /// The levels counted by the interpreter. They are kept for the next containers of the same
    /// depth, until Python code runs that could tell.
    levels: Vec<RecursionGuard<'py>>,
    markers: Option<Markers<'a, 'py>>,
    lines: Option<Lines<'a, 'py>>,
}

/// A container whose entries are being written, or an object whose replacement is.
pub(crate) struct Open<'py> {
    pub(crate) object: Bound<'py, PyAny>,
    entries: Entries<'py>,
    /// Nothing was written between the brackets so far.
    is_empty: bool,
    /// The value of an entry is being written: its errors get a note.
    in_value: bool,
    /// The key of that value.
    #[cfg(Py_3_14)]
    key: Option<Bound<'py, PyAny>>,
}

/// What is still to be written.
enum Entries<'py> {
    List(Bound<'py, PyList>, usize),
    Tuple(Bound<'py, PyTuple>, usize),
    /// The dict as it is when each member's turn comes, and the position in it.
    #[cfg(Py_3_12)]
    Dict(Bound<'py, PyDict>, isize),
    /// The members that a dict had.
    Snapshot(std::vec::IntoIter<Member<'py>>),
    /// What `items()` returned, as a list, and the index of the next item.
    Items(Bound<'py, PyList>, usize),
    /// An object's replacement is its only entry, and is on its way.
    Replacement,
}

/// A key and its value.
type Member<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

impl<'a, 'py> Walk<'a, 'py> {
    pub(crate) fn new(
        py: Python<'py>,
        state: &'a State,
        options: &'a Encoder,
        indent_level: isize,
    ) -> PyResult<Self> {
        let indent = options.indent.bind(py);
        // Older versions leave indented output to Python code.
        let lines = if cfg!(Py_3_13) && !indent.is_none() {
            Some(Lines::new(indent, indent_level)?)
        } else {
            None
        };
        Ok(Walk {
            py,
            state,
            options,
            key_separator: Separator::new(options.key_separator.bind(py)),
            item_separator: Separator::new(options.item_separator.bind(py)),
            out: StrBuffer::new(py),
            open: Vec::new(),
            levels: Vec::new(),
            markers: options.markers.bind(py).cast().map(Markers::new),
            lines,
        })
    }

    /// The JSON of `object`.
    pub(crate) fn encode(mut self, object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
        match self.run(object) {
            Ok(()) => buffer_to_str(self.out),
            Err(failure) => Err(self.explain(failure)),
        }
    }

    fn run(&mut self, object: &Bound<'py, PyAny>) -> Outcome<()> {
        self.write_value(object)?;
        while let Some(innermost) = self.open.last_mut() {
            innermost.in_value = false;
            let first = innermost.is_empty;
            match &mut innermost.entries {
                Entries::List(list, index) => {
                    let next = list.get(*index);
                    *index += 1;
                    self.write_item(first, next)?;
                }
                Entries::Tuple(tuple, index) => {
                    let next = tuple.get(*index);
                    *index += 1;
                    self.write_item(first, next)?;
                }
                #[cfg(Py_3_12)]
                Entries::Dict(dict, position) => {
                    let next = dict.next_item(position);
                    self.write_member(first, next)?;
                }
                Entries::Snapshot(members) => {
                    let next = members.next();
                    self.write_member(first, next)?;
                }
                Entries::Items(items, index) => {
                    let next = items.get(*index).map(|item| pair(&item)).transpose()?;
                    *index += 1;
                    self.write_member(first, next)?;
                }
                Entries::Replacement => self.close()?,
            }
        }
        Ok(())
    }

    /// Writes an item of the innermost container, or closes that after the last one.
    #[inline(always)]
    fn write_item(&mut self, first: bool, item: Option<Bound<'py, PyAny>>) -> Outcome<()> {
        let Some(item) = item else {
            return self.close();
        };
        self.separate(first)?;
        self.enter_value(None);
        self.write_value(&item)
    }

    /// The same for a member.
    #[inline(always)]
    fn write_member(&mut self, first: bool, member: Option<Member<'py>>) -> Outcome<()> {
        let Some((key, value)) = member else {
            return self.close();
        };
        if !self.write_key(first, &key)? {
            return Ok(());
        }
        self.enter_value(Some(key));
        self.write_value(&value)
    }

    /// Writes a scalar or an empty container; opens other containers.
    #[inline]
    fn write_value(&mut self, value: &Bound<'py, PyAny>) -> Outcome<()> {
        if let Some(string) = value.cast::<PyString>() {
            self.write_string(string)
        } else if let Some(word) = constant(value) {
            Ok(self.out.push_short(word)?)
        } else if let Some(int) = value.cast::<PyInt>() {
            match int.to_i64() {
                Some(small) => Ok(self.out.push_i64(small)?),
                None => self.write_text(&int.to_decimal()?),
            }
        } else if let Some(float) = value.cast::<PyFloat>() {
            match float.value() {
                finite if finite.is_finite() => Ok(self.out.push_f64(finite)?),
                _ => Ok(self.out.push_ascii(self.not_finite(float)?.as_bytes())?),
            }
        } else if value.cast::<PyList>().is_some() || value.cast::<PyTuple>().is_some() {
            self.open_sequence(value)
        } else if self.is_mapping(value) {
            self.open_mapping(value)
        } else {
            self.replace(value)
        }
    }

    /// The word for an infinite float or a NaN.
    #[cold]
    fn not_finite(&self, float: &Bound<'py, PyFloat>) -> PyResult<&'static str> {
        if self.options.allow_nan {
            return Ok(match float.value() {
                f64::INFINITY => "Infinity",
                f64::NEG_INFINITY => "-Infinity",
                _ => "NaN",
            });
        }
        let text = "Out of range float values are not JSON compliant";
        if cfg!(Py_3_12) {
            let float = float.as_any().repr()?;
            return Err(PyValueError::raise(
                self.py,
                format_args!("{text}: {}", float.to_str()?),
            ));
        }
        Err(PyValueError::raise(self.py, text))
    }

    #[inline]
    fn write_string(&mut self, string: &Bound<'py, PyString>) -> Outcome<()> {
        match self.options.escapes {
            Some(escapes) => Ok(literal::push_literal(&mut self.out, string, escapes)?),
            None => self.write_by_encoder(string),
        }
    }

    fn write_by_encoder(&mut self, string: &Bound<'py, PyString>) -> Outcome<()> {
        self.prepare_call(0)?;
        let literal = self.options.encoder.bind(self.py).call1(string)?;
        let Some(literal) = literal.cast::<PyString>() else {
            let class = literal.type_name();
            let text = format_args!("encoder() must return a string, not {class:.80}");
            return Err(PyTypeError::raise(self.py, text).into());
        };
        self.write_text(literal)
    }

    /// Writes a text as it is.
    #[inline]
    fn write_text(&mut self, text: &Bound<'py, PyString>) -> Outcome<()> {
        #[cfg(Py_3_14)]
        if text.as_any().cast_exact::<PyString>().is_none() {
            return self.write_subclass(text);
        }
        Ok(with_units!(text, units => self.out.push_text(units))?)
    }

    /// Writes what the `__str__` of a subclass says, as the interpreter's writer does.
    #[cfg(Py_3_14)]
    #[cold]
    fn write_subclass(&mut self, text: &Bound<'py, PyString>) -> Outcome<()> {
        self.prepare_call(0)?;
        let text = text.as_any().str()?;
        Ok(with_units!(text, units => self.out.push_text(units))?)
    }

    #[inline(always)]
    fn write_separator(&mut self, separator: Separator<'a, 'py>) -> Outcome<()> {
        match separator.short {
            Some(short) => Ok(self.out.push_short(short)?),
            None => self.write_text(separator.text),
        }
    }

    fn open_sequence(&mut self, value: &Bound<'py, PyAny>) -> Outcome<()> {
        self.enter_level()?;
        let (entries, len) = if let Some(list) = value.cast_exact::<PyList>() {
            (Entries::List(list.clone(), 0), list.len())
        } else if let Some(tuple) = value.cast_exact::<PyTuple>() {
            (Entries::Tuple(tuple.clone(), 0), tuple.len())
        } else {
            self.prepare_call(1)?;
            let list = list_of(value, || "_iterencode_list needs a sequence".to_owned())?;
            let len = list.len();
            (Entries::List(list, 0), len)
        };
        if len == 0 {
            return Ok(self.out.push_short(token::EMPTY_ARRAY)?);
        }
        self.check_cycle(value)?;
        self.push(value, entries)?;
        self.out.push_short(token::OPEN_ARRAY)?;
        self.indent()
    }

    fn open_mapping(&mut self, value: &Bound<'py, PyAny>) -> Outcome<()> {
        self.enter_level()?;
        let len = match value.cast::<PyDict>() {
            Some(dict) => dict.len(),
            None => value.len()?,
        };
        if len == 0 {
            return Ok(self.out.push_short(token::EMPTY_OBJECT)?);
        }
        self.check_cycle(value)?;
        // The members come after the container was pushed: asking for them may run Python code.
        self.push(value, Entries::Replacement)?;
        self.out.push_short(token::OPEN_OBJECT)?;
        self.indent()?;
        let entries = match value.cast_exact::<PyDict>() {
            Some(dict) if self.options.sort_keys => self.sorted(dict)?,
            #[cfg(Py_3_12)]
            Some(dict) => Entries::Dict(dict.clone(), 0),
            #[cfg(not(Py_3_12))]
            Some(dict) => Entries::Snapshot(dict.snapshot()?.into_iter()),
            None => Entries::Items(self.items(value)?, 0),
        };
        if let Some(innermost) = self.open.last_mut() {
            innermost.entries = entries;
        }
        Ok(())
    }

    #[cfg(not(Py_3_15))]
    fn is_mapping(&self, value: &Bound<'py, PyAny>) -> bool {
        value.cast::<PyDict>().is_some()
    }

    #[cfg(Py_3_15)]
    fn is_mapping(&self, value: &Bound<'py, PyAny>) -> bool {
        value.cast::<PyDict>().is_some()
            || value.is_instance_of(self.state.frozendict.bind(self.py))
    }

    /// The members of a dict in the order of their keys.
    fn sorted(&mut self, dict: &Bound<'py, PyDict>) -> Outcome<Entries<'py>> {
        let mut members = dict.snapshot()?;
        if members
            .iter()
            .all(|(key, _)| key.cast_exact::<PyString>().is_some())
        {
            members.sort_by(|(a, _), (b, _)| compare_keys(a, b));
            return Ok(Entries::Snapshot(members.into_iter()));
        }
        self.prepare_call(0)?;
        let items = PyList::empty(self.py)?;
        for (key, value) in members {
            items.append(&PyTuple::new(self.py, [key, value])?)?;
        }
        items.sort()?;
        Ok(Entries::Items(items, 0))
    }

    /// `list(mapping.items())`, sorted if that is wanted.
    fn items(&mut self, mapping: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyList>> {
        self.prepare_call(0)?;
        let items = mapping.call_method("items", &[])?;
        let items = list_of(&items, || {
            let (class, given) = (mapping.type_name(), items.type_name());
            format!("{class:.200}.items() returned a non-iterable (type {given:.200})")
        })?;
        if self.options.sort_keys {
            items.sort()?;
        }
        Ok(items)
    }

    /// Writes what `default` makes of `value`.
    fn replace(&mut self, value: &Bound<'py, PyAny>) -> Outcome<()> {
        self.check_cycle(value)?;
        self.prepare_call(0)?;
        if let Some(markers) = &mut self.markers {
            markers.show(value)?;
        }
        let replacement = self.options.default.bind(self.py).call1(value)?;
        self.enter_level()?;
        self.push(value, Entries::Replacement)?;
        self.enter_value(None);
        self.write_value(&replacement)
    }

    /// Counts a level of nesting.
    #[inline]
    fn enter_level(&mut self) -> Outcome<()> {
        if self.levels.len() > self.open.len() {
            return Ok(());
        }
        let level = self.py.recursion_guard(c" while encoding a JSON object")?;
        if self.open.len() >= MAX_DEPTH {
            let text = "maximum recursion depth exceeded while encoding a JSON object";
            return Err(PyRecursionError::raise(self.py, text).into());
        }
        self.levels.push(level);
        Ok(())
    }

    /// Makes everything that Python code can see what it has to be: the markers, and the
    /// interpreter's count of levels, of which `pending` are no open containers yet.
    #[inline]
    fn prepare_call(&mut self, pending: usize) -> PyResult<()> {
        self.levels.truncate(self.open.len() + pending);
        match &mut self.markers {
            Some(markers) => markers.show_all(&self.open),
            None => Ok(()),
        }
    }

    #[inline]
    fn check_cycle(&self, value: &Bound<'py, PyAny>) -> Outcome<()> {
        match &self.markers {
            Some(markers) if markers.contains(&self.open, value)? => {
                Err(PyValueError::raise(self.py, "Circular reference detected").into())
            }
            _ => Ok(()),
        }
    }

    #[inline]
    fn push(&mut self, value: &Bound<'py, PyAny>, entries: Entries<'py>) -> Outcome<()> {
        if let Some(markers) = &mut self.markers {
            markers.enter(self.open.len(), value)?;
        }
        self.open
            .try_reserve(1)
            .map_err(crate::engine::OutOfMemory::from)?;
        self.open.push(Open {
            object: value.clone(),
            entries,
            is_empty: true,
            in_value: false,
            #[cfg(Py_3_14)]
            key: None,
        });
        Ok(())
    }

    /// The innermost container goes on to write the value of an entry, after what comes before it.
    #[inline]
    #[cfg_attr(
        not(Py_3_14),
        expect(unused_variables, reason = "there are no notes to write")
    )]
    fn enter_value(&mut self, key: Option<Bound<'py, PyAny>>) {
        if let Some(innermost) = self.open.last_mut() {
            innermost.in_value = true;
            innermost.is_empty = false;
            #[cfg(Py_3_14)]
            {
                innermost.key = key;
            }
        }
    }

    /// Ends the innermost container.
    fn close(&mut self) -> Outcome<()> {
        let Some(closed) = self.open.pop() else {
            return Ok(());
        };
        if let Some(markers) = &mut self.markers {
            markers.leave(self.open.len(), &closed.object)?;
        }
        let bracket = match closed.entries {
            Entries::Replacement => return Ok(()),
            Entries::List(..) | Entries::Tuple(..) => token::CLOSE_ARRAY,
            _ => token::CLOSE_OBJECT,
        };
        if let Some(lines) = &mut self.lines {
            lines.depth -= 1;
            if !closed.is_empty {
                lines.write(&mut self.out)?;
            }
        }
        Ok(self.out.push_short(bracket)?)
    }

    /// Writes what comes before an entry, which is the first of its container or not.
    #[inline(always)]
    fn separate(&mut self, first: bool) -> Outcome<()> {
        match &self.lines {
            None if first => Ok(()),
            None => self.write_separator(self.item_separator),
            Some(lines) => {
                if !first {
                    with_units!(self.item_separator.text, units => self.out.push_text(units))?;
                }
                Ok(lines.write(&mut self.out)?)
            }
        }
    }

    /// Entries are on lines of one level more from now on.
    #[inline]
    fn indent(&mut self) -> Outcome<()> {
        match &mut self.lines {
            Some(lines) => lines.deepen(),
            None => Ok(()),
        }
    }

    /// Writes the name of a member and what follows it; `false` if the member is left out.
    #[inline]
    fn write_key(&mut self, first: bool, key: &Bound<'py, PyAny>) -> Outcome<bool> {
        if let Some(name) = key.cast::<PyString>() {
            self.separate(first)?;
            self.write_string(name)?;
        } else {
            let Some(name) = self.name(key)? else {
                return Ok(false);
            };
            self.separate(first)?;
            match self.options.escapes {
                // None of these texts has anything to escape.
                Some(_) => {
                    self.out.push_short(token::QUOTE)?;
                    self.out.push_beginning(&name, name.len())?;
                    self.out.push_short(token::QUOTE)?;
                }
                None => self.write_by_encoder(&buffer_to_str(name)?)?,
            }
        }
        self.write_separator(self.key_separator)?;
        Ok(true)
    }

    /// The name for a key that is no string; `None` if the member is to be left out.
    fn name(&self, key: &Bound<'py, PyAny>) -> Outcome<Option<StrBuffer<'py>>> {
        let mut name = StrBuffer::new(self.py);
        if let Some(float) = key.cast::<PyFloat>() {
            match float.value() {
                finite if finite.is_finite() => name.push_f64(finite)?,
                _ => name.push_ascii(self.not_finite(float)?.as_bytes())?,
            }
        } else if let Some(word) = constant(key) {
            name.push_short(word)?;
        } else if let Some(int) = key.cast::<PyInt>() {
            match int.to_i64() {
                Some(small) => name.push_i64(small)?,
                None => with_units!(int.to_decimal()?, units => name.push_text(units))?,
            }
        } else if self.options.skipkeys {
            return Ok(None);
        } else {
            let class = key.type_name();
            let text = format_args!("keys must be str, int, float, bool or None, not {class:.100}");
            return Err(PyTypeError::raise(self.py, text).into());
        }
        Ok(Some(name))
    }

    /// The exception for `failure`, with notes that tell where it came up; the markers stay
    /// behind as the interpreter leaves them.
    #[cold]
    fn explain(&mut self, failure: Failure) -> PyErr {
        let error = failure.raise(self.py).take(self.py);
        self.levels.clear();
        if let Err(error) = self.prepare_call(0) {
            drop(error);
        }
        #[cfg(Py_3_14)]
        let error = self.annotate(error);
        PyErr::restore(error)
    }

    #[cfg(Py_3_14)]
    fn annotate(&self, mut error: Bound<'py, PyBaseException>) -> Bound<'py, PyBaseException> {
        for place in self.open.iter().rev().filter(|open| open.in_value) {
            if let Err(failed) = place.add_note(&error) {
                let failed = failed.take(self.py);
                if let Err(ignored) = failed.as_any().setattr("__context__", &error) {
                    drop(ignored);
                }
                error = failed;
            }
        }
        error
    }
}

#[cfg(Py_3_14)]
impl<'py> Open<'py> {
    fn add_note(&self, error: &Bound<'py, PyBaseException>) -> PyResult<()> {
        let py = error.py();
        let class = self.object.get_type().fully_qualified_name()?;
        let class = class.to_str()?;
        let note = match (&self.entries, &self.key) {
            (Entries::List(_, next) | Entries::Tuple(_, next), _) => {
                format!("when serializing {class} item {}", next - 1)
            }
            (_, Some(key)) => {
                format!("when serializing {class} item {}", key.repr()?.to_str()?)
            }
            _ => format!("when serializing {class} object"),
        };
        let note = PyString::new(py, &note)?;
        error.as_any().call_method("add_note", &[note.as_any()])?;
        Ok(())
    }
}

/// What is written between items, or between keys and values.
#[derive(Clone, Copy)]
struct Separator<'a, 'py> {
    text: &'a Bound<'py, PyString>,
    /// The same, if that is short and needs no more thought.
    short: Option<Short>,
}

impl<'a, 'py> Separator<'a, 'py> {
    fn new(text: &'a Bound<'py, PyString>) -> Self {
        let short = match text.data() {
            StrData::Ascii(bytes) if text.as_any().cast_exact::<PyString>().is_some() => {
                Short::new(bytes)
            }
            _ => None,
        };
        Separator { text, short }
    }
}

/// What is written as it is.
mod token {
    use crate::engine::units::Short;

    const fn token(text: &str) -> Short {
        match Short::new(text.as_bytes()) {
            Some(short) => short,
            None => panic!("too long"),
        }
    }

    pub(super) const NULL: Short = token("null");
    pub(super) const TRUE: Short = token("true");
    pub(super) const FALSE: Short = token("false");
    pub(super) const QUOTE: Short = token("\"");
    pub(super) const EMPTY_ARRAY: Short = token("[]");
    pub(super) const EMPTY_OBJECT: Short = token("{}");
    pub(super) const OPEN_ARRAY: Short = token("[");
    pub(super) const OPEN_OBJECT: Short = token("{");
    pub(super) const CLOSE_ARRAY: Short = token("]");
    pub(super) const CLOSE_OBJECT: Short = token("}");
}

/// What indented output puts between entries: a line break and the indentation.
struct Lines<'a, 'py> {
    indent: &'a Bound<'py, PyAny>,
    /// The line break of the deepest level so far; those of lower levels are its beginnings.
    deepest: TextBuffer<Vecs>,
    /// Lengths of the line breaks by level, the outermost first.
    lengths: Vec<usize>,
    /// Levels that are open now.
    depth: usize,
}

impl<'a, 'py> Lines<'a, 'py> {
    /// Lines whose outermost level is indented `level` times.
    fn new(indent: &'a Bound<'py, PyAny>, level: isize) -> PyResult<Self> {
        let py = indent.py();
        let mut deepest = TextBuffer::new(());
        let mut write = |text: &Bound<'py, PyString>| {
            with_units!(text, units => deepest.push_text(units)).map_err(|_| PyErr::no_memory(py))
        };
        write(&PyString::new(py, "\n")?)?;
        if level != 0 {
            let indentation = indent.repeat(level)?;
            let Some(indentation) = indentation.cast::<PyString>() else {
                return Err(PySystemError::raise(
                    py,
                    "bad argument to internal function",
                ));
            };
            write(indentation)?;
        }
        let lengths = vec![deepest.len()];
        Ok(Lines {
            indent,
            deepest,
            lengths,
            depth: 0,
        })
    }

    fn deepen(&mut self) -> Outcome<()> {
        self.depth += 1;
        if self.depth < self.lengths.len() {
            return Ok(());
        }
        let Some(indent) = self.indent.cast::<PyString>() else {
            let class = self.indent.type_name();
            let text = format_args!("can only concatenate str (not \"{class:.200}\") to str");
            return Err(PyTypeError::raise(self.indent.py(), text).into());
        };
        with_units!(indent, units => self.deepest.push_text(units))?;
        self.lengths
            .try_reserve(1)
            .map_err(crate::engine::OutOfMemory::from)?;
        self.lengths.push(self.deepest.len());
        Ok(())
    }

    fn write(&self, out: &mut StrBuffer<'_>) -> Result<(), crate::engine::OutOfMemory> {
        out.push_beginning(&self.deepest, self.lengths[self.depth])
    }
}

/// The word for `None`, `True` or `False`.
#[inline]
fn constant(value: &Bound<'_, PyAny>) -> Option<Short> {
    if value.is_none() {
        return Some(token::NULL);
    }
    value.cast_exact::<PyBool>()?;
    Some(if value.is(&value.py().true_()) {
        token::TRUE
    } else {
        token::FALSE
    })
}

/// The key and the value in an item of `items()`.
fn pair<'py>(item: &Bound<'py, PyAny>) -> PyResult<Member<'py>> {
    let pair = item.cast::<PyTuple>().filter(|pair| pair.len() == 2);
    match pair.and_then(|pair| Some((pair.get(0)?, pair.get(1)?))) {
        Some(member) => Ok(member),
        None => Err(PyValueError::raise(item.py(), "items must return 2-tuples")),
    }
}

/// `list(object)`; `TypeError` with another text if it can't be iterated over.
fn list_of<'py>(
    object: &Bound<'py, PyAny>,
    not_iterable: impl FnOnce() -> String,
) -> PyResult<Bound<'py, PyList>> {
    let py = object.py();
    let items = match object.iter() {
        Err(error) if error.matches::<PyTypeError>(py) => {
            drop(error);
            return Err(PyTypeError::raise(py, not_iterable()));
        }
        items => items?,
    };
    let list = PyList::empty(py)?;
    for item in items {
        list.append(&item?)?;
    }
    Ok(list)
}

/// The order of two keys that are strings.
fn compare_keys(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> Ordering {
    let (Some(a), Some(b)) = (a.cast::<PyString>(), b.cast::<PyString>()) else {
        return Ordering::Equal;
    };
    with_units!(a, a => with_units!(b, b => {
        a.iter().map(|unit| unit.code()).cmp(b.iter().map(|unit| unit.code()))
    }))
}
