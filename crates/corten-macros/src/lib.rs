//! The macros of `corten-api`, where they are re-exported and documented with examples.
//!
//! What they generate lives under `#![forbid(unsafe_code)]`: user code ends up in safe functions,
//! and each C entry point is one `unsafe` call of a helper in `corten_api::__private` that states
//! what it needs.

mod class;
mod doc;
mod function;
mod methods;
mod module;
mod signature;
mod slots;
mod traverse;

use proc_macro::TokenStream;

/// Makes a function callable from Python: `#[pyfunction(signature = (data, /, *, newline = true))]`.
///
/// `*args` comes as a tuple, `&Bound<'py, PyTuple>`, or without making one, `&[Borrowed<'_, 'py, PyAny>]`.
///
/// Options: `signature`; `text_signature = "…"` where the text cannot be derived, or `""` where there
/// shall be none; `name = "…"`; `defining_class` for the error texts of such C methods.
#[proc_macro_attribute]
pub fn pyfunction(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(function::expand(options.into(), item.into()))
}

/// Makes a struct the payload of a Python class: `#[pyclass(name = "X", module = "m", immutable)]`.
///
/// `getattr` and `setattr` are for C types that name the ordinary functions for attributes themselves, which
/// shows as methods of their own (`__getattribute__`, `__setattr__`, `__delattr__`).
///
/// With `extends = Base` the struct is a wrapper, `struct Derived(Base);`, and the class a subclass of
/// the one that `Base` describes.
#[proc_macro_attribute]
pub fn pyclass(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(class::expand(options.into(), item.into()))
}

/// Gives a `#[pyclass]` its methods, properties and slots.
#[proc_macro_attribute]
pub fn pymethods(_options: TokenStream, item: TokenStream) -> TokenStream {
    finish(methods::expand(item.into()))
}

/// Declares the module of a crate: its name, state, functions and constants.
#[proc_macro]
pub fn module(item: TokenStream) -> TokenStream {
    finish(module::expand(item.into()))
}

/// Tells the garbage collector which fields hold Python objects.
#[proc_macro_derive(Traverse, attributes(traverse))]
pub fn traverse(item: TokenStream) -> TokenStream {
    finish(traverse::expand(item.into()))
}

fn finish(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(syn::Error::into_compile_error).into()
}
