//! `#[pyfunction]`, and the entry points that functions and methods share.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ItemFn, Path};

use crate::doc;
use crate::signature::{Callable, Convention, Options, Specials};

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options: Options = syn::parse2(options)?;
    let function: ItemFn = syn::parse2(item)?;
    let callable = Callable::new(&function.sig, options)?;
    let name = &function.sig.ident;
    let specials = Specials {
        state: Some(quote!(::corten_api::__private::state_of::<
            crate::__CortenState,
        >(receiver)?)),
        module: Some(quote!(receiver)),
        class: None,
    };
    let call = callable.to_call(&quote!(#name), &quote!(receiver), &specials)?;
    let entry = Entry {
        callable: &callable,
        receiver: quote!(::corten_api::types::PyModule),
        call,
        docs: doc::text(&function.attrs),
        self_name: "$module",
        flags: quote!(0),
    };
    let cfgs = doc::cfgs(&function.attrs);
    let definition = definition_name(name);
    let value = entry.to_method_def()?;
    Ok(quote! {
        #function

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        pub(crate) const #definition: ::corten_api::__private::ffi::PyMethodDef = #value;
    })
}

/// The constant that `#[pyfunction]` leaves beside the function.
fn definition_name(function: &Ident) -> Ident {
    format_ident!("__corten_function_{}", function)
}

/// The same for a path to the function.
pub(crate) fn definition_path(function: &Path) -> Path {
    let mut path = function.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = definition_name(&last.ident);
    }
    path
}

/// One callable of a method table.
pub(crate) struct Entry<'a> {
    pub(crate) callable: &'a Callable,
    /// The type of `receiver`, a `&Bound<'py, _>`, in `call`.
    pub(crate) receiver: TokenStream,
    /// The call of the Rust function, in terms of `py`, `receiver` and the parts of `Arguments`.
    pub(crate) call: TokenStream,
    pub(crate) docs: String,
    pub(crate) self_name: &'static str,
    /// Further `METH_*` flags.
    pub(crate) flags: TokenStream,
}

impl Entry<'_> {
    /// A `PyMethodDef`, as an expression: the function in safe code, and its C entry point.
    pub(crate) fn to_method_def(&self) -> syn::Result<TokenStream> {
        let Entry {
            callable,
            receiver,
            call,
            flags,
            ..
        } = self;
        let span = proc_macro2::Span::call_site();
        let name = &callable.python_name;
        let signature = callable.to_signature(name);
        let c_name = doc::c_str(name, span)?;
        let signature_line = match callable.text_signature(self.self_name)? {
            Some(text) => format!("{name}{text}\n--\n\n"),
            None => String::new(),
        };
        let docs = doc::c_str(&(signature_line + &self.docs), span)?;
        let (entry, pointer, convention) = entry_point(&callable.convention(), receiver);
        let body = body_with(
            &signature,
            &self.arguments(),
            receiver,
            &quote!(::corten_api::Bound<'py, ::corten_api::types::PyAny>),
            &quote!(::corten_api::__private::IntoReturn::into_return(#call, py)),
        );
        Ok(quote! {{
            #body

            #entry

            ::corten_api::__private::ffi::PyMethodDef {
                ml_name: #c_name.as_ptr(),
                ml_meth: #pointer,
                ml_flags: #convention | #flags,
                ml_doc: #docs.as_ptr(),
            }
        }})
    }

    /// Makes the arguments of `call` known, bound as far as the interpreter has not done so.
    fn arguments(&self) -> TokenStream {
        match self.callable.convention() {
            Convention::NoArgs | Convention::One => {
                let count = self.callable.value_count();
                taken_apart(&quote!(call.counted::<#count>()))
            }
            Convention::Fast | Convention::FastKeywords => bound(self.callable),
        }
    }
}

/// The constant `SIGNATURE`, and the safe function `body` that every C entry point calls: it binds
/// the arguments of `call` and returns `value`, an expression in terms of `py`, `receiver` and the parts of
/// `Arguments`.
pub(crate) fn body(
    signature: &TokenStream,
    callable: &Callable,
    receiver: &TokenStream,
    result: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    body_with(signature, &bound(callable), receiver, result, value)
}

/// Makes the arguments of `call` known, bound to the signature, unless they are taken as they come.
fn bound(callable: &Callable) -> TokenStream {
    if callable.takes_call() {
        return TokenStream::new();
    }
    let count = callable.value_count();
    taken_apart(&quote!(SIGNATURE.bind::<#count>(call)?))
}

/// Takes `Arguments` apart: of a whole, unused parts would be stored, too.
fn taken_apart(arguments: &TokenStream) -> TokenStream {
    quote! {
        let ::corten_api::__private::Arguments { values, rest, var_keyword } = #arguments;
    }
}

fn body_with(
    signature: &TokenStream,
    arguments: &TokenStream,
    receiver: &TokenStream,
    result: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    quote! {
        const SIGNATURE: ::corten_api::__private::Signature = #signature;

        #[inline]
        #[allow(
            unused_variables,
            clippy::let_unit_value,
            clippy::unnecessary_fallible_conversions
        )]
        fn body<'a, 'py>(
            py: ::corten_api::Python<'py>,
            receiver: &'a ::corten_api::Bound<'py, #receiver>,
            call: ::corten_api::__private::Call<'a, 'py>,
        ) -> ::corten_api::PyResult<#result> {
            #arguments
            #value
        }
    }
}

/// The C function that calls `body`, its place in `PyMethodDef`, and its `METH_*` flag.
fn entry_point(
    convention: &Convention,
    receiver: &TokenStream,
) -> (TokenStream, TokenStream, TokenStream) {
    let private = quote!(::corten_api::__private);
    let object = quote!(*mut #private::ffi::PyObject);
    let pointer = |field: TokenStream| quote!(#private::ffi::PyMethodDefPointer { #field: entry });
    match convention {
        Convention::NoArgs => (
            quote! {
                unsafe extern "C" fn entry(receiver: #object, _: #object) -> #object {
                    // SAFETY: called as METH_NOARGS says, with a live receiver of that kind.
                    unsafe { #private::call_no_args::<#receiver>(receiver, body) }
                }
            },
            pointer(quote!(PyCFunction)),
            quote!(#private::ffi::METH_NOARGS),
        ),
        Convention::One => (
            quote! {
                unsafe extern "C" fn entry(receiver: #object, argument: #object) -> #object {
                    // SAFETY: called as METH_O says, with a live receiver of that kind.
                    unsafe { #private::call_one::<#receiver>(receiver, argument, body) }
                }
            },
            pointer(quote!(PyCFunction)),
            quote!(#private::ffi::METH_O),
        ),
        Convention::Fast => (
            quote! {
                unsafe extern "C" fn entry(
                    receiver: #object,
                    arguments: *mut #object,
                    count: isize,
                ) -> #object {
                    // SAFETY: called as METH_FASTCALL says, with a live receiver of that kind.
                    unsafe {
                        #private::call_fast::<#receiver>(
                            receiver, arguments, count, ::core::ptr::null_mut(), body)
                    }
                }
            },
            pointer(quote!(PyCFunctionFast)),
            quote!(#private::ffi::METH_FASTCALL),
        ),
        Convention::FastKeywords => (
            quote! {
                unsafe extern "C" fn entry(
                    receiver: #object,
                    arguments: *const #object,
                    count: isize,
                    names: #object,
                ) -> #object {
                    // SAFETY: called as METH_FASTCALL with METH_KEYWORDS says, with a live receiver of that kind.
                    unsafe {
                        #private::call_fast::<#receiver>(receiver, arguments, count, names, body)
                    }
                }
            },
            pointer(quote!(PyCFunctionFastWithKeywords)),
            quote!(#private::ffi::METH_FASTCALL | #private::ffi::METH_KEYWORDS),
        ),
    }
}
