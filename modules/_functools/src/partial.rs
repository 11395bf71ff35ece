//! `partial`: a function with some of its arguments.

use corten_api::prelude::*;

use crate::State;

/// Makes a function that calls another one with these arguments and keywords,
/// and with those that it is called with itself.
#[pyclass(
    name = "partial",
    module = "functools",
    immutable,
    basetype,
    dict,
    weakref,
    vectorcall,
    getattr,
    setattr
)]
#[derive(Traverse)]
pub(crate) struct Partial {
    /// the function that is called
    #[member(name = "func")]
    function: OptionalMember<PyAny>,
    /// the arguments in front of those of a call
    #[member]
    args: OptionalMember<PyTuple>,
    /// the keywords beside those of a call
    #[member]
    keywords: OptionalMember<PyDict>,
    #[cfg(Py_3_14)]
    placeholder: Py<crate::placeholder::Placeholder>,
}

#[pymethods]
impl Partial {
    #[cfg_attr(
        Py_3_13,
        new(packed, signature = (*args, **kwargs), text_signature = "(func, /, *args, **keywords)")
    )]
    #[cfg_attr(
        not(Py_3_13),
        new(packed, signature = (*args, **kwargs), text_signature = "")
    )]
    fn new<'py>(
        py: Python<'py>,
        state: &State,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        let Some((function, rest)) = args.as_slice().split_first() else {
            let text = "type 'partial' takes at least one argument";
            return Err(PyTypeError::raise(py, text));
        };
        if !function.is_callable() {
            let text = "the first argument must be callable";
            return Err(PyTypeError::raise(py, text));
        }
        #[cfg(Py_3_14)]
        check_placeholders(state, rest, kwargs, py)?;
        let parts = match Self::inner(state, function)? {
            Some(inner) => Parts {
                args: merge_args(state, &inner.args, rest)?,
                keywords: match kwargs {
                    None => inner.keywords.copy()?,
                    Some(kwargs) if inner.keywords.is_empty() => kwargs.to_unshared()?,
                    Some(kwargs) => {
                        let merged = inner.keywords.copy()?;
                        merged.update(kwargs)?;
                        merged
                    }
                },
                function: inner.function,
            },
            None => Parts {
                function: Bound::clone(function),
                args: args.slice(1, args.len())?,
                keywords: kwargs.map_or_else(|| PyDict::new(py), Bound::to_unshared)?,
            },
        };
        Ok(Partial {
            function: OptionalMember::new(Some(parts.function.unbind())),
            args: OptionalMember::new(Some(parts.args.unbind())),
            keywords: OptionalMember::new(Some(parts.keywords.unbind())),
            #[cfg(Py_3_14)]
            placeholder: state.placeholder.clone_ref(py),
        })
    }

    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        call: Call<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if slf.keywords.dict_len(slf) == Some(0)
            && let (Some(function), Some(args)) = (slf.function.get(slf), slf.args.get(slf))
            && slf.placeholder_count(&args) == 0
        {
            let _guard = match function.is_python_function() {
                true => None,
                false => Some(py.nesting_guard(c" while calling a Python object")?),
            };
            return call.forward(&function, args.as_slice());
        }
        Self::call_merged(slf, call)
    }

    #[cfg(all(Py_3_13, not(Py_3_14)))]
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        instance: Option<&Bound<'py, PyAny>>,
        owner: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Self>> {
        let _ = owner;
        if instance.is_some_and(|instance| !instance.is_none()) {
            py.warn(
                &PyFutureWarning::type_object(py),
                "functools.partial will be a method descriptor in future Python versions; wrap it in \
                 staticmethod() if you want to preserve the old behavior",
                1,
            )?;
        }
        Ok(slf.clone())
    }

    #[cfg(Py_3_14)]
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        instance: Option<&Bound<'py, PyAny>>,
        owner: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = owner;
        match instance {
            Some(instance) if !instance.is_none() => slf.as_any().bound_to(instance),
            _ => Ok(slf.as_any().clone()),
        }
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        let Some(_guard) = slf.as_any().repr_guard()? else {
            return PyString::new(py, "...");
        };
        let Parts {
            function,
            args,
            keywords,
        } = Self::parts(slf)?;
        let mut arguments = PyStringParts::new(py);
        arguments.push_arguments(args.as_slice(), Some(&keywords))?;
        // In this order, as anything may happen when they are asked.
        let (name, function) = (class_name(slf)?, function.repr()?);
        let text = |text| PyString::new(py, text);
        let parts = [name, text("(")?, function, arguments.finish()?, text(")")?];
        text("")?.join(parts)
    }

    #[method(name = "__reduce__", text_signature = "")]
    fn reduce<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Parts {
            function,
            args,
            keywords,
        } = Self::parts(slf)?;
        let state = (&function, args, keywords, slf.instance_dict()).into_py(py)?;
        (slf.as_any().get_type(), (&function,), state).into_py(py)
    }

    #[method(name = "__setstate__", signature = (state_tuple, /), text_signature = "")]
    fn setstate<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        state_tuple: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        let invalid = || PyTypeError::raise(py, "invalid partial state");
        let items = state_tuple.cast::<PyTuple>().map(Bound::as_slice);
        let Some([function, args, keywords, dict]) = items else {
            return Err(invalid());
        };
        if !function.is_callable() {
            return Err(invalid());
        }
        let args = args.cast::<PyTuple>().ok_or_else(invalid)?;
        let keywords = optional_dict(keywords).ok_or_else(invalid)?;
        let dict = optional_dict(dict).ok_or_else(invalid)?.cloned();
        slf.check_last(args.as_slice(), py)?;
        let function = Bound::clone(function).unbind();
        let args = match args.as_any().cast_exact::<PyTuple>() {
            Some(args) => args.clone(),
            None => args.as_any().to_tuple()?,
        };
        let keywords = match keywords {
            None => PyDict::new(py)?,
            Some(keywords) => match keywords.as_any().cast_exact::<PyDict>() {
                Some(keywords) => keywords.clone(),
                None => keywords.copy()?,
            },
        };
        slf.function.set(slf, Some(function));
        slf.args.set(slf, Some(args.unbind()));
        slf.keywords.set(slf, Some(keywords.unbind()));
        slf.set_instance_dict(dict);
        Ok(())
    }

    /// A partial object whose function returns something of the given type.
    #[classmethod(name = "__class_getitem__", signature = (item, /), text_signature = "")]
    fn class_getitem<'py>(
        cls: &Bound<'py, PyType>,
        item: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        cls.generic_alias(item)
    }
}

/// What a partial object is made of, in the hands of a call: the object may change meanwhile.
struct Parts<'py> {
    function: Bound<'py, PyAny>,
    args: Bound<'py, PyTuple>,
    keywords: Bound<'py, PyDict>,
}

impl Partial {
    /// A call for which keywords have to be merged, or placeholders to be filled.
    #[inline(never)]
    fn call_merged<'py>(
        slf: &Bound<'py, Self>,
        call: Call<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let _guard = py.nesting_guard(c" while calling a Python object")?;
        let Parts {
            function,
            args,
            keywords,
        } = Self::parts(slf)?;
        let own = keywords.snapshot()?;
        let mut stack = CallStack::new(py);
        slf.merge_positional(&mut stack, &args, call)?;
        if all_plain(&own, call) {
            let names = merge_keywords(&mut stack, &own, call)?;
            return stack.call(&function, names.as_ref());
        }
        // Comparing the names may run Python code. So may calls before they are compared.
        let merged = keywords.copy()?;
        for (name, value) in call.keywords() {
            merged.set_item(&name, &value)?;
        }
        stack.call_with(&function, &merged)
    }

    /// The parts of a partial object that calls a function, when it can be left out.
    fn inner<'py>(state: &State, function: &Bound<'py, PyAny>) -> PyResult<Option<Parts<'py>>> {
        let Some(partial) = function.cast::<Partial>() else {
            return Ok(None);
        };
        if partial.instance_dict().is_some() || !is_called_as_partial(state, function)? {
            return Ok(None);
        }
        Self::parts(partial).map(Some)
    }

    #[inline]
    fn parts<'py>(slf: &Bound<'py, Self>) -> PyResult<Parts<'py>> {
        match (
            slf.function.get(slf),
            slf.args.get(slf),
            slf.keywords.get(slf),
        ) {
            (Some(function), Some(args), Some(keywords)) => Ok(Parts {
                function,
                args,
                keywords,
            }),
            _ => Err(PyRuntimeError::raise(
                slf.py(),
                "the garbage collector has emptied this partial object",
            )),
        }
    }

    #[cfg(not(Py_3_14))]
    #[inline]
    fn placeholder_count(&self, _args: &Bound<'_, PyTuple>) -> usize {
        0
    }

    /// How many places among the arguments are free.
    #[cfg(Py_3_14)]
    #[inline]
    fn placeholder_count(&self, args: &Bound<'_, PyTuple>) -> usize {
        let is_placeholder = |arg: &&Borrowed<'_, '_, PyAny>| self.is_placeholder(arg);
        args.as_slice().iter().filter(is_placeholder).count()
    }

    #[cfg(Py_3_14)]
    #[inline]
    fn is_placeholder(&self, arg: &Bound<'_, PyAny>) -> bool {
        arg.is(self.placeholder.bind(arg.py()))
    }

    #[cfg(not(Py_3_14))]
    fn merge_positional<'a, 'py>(
        &self,
        stack: &mut CallStack<'a, 'py>,
        args: &'a Bound<'py, PyTuple>,
        call: Call<'a, 'py>,
    ) -> PyResult<()> {
        stack.extend(args.as_slice())?;
        stack.extend(call.positional())
    }

    /// The object's arguments, those of the call in their free places, and the rest of these.
    #[cfg(Py_3_14)]
    fn merge_positional<'a, 'py>(
        &self,
        stack: &mut CallStack<'a, 'py>,
        args: &'a Bound<'py, PyTuple>,
        call: Call<'a, 'py>,
    ) -> PyResult<()> {
        let mut given = call.positional().iter();
        for arg in args.as_slice() {
            if !self.is_placeholder(arg) {
                stack.extend(&[*arg])?;
            } else if let Some(value) = given.next() {
                stack.extend(&[*value])?;
            } else {
                return Err(self.missing(args, call));
            }
        }
        stack.extend(given.as_slice())
    }

    #[cfg(Py_3_14)]
    #[cold]
    fn missing(&self, args: &Bound<'_, PyTuple>, call: Call<'_, '_>) -> PyErr {
        let (least, given) = (self.placeholder_count(args), call.positional().len());
        PyTypeError::raise(
            args.py(),
            format_args!(
                "missing positional arguments in 'partial' call; expected at least {least}, got {given}"
            ),
        )
    }

    #[cfg(not(Py_3_14))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)] // on 3.14 there is something to check
    fn check_last(&self, _args: &[Borrowed<'_, '_, PyAny>], _py: Python<'_>) -> PyResult<()> {
        Ok(())
    }

    #[cfg(Py_3_14)]
    fn check_last(&self, args: &[Borrowed<'_, '_, PyAny>], py: Python<'_>) -> PyResult<()> {
        match args.last() {
            Some(last) if self.is_placeholder(last) => Err(trailing_placeholders(py)),
            _ => Ok(()),
        }
    }
}

#[cfg(Py_3_14)]
#[cold]
fn trailing_placeholders(py: Python<'_>) -> PyErr {
    PyTypeError::raise(py, "trailing Placeholders are not allowed")
}

#[cfg(Py_3_14)]
fn check_placeholders(
    state: &State,
    args: &[Borrowed<'_, '_, PyAny>],
    kwargs: Option<&Bound<'_, PyDict>>,
    py: Python<'_>,
) -> PyResult<()> {
    let placeholder = state.placeholder.bind(py);
    if args.last().is_some_and(|last| last.is(placeholder)) {
        return Err(trailing_placeholders(py));
    }
    let mut position = 0;
    while let Some((_, value)) = kwargs.and_then(|kwargs| kwargs.next_item(&mut position)) {
        if value.is(placeholder) {
            let text = "Placeholder cannot be passed as a keyword argument";
            return Err(PyTypeError::raise(py, text));
        }
    }
    Ok(())
}

#[cfg(not(Py_3_14))]
fn merge_args<'py>(
    _state: &State,
    inner: &Bound<'py, PyTuple>,
    args: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyTuple>> {
    concat(inner, args)
}

/// The arguments of a partial object with others in their free places.
#[cfg(Py_3_14)]
fn merge_args<'py>(
    state: &State,
    inner: &Bound<'py, PyTuple>,
    args: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyTuple>> {
    let placeholder = state.placeholder.bind(inner.py());
    let mut given = args.iter();
    let filled = inner
        .as_slice()
        .iter()
        .map(|arg| match arg.is(placeholder) {
            true => Bound::clone(given.next().unwrap_or(arg)),
            false => Bound::clone(arg),
        });
    let filled = PyTuple::new(inner.py(), filled)?;
    concat(&filled, given.as_slice())
}

fn concat<'py>(
    first: &Bound<'py, PyTuple>,
    second: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyTuple>> {
    if second.is_empty() {
        return Ok(first.clone());
    }
    PyTuple::concat(first.py(), first.as_slice(), second)
}

/// Whether calling the partial object is what its class makes of it. A subclass may do something else.
#[cfg(not(Py_3_13))]
fn is_called_as_partial(state: &State, partial: &Bound<'_, PyAny>) -> PyResult<bool> {
    if partial.cast_exact::<Partial>().is_some() {
        return Ok(true);
    }
    let own = state.partial.bind(partial.py()).as_any();
    let class = partial.get_type();
    let call = class.as_any().getattr("__call__")?;
    Ok(call.is(&own.getattr("__call__")?))
}

#[cfg(Py_3_13)]
#[allow(clippy::unnecessary_wraps)] // before 3.13 there is something to ask
fn is_called_as_partial(_state: &State, _partial: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(true)
}

/// `None`, or a dict; the outer `None` stands for anything else.
fn optional_dict<'a, 'py>(object: &'a Bound<'py, PyAny>) -> Option<Option<&'a Bound<'py, PyDict>>> {
    if object.is_none() {
        return Some(None);
    }
    object.cast::<PyDict>().map(Some)
}

type Item<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// Whether all names are strings of no subclass, and few enough to compare each with each.
fn all_plain(own: &[Item<'_>], call: Call<'_, '_>) -> bool {
    const FEW: usize = 8;
    let is_plain = |name: &Bound<'_, PyAny>| name.cast_exact::<PyString>().is_some();
    let named = call.keyword_count();
    (named == 0 || own.len() <= FEW && named <= FEW)
        && own.iter().all(|(name, _)| is_plain(name))
        && call.keywords().all(|(name, _)| is_plain(&name))
}

/// Adds the values of all keywords, those of the call before the object's own, and returns the names.
fn merge_keywords<'a, 'py>(
    stack: &mut CallStack<'a, 'py>,
    own: &'a [Item<'py>],
    call: Call<'a, 'py>,
) -> PyResult<Option<Bound<'py, PyNames>>> {
    let py = call.py();
    if call.keyword_count() == 0 {
        for (_, value) in own {
            stack.push(value)?;
        }
        return names(py, own.iter().map(|(name, _)| name.clone()));
    }
    let mut all_names = Vec::with_capacity(own.len() + call.keyword_count());
    for (name, value) in own {
        let given = call.keywords().find(|(other, _)| is_same(name, other));
        match given {
            Some((_, given)) => stack.extend(&[given])?,
            None => stack.push(value)?,
        }
        all_names.push(name.clone());
    }
    for (name, value) in call.keywords() {
        if !own.iter().any(|(other, _)| is_same(other, &name)) {
            stack.extend(&[value])?;
            all_names.push(name.to_owned());
        }
    }
    names(py, all_names)
}

fn names<'py>(
    py: Python<'py>,
    names: impl IntoIterator<Item = Bound<'py, PyAny>, IntoIter: ExactSizeIterator>,
) -> PyResult<Option<Bound<'py, PyNames>>> {
    let names = names.into_iter();
    if names.len() == 0 {
        return Ok(None);
    }
    Ok(PyTuple::new(py, names)?.into_any().cast_into().ok())
}

/// Whether two strings of no subclass are equal.
fn is_same(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> bool {
    a.is(b)
        || matches!((a.cast::<PyString>(), b.cast::<PyString>()), (Some(a), Some(b)) if a.is_same_text(b))
}

/// The name of an object's class, as its `repr()` begins.
#[cfg(not(Py_3_13))]
fn class_name<'py>(partial: &Bound<'py, Partial>) -> PyResult<Bound<'py, PyString>> {
    PyString::new(partial.py(), &partial.as_any().type_name())
}

#[cfg(Py_3_13)]
fn class_name<'py>(partial: &Bound<'py, Partial>) -> PyResult<Bound<'py, PyString>> {
    let class = partial.as_any().get_type();
    let module = class.as_any().getattr("__module__")?.str()?;
    let name = class.as_any().getattr("__qualname__")?.str()?;
    PyString::new(partial.py(), ".")?.join([module, name])
}
