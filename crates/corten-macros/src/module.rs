//! `module!`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, LitStr, Path, Token, bracketed};

use crate::doc;
use crate::function::definition_path;

struct Module {
    docs: String,
    name: LitStr,
    state: Path,
    functions: Vec<Function>,
    constants: Vec<Constant>,
}

/// A path to a `#[pyfunction]`, perhaps under `#[cfg(…)]`.
struct Function {
    attributes: Vec<Attribute>,
    path: Path,
}

/// `NAME` (a Rust constant of that name) or `NAME = expression`, perhaps under `#[cfg(…)]`.
struct Constant {
    attributes: Vec<Attribute>,
    name: Ident,
    value: Option<Expr>,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Function {
            attributes: input.call(Attribute::parse_outer)?,
            path: input.parse()?,
        })
    }
}

impl Parse for Constant {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let name = input.parse()?;
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Constant {
            attributes,
            name,
            value,
        })
    }
}

impl Parse for Module {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let docs = doc::text(&input.call(Attribute::parse_outer)?);
        let (mut name, mut state) = (None, None);
        let (mut functions, mut constants) = (Vec::new(), Vec::new());
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            match key.to_string().as_str() {
                "name" => name = Some(input.parse()?),
                "state" => state = Some(input.parse()?),
                "functions" => functions = list(input)?,
                "constants" => constants = list(input)?,
                _ => {
                    return Err(syn::Error::new(
                        key.span(),
                        "expected `name`, `state`, `functions` or `constants`",
                    ));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        let name = name.ok_or_else(|| input.error("`name` is missing"))?;
        let state = state.ok_or_else(|| input.error("`state` is missing"))?;
        Ok(Module {
            docs,
            name,
            state,
            functions,
            constants,
        })
    }
}

fn list<T: Parse>(input: ParseStream<'_>) -> syn::Result<Vec<T>> {
    let content;
    bracketed!(content in input);
    Ok(Punctuated::<T, Token![,]>::parse_terminated(&content)?
        .into_iter()
        .collect())
}

pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let Module {
        docs,
        name,
        state,
        functions,
        constants,
    } = syn::parse2(input)?;
    let c_name = doc::c_str(&name.value(), name.span())?;
    let c_docs = doc::c_str(&docs, name.span())?;
    let init = format_ident!("PyInit_{}", name.value(), span = name.span());
    let entries = functions.iter().map(|Function { attributes, path }| {
        let definition = definition_path(path);
        quote!(#(#attributes)* #definition)
    });
    let constants = constants.iter().map(
        |Constant {
             attributes,
             name,
             value,
         }| {
            let text = name.to_string();
            let value = value
                .as_ref()
                .map_or_else(|| quote!(#name), |value| quote!(#value));
            quote!(#(#attributes)* module.add(#text, #value)?;)
        },
    );
    Ok(quote! {
        /// The state that functions and methods of this module reach.
        #[doc(hidden)]
        pub(crate) type __CortenState = #state;

        static __CORTEN_MODULE: ::corten_api::__private::ModuleDef = {
            unsafe extern "C" fn exec(
                module: *mut ::corten_api::__private::ffi::PyObject,
            ) -> ::core::ffi::c_int {
                // SAFETY: called as the execution slot, with a new module of this definition.
                unsafe { ::corten_api::__private::exec::<__CortenState>(module, __corten_constants) }
            }
            static METHODS: &::corten_api::__private::Table<::corten_api::__private::ffi::PyMethodDef> =
                ::corten_api::__private::Table::new(&[
                    #(#entries,)*
                    ::corten_api::__private::ffi::PyMethodDef::zeroed(),
                ]);
            static SLOTS: &::corten_api::__private::Table<
                ::corten_api::__private::ffi::PyModuleDef_Slot> =
                ::corten_api::__private::Table::new(&::corten_api::__private::module_slots(exec));
            ::corten_api::__private::ModuleDef::new::<__CortenState>(#c_name, #c_docs, METHODS, SLOTS)
        };

        // SAFETY: the definition's `exec` above fills its modules with this state.
        unsafe impl ::corten_api::__private::StateOf for #state {
            fn definition() -> *mut ::corten_api::__private::ffi::PyModuleDef {
                __CORTEN_MODULE.as_ptr()
            }
        }

        fn __corten_constants(
            module: &::corten_api::Bound<'_, ::corten_api::types::PyModule>,
        ) -> ::corten_api::PyResult<()> {
            let _ = module;
            #(#constants)*
            ::core::result::Result::Ok(())
        }

        /// The module's entry point for the import machinery.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case)]
        pub extern "C" fn #init() -> *mut ::corten_api::__private::ffi::PyObject {
            // SAFETY: called by the import machinery, attached.
            unsafe { __CORTEN_MODULE.init() }
        }
    })
}
