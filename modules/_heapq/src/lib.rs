//! `_heapq`: priority queues in lists.
#![forbid(unsafe_code)]

mod heap; // engine: no Python

use corten_api::prelude::*;

use crate::heap::{Items, Stop};

corten_api::module! {
    /// Priority queues in lists: the item that comes first is always at index 0.
    ///
    /// heappush(heap, item) adds an item, heappop(heap) takes the smallest one off, and
    /// heapify(list) makes a heap of any list, in linear time. heapreplace(heap, item)
    /// and heappushpop(heap, item) do two such steps at once.
    name: "_heapq",
    state: State,
    functions: [
        heappush,
        heappushpop,
        heappop,
        heapreplace,
        heapify,
        #[cfg(Py_3_14)]
        heappush_max,
        #[cfg(Py_3_14)]
        heappushpop_max,
        heappop_max,
        heapify_max,
        heapreplace_max,
    ],
    constants: [__about__ = ABOUT],
}

/// What the module tells about itself.
const ABOUT: &str = "\
A heap is a list in which no item is greater than the two that belong to it: for every k, heap[k] <= heap[2*k+1] and
heap[k] <= heap[2*k+2], as far as there are such items. It is a tree laid out row by row, 0 at the top:

                     0
           1                   2
       3       4           5       6
     7   8   9  10      11  12  13  14

So heap[0] is the smallest item. Adding an item or taking one off follows a single path between the top and the
lowest row, which is as many steps as there are rows: the logarithm of the number of items.

Pushing all items and popping them again sorts them, and, unlike with list.sort(), items may come while others are
already being taken off. This is what an event scheduler needs: the items are the times at which something is to
happen, and whatever happens may plan more for later. It is also how runs of a sort that does not fit into memory are
merged: the heap holds the next item of each run.
";

/// Nothing is kept between calls.
#[derive(Traverse)]
struct State {}

impl ModuleState for State {
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<Self> {
        Ok(State {})
    }
}

/// Adds item to the heap.
#[pyfunction(signature = (heap, item, /))]
fn heappush<'py>(heap: &Bound<'py, PyList>, item: Bound<'py, PyAny>) -> PyResult<()> {
    push::<Min>(heap, item)
}

/// Adds item to the heap, then takes the smallest one off and returns it.
///
/// Quicker than heappush() and heappop() one after the other.
#[pyfunction(signature = (heap, item, /))]
fn heappushpop<'py>(
    heap: &Bound<'py, PyList>,
    item: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    push_pop::<Min>(heap, item)
}

/// Takes the smallest item off the heap and returns it.
#[pyfunction(signature = (heap, /))]
fn heappop<'py>(heap: &Bound<'py, PyList>) -> PyResult<Bound<'py, PyAny>> {
    pop::<Min>(heap)
}

/// Takes the smallest item off the heap and returns it; then adds item.
///
/// Quicker than heappop() and heappush() one after the other, and the list keeps
/// its length. What is returned may be greater than item: where that is not
/// wanted, compare item with the first of the heap, or call heappushpop().
#[pyfunction(signature = (heap, item, /))]
fn heapreplace<'py>(
    heap: &Bound<'py, PyList>,
    item: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    replace::<Min>(heap, item)
}

/// Makes a heap of the list, in place and in linear time.
#[pyfunction(signature = (heap, /))]
fn heapify(heap: &Bound<'_, PyList>) -> PyResult<()> {
    order::<Min>(heap)
}

/// Adds item to the heap whose greatest item is at the top.
#[cfg(Py_3_14)]
#[pyfunction(signature = (heap, item, /))]
fn heappush_max<'py>(heap: &Bound<'py, PyList>, item: Bound<'py, PyAny>) -> PyResult<()> {
    push::<Max>(heap, item)
}

/// Adds item to the heap, then takes the greatest one off and returns it.
///
/// Quicker than heappush_max() and heappop_max() one after the other.
#[cfg(Py_3_14)]
#[pyfunction(signature = (heap, item, /))]
fn heappushpop_max<'py>(
    heap: &Bound<'py, PyList>,
    item: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    push_pop::<Max>(heap, item)
}

/// Takes the greatest item off the heap and returns it.
#[cfg_attr(Py_3_14, pyfunction(signature = (heap, /)))]
#[cfg_attr(not(Py_3_14), pyfunction(signature = (heap, /), name = "_heappop_max"))]
fn heappop_max<'py>(heap: &Bound<'py, PyList>) -> PyResult<Bound<'py, PyAny>> {
    pop::<Max>(heap)
}

/// Makes of the list a heap whose greatest item is at the top.
#[cfg_attr(Py_3_14, pyfunction(signature = (heap, /)))]
#[cfg_attr(not(Py_3_14), pyfunction(signature = (heap, /), name = "_heapify_max"))]
fn heapify_max(heap: &Bound<'_, PyList>) -> PyResult<()> {
    order::<Max>(heap)
}

/// Takes the greatest item off the heap and returns it; then adds item.
#[cfg_attr(Py_3_14, pyfunction(signature = (heap, item, /)))]
#[cfg_attr(not(Py_3_14), pyfunction(signature = (heap, item, /), name = "_heapreplace_max"))]
fn heapreplace_max<'py>(
    heap: &Bound<'py, PyList>,
    item: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    replace::<Max>(heap, item)
}

/// Which of two items belongs nearer to the top. Only ever asks whether one is less than the other.
trait Direction {
    /// The same comparison of others: `(left, right)` or `(right, left)` for "left precedes right".
    fn less<T>(left: T, right: T) -> (T, T);
}

/// The smallest item is at the top.
struct Min;

impl Direction for Min {
    #[inline]
    fn less<T>(left: T, right: T) -> (T, T) {
        (left, right)
    }
}

/// The greatest item is at the top.
struct Max;

impl Direction for Max {
    #[inline]
    fn less<T>(left: T, right: T) -> (T, T) {
        (right, left)
    }
}

/// A list whose items have a direction.
struct Heap<'a, 'py, D>(&'a Bound<'py, PyList>, std::marker::PhantomData<D>);

impl<D: Direction> Items for Heap<'_, '_, D> {
    type Error = PyErr;

    #[inline]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn precedes(&self, left: usize, right: usize) -> PyResult<bool> {
        let (left, right) = D::less(left, right);
        // None if other threads have shortened the list, which its length is about to tell.
        let answer = self.0.compare_items(left, right, CompareOp::Lt)?;
        Ok(answer.unwrap_or(false))
    }

    #[inline]
    fn swap(&self, left: usize, right: usize) {
        self.0.swap(left, right);
    }
}

impl<'a, 'py, D: Direction> Heap<'a, 'py, D> {
    fn new(list: &'a Bound<'py, PyList>) -> Self {
        Heap(list, std::marker::PhantomData)
    }

    /// Raises what stopped an item.
    fn finish(&self, outcome: Result<(), Stop<PyErr>>) -> PyResult<()> {
        outcome.map_err(|stop| match stop {
            Stop::Failed(error) => error,
            Stop::OutOfRange => out_of_range(self.0.py()),
            Stop::Resized => {
                PyRuntimeError::raise(self.0.py(), "list changed size during iteration")
            }
        })
    }

    /// Puts `item` at the top and lets it sink; returns what was there.
    fn replace_top(&self, item: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let Some(top) = self.0.replace(0, item) else {
            return Err(out_of_range(self.0.py()));
        };
        self.finish(heap::sink(self, 0))?;
        Ok(top)
    }
}

#[cold]
fn out_of_range(py: Python<'_>) -> PyErr {
    PyIndexError::raise(py, "index out of range")
}

fn push<'py, D: Direction>(list: &Bound<'py, PyList>, item: Bound<'py, PyAny>) -> PyResult<()> {
    list.locked(|| {
        list.push(item)?;
        let heap = Heap::<D>::new(list);
        heap.finish(heap::rise(&heap, 0, list.len().saturating_sub(1)))
    })
}

fn pop<'py, D: Direction>(list: &Bound<'py, PyList>) -> PyResult<Bound<'py, PyAny>> {
    list.locked(|| {
        let last = list.pop()?.ok_or_else(|| out_of_range(list.py()))?;
        if list.is_empty() {
            return Ok(last);
        }
        Heap::<D>::new(list).replace_top(last)
    })
}

fn replace<'py, D: Direction>(
    list: &Bound<'py, PyList>,
    item: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    list.locked(|| Heap::<D>::new(list).replace_top(item))
}

fn push_pop<'py, D: Direction>(
    list: &Bound<'py, PyList>,
    item: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    list.locked(|| {
        let Some(top) = list.get(0) else {
            return Ok(item);
        };
        let (left, right) = D::less(&top, &item);
        if left.compare(right, CompareOp::Lt)? {
            Heap::<D>::new(list).replace_top(item)
        } else {
            Ok(item)
        }
    })
}

fn order<D: Direction>(list: &Bound<'_, PyList>) -> PyResult<()> {
    list.locked(|| {
        let heap = Heap::<D>::new(list);
        heap.finish(heap::heapify(&heap))
    })
}
