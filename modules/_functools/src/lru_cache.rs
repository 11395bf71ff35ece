//! `lru_cache`: a function that remembers its results.
//!
//! The cache is never borrowed while Python code may run. Hashing a key, comparing it with another one,
//! calling the function and freeing what was replaced all happen between two borrows, so each may call,
//! clear or drop the cache.

use corten_api::prelude::*;

use crate::State;
use crate::cache::{self, Place};

/// A function that remembers its results.
///
/// user_function:      what is called when there is no result yet
///
/// maxsize:  0         to remember nothing
///           None      to remember everything
///           n         to remember n results, those that were used last
///
/// typed:    False     f(3) and f(3.0) are the same call
///           True      f(3) and f(3.0) are calls of their own
///
/// cache_info_type:    what cache_info() returns: a named tuple of
///                     hits, misses, maxsize and currsize
#[pyclass(
    name = "_lru_cache_wrapper",
    module = "functools",
    immutable,
    dict,
    weakref,
    vectorcall,
    method_descriptor
)]
#[derive(Traverse)]
pub(crate) struct LruCache {
    function: Py<PyAny>,
    cache_info_type: Py<PyAny>,
    keyword_mark: Py<PyAny>,
    typed: bool,
    #[traverse(skip)]
    size: Size,
    /// `None` once the collector has emptied it.
    cache: PyRefCell<Option<Cache>>,
}

/// How many results are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    None,
    All,
    AtMost(isize),
}

/// Results by key, and how often there was one.
#[derive(Default, Traverse)]
struct Cache {
    results: cache::Cache<Py<PyAny>, Py<PyAny>>,
    hits: isize,
    misses: isize,
}

#[pymethods]
impl LruCache {
    #[new(
        name = "lru_cache",
        signature = (user_function, maxsize, typed, cache_info_type),
        text_signature = ""
    )]
    fn new(
        py: Python<'_>,
        state: &State,
        user_function: &Bound<'_, PyAny>,
        maxsize: &Bound<'_, PyAny>,
        typed: bool,
        cache_info_type: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        if !user_function.is_callable() {
            let text = "the first argument must be callable";
            return Err(PyTypeError::raise(py, text));
        }
        Ok(LruCache {
            function: user_function.clone().unbind(),
            cache_info_type: cache_info_type.clone().unbind(),
            keyword_mark: state.keyword_mark.clone_ref(py),
            typed,
            size: Size::new(maxsize)?,
            cache: PyRefCell::new(Some(Cache::default())),
        })
    }

    fn __call__<'py>(&self, py: Python<'py>, call: Call<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
        if self.size == Size::None {
            self.cache.borrow_mut(py)?.get_or_insert_default().misses += 1;
            return self.call_function(py, call);
        }
        let types;
        let mut parts = CallStack::new(py);
        let key = if self.typed || call.keyword_count() > 0 {
            types = self.types(call)?;
            self.add_parts(&mut parts, call, &types)?;
            Key::Many(parts.as_slice())
        } else {
            Key::new(call.positional())
        };
        let hash = key.hash()?;
        if let Some(result) = self.look_up(py, key, hash)? {
            return Ok(result);
        }
        let result = self.call_function(py, call)?;
        self.remember(py, key, hash, &result)?;
        Ok(result)
    }

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

    /// Tells how often there was a result, and how many there are.
    #[cfg(Py_3_12)]
    #[method(signature = ())]
    fn cache_info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.info(py)
    }

    /// Tells how often there was a result, and how many there are.
    #[cfg(not(Py_3_12))]
    #[method(signature = (), text_signature = "")]
    fn cache_info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.info(py)
    }

    /// Forgets all results, and how often there was one.
    #[cfg(Py_3_12)]
    #[method(signature = ())]
    fn cache_clear(&self, py: Python<'_>) -> PyResult<()> {
        self.clear_results(py)
    }

    /// Forgets all results, and how often there was one.
    #[cfg(not(Py_3_12))]
    #[method(signature = (), text_signature = "")]
    fn cache_clear(&self, py: Python<'_>) -> PyResult<()> {
        self.clear_results(py)
    }

    #[method(name = "__reduce__", text_signature = "")]
    fn reduce<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.as_any().getattr("__qualname__")
    }

    #[method(name = "__copy__", signature = (*args), text_signature = "")]
    fn copy<'py>(slf: &Bound<'py, Self>, args: &[Borrowed<'_, 'py, PyAny>]) -> Bound<'py, Self> {
        let _ = args;
        slf.clone()
    }

    #[method(name = "__deepcopy__", signature = (*args), text_signature = "")]
    fn deepcopy<'py>(
        slf: &Bound<'py, Self>,
        args: &[Borrowed<'_, 'py, PyAny>],
    ) -> Bound<'py, Self> {
        let _ = args;
        slf.clone()
    }
}

impl LruCache {
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (hits, misses, len) = {
            let mut cache = self.cache.borrow_mut(py)?;
            let cache = cache.get_or_insert_default();
            (cache.hits, cache.misses, cache.results.len())
        };
        let maxsize = match self.size {
            Size::None => Some(0),
            Size::All => None,
            Size::AtMost(maxsize) => Some(maxsize),
        };
        let arguments = [
            hits.into_py(py)?,
            misses.into_py(py)?,
            maxsize.into_py(py)?,
            len.into_py(py)?,
        ];
        let cache_info_type = self.cache_info_type.bind(py);
        cache_info_type.call(&arguments.each_ref())
    }

    fn clear_results(&self, py: Python<'_>) -> PyResult<()> {
        let old = self.cache.borrow_mut(py)?.take();
        drop(old); // destructors may use the cache
        Ok(())
    }

    fn call_function<'py>(
        &self,
        py: Python<'py>,
        call: Call<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _guard = py.nesting_guard(c" while calling a Python object")?;
        call.forward(self.function.bind(py), &[])
    }

    /// The types of all arguments, where they count.
    fn types<'py>(&self, call: Call<'_, 'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        if !self.typed {
            return Ok(Vec::new());
        }
        let positional = call.positional().iter().copied();
        let arguments = positional.chain(call.keywords().map(|(_, value)| value));
        let types = arguments.map(|argument| Ok(argument.get_type().into_any()));
        try_collect(call.py(), types)
    }

    /// All that counts: the positional arguments, names and values of the others, the types.
    fn add_parts<'a, 'py>(
        &'a self,
        parts: &mut CallStack<'a, 'py>,
        call: Call<'a, 'py>,
        types: &'a [Bound<'py, PyAny>],
    ) -> PyResult<()> {
        parts.extend(call.positional())?;
        if call.keyword_count() > 0 {
            parts.push(self.keyword_mark.bind(call.py()))?;
            for (name, value) in call.keywords() {
                parts.extend(&[name, value])?;
            }
        }
        types.iter().try_for_each(|class| parts.push(class))
    }

    /// The result for a key, which then is the one used last.
    #[inline]
    fn look_up<'py>(
        &self,
        py: Python<'py>,
        key: Key<'_, 'py>,
        hash: u64,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let mut search = Search::new(key, hash);
        loop {
            let mut guard = self.cache.borrow_mut(py)?;
            let cache = guard.get_or_insert_default();
            match search.step(py, cache) {
                Step::Found(place) => {
                    cache.hits += 1;
                    if self.size != Size::All {
                        cache.results.touch(place);
                    }
                    let result = cache.results.value(place);
                    return Ok(result.map(|result| result.bind(py).clone()));
                }
                Step::Missing => {
                    cache.misses += 1;
                    return Ok(None);
                }
                Step::Unknown(other) => {
                    drop(guard);
                    search.compare(other)?;
                }
            }
        }
    }

    /// Keeps a result, unless the function, called by itself or others, has got one for that key meanwhile.
    fn remember<'py>(
        &self,
        py: Python<'py>,
        key: Key<'_, 'py>,
        hash: u64,
        result: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        let mut search = Search::new(key, hash);
        let key = key.to_object(py)?;
        loop {
            let mut guard = self.cache.borrow_mut(py)?;
            let cache = guard.get_or_insert_default();
            match search.step(py, cache) {
                Step::Found(place) => {
                    let old = match self.size {
                        Size::All => cache.results.set_value(place, result.clone().unbind()),
                        _ => None,
                    };
                    drop(guard);
                    drop(old); // whose destructor may use the cache
                    return Ok(());
                }
                Step::Missing => {
                    let (key, result) = (key.clone().unbind(), result.clone().unbind());
                    let old = match self.size {
                        Size::AtMost(maxsize) if cache.results.len() >= maxsize as usize => {
                            cache.results.replace_oldest(hash, key, result)
                        }
                        _ => {
                            let inserted = cache.results.insert(hash, key, result);
                            inserted.map_err(|_| PyErr::no_memory(py))?;
                            None
                        }
                    };
                    drop(guard);
                    drop(old);
                    return Ok(());
                }
                Step::Unknown(other) => {
                    drop(guard);
                    search.compare(other)?;
                }
            }
        }
    }
}

impl Size {
    fn new(maxsize: &Bound<'_, PyAny>) -> PyResult<Self> {
        if maxsize.is_none() {
            return Ok(Size::All);
        }
        if !maxsize.has_index() {
            let text = "maxsize should be integer or None";
            return Err(PyTypeError::raise(maxsize.py(), text));
        }
        let maxsize = maxsize.to_size()?;
        Ok(if maxsize > 0 {
            Size::AtMost(maxsize)
        } else {
            Size::None
        })
    }
}

/// What a call is remembered by.
#[derive(Clone, Copy)]
enum Key<'a, 'py> {
    /// A string or int as the only argument.
    Single(Borrowed<'a, 'py, PyAny>),
    /// What the cache has as a tuple, which is not made to look for it.
    Many(&'a [Borrowed<'a, 'py, PyAny>]),
}

impl<'a, 'py> Key<'a, 'py> {
    #[inline]
    fn new(arguments: &'a [Borrowed<'a, 'py, PyAny>]) -> Self {
        match arguments {
            [only]
                if only.cast_exact::<PyString>().is_some()
                    || only.cast_exact::<PyInt>().is_some() =>
            {
                Key::Single(*only)
            }
            _ => Key::Many(arguments),
        }
    }

    /// Asks each part once.
    #[inline]
    fn hash(self) -> PyResult<u64> {
        /// 2**64 divided by the golden ratio, made odd: spreads what it is multiplied with.
        const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
        match self {
            Key::Single(key) => Ok(key.hash()? as u64),
            Key::Many(parts) => {
                let hash = parts.iter().try_fold(0_u64, |hash, part| {
                    let part = part.hash()? as u64;
                    PyResult::Ok((hash.rotate_left(23) ^ part).wrapping_mul(SPREAD))
                })?;
                Ok(hash ^ hash >> 32)
            }
        }
    }

    fn to_object(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Key::Single(key) => Ok(key.to_owned()),
            Key::Many(parts) => PyTuple::from_slice(py, parts).map(Bound::into_any),
        }
    }

    /// Whether a key of the cache is equal, if that can be told without Python code.
    #[inline]
    fn plainly_equals(self, other: &Bound<'py, PyAny>) -> Option<bool> {
        match (self, other.cast_exact::<PyTuple>()) {
            (Key::Single(key), None) => key.equals_plainly(other),
            (Key::Many(parts), Some(others)) if parts.len() == others.len() => {
                for (part, other) in parts.iter().zip(others.as_slice()) {
                    if !part.equals_plainly(other)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            // Tuples of different lengths compare what they have in common.
            (Key::Many(_), Some(_)) => None,
            _ => Some(false),
        }
    }
}

/// A search for a key among those with its hash.
struct Search<'a, 'py> {
    key: Key<'a, 'py>,
    hash: u64,
    /// A key of the cache that was found to be equal.
    equal: Option<Bound<'py, PyAny>>,
    /// Those that were not.
    others: Vec<Bound<'py, PyAny>>,
}

enum Step<'py> {
    Found(Place),
    Missing,
    /// Only Python code can tell whether this key of the cache is equal.
    Unknown(Bound<'py, PyAny>),
}

impl<'a, 'py> Search<'a, 'py> {
    #[inline]
    fn new(key: Key<'a, 'py>, hash: u64) -> Self {
        Search {
            key,
            hash,
            equal: None,
            others: Vec::new(),
        }
    }

    /// Looks in the cache as it is now.
    #[inline]
    fn step(&self, py: Python<'py>, cache: &Cache) -> Step<'py> {
        let mut unknown = None;
        let found = cache.results.find(self.hash, |other| {
            let other = other.bind(py);
            if self.equal.as_ref().is_some_and(|equal| equal.is(other)) {
                return true;
            }
            if unknown.is_none() && !self.others.iter().any(|known| known.is(other)) {
                match self.key.plainly_equals(other) {
                    Some(equal) => return equal,
                    None => unknown = Some(other.clone()),
                }
            }
            false
        });
        match (found, unknown) {
            (Some(place), None) => Step::Found(place),
            (_, Some(unknown)) => Step::Unknown(unknown),
            (None, None) => Step::Missing,
        }
    }

    /// Compares with a key of the cache, which may change meanwhile.
    #[cold]
    fn compare(&mut self, other: Bound<'py, PyAny>) -> PyResult<()> {
        let key = self.key.to_object(other.py())?;
        if other.compare(&key, CompareOp::Eq)? {
            self.equal = Some(other);
        } else {
            try_push(other.py(), &mut self.others, other)?;
        }
        Ok(())
    }
}
