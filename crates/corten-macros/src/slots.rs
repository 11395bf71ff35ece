//! Special methods that are type slots.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Signature, Type};

use crate::signature::{Callable, Options, Receiver, Source};

/// The C shape of a slot, and what it means for the Rust method.
enum Shape {
    /// `(self) -> object`
    Unary,
    /// `(self) -> object`, null without exception at the end
    Next,
    /// `(self) -> length`
    Length,
    /// `(self) -> hash`
    Hash,
    /// `(self) -> truth`
    Truth,
    /// `(self, object) -> truth`
    Contains,
    /// `(self, object) -> object`
    Binary,
    /// `(object, object) -> object` where either may be the instance
    Operator,
    /// `(object, object, object) -> object` where either of the first two may be the instance
    Power,
    /// `(self, index) -> object`
    Index,
    /// `(self, object, operator) -> object`
    Compare,
    /// `(self, object or null, object or null) -> object`
    Get,
    /// `(self, key, value or null)`
    Assign,
    /// `(self, index, value or null)`
    AssignIndex,
    /// `(self)`, errors are reported as unraisable
    Finalize,
    /// the pair of buffer functions
    Buffer,
}

/// The slots that the special method `name` fills.
fn slots_of(name: &str) -> Option<(&'static [&'static str], Shape)> {
    use Shape::{
        Assign, AssignIndex, Binary, Buffer, Compare, Contains, Finalize, Get, Hash, Index, Length,
        Next, Operator, Power, Truth, Unary,
    };
    Some(match name {
        "__repr__" => (&["Py_tp_repr"], Unary),
        "__str__" => (&["Py_tp_str"], Unary),
        "__iter__" => (&["Py_tp_iter"], Unary),
        "__next__" => (&["Py_tp_iternext"], Next),
        "__hash__" => (&["Py_tp_hash"], Hash),
        "__richcmp__" => (&["Py_tp_richcompare"], Compare),
        "__getattribute__" => (&["Py_tp_getattro"], Binary),
        "__get__" => (&["Py_tp_descr_get"], Get),
        "__del__" => (&["Py_tp_finalize"], Finalize),
        "__await__" => (&["Py_am_await"], Unary),
        "__aiter__" => (&["Py_am_aiter"], Unary),
        "__anext__" => (&["Py_am_anext"], Unary),
        "__len__" => (&["Py_mp_length", "Py_sq_length"], Length),
        "__contains__" => (&["Py_sq_contains"], Contains),
        "__getitem__" => (&["Py_mp_subscript"], Binary),
        "__setitem__" => (&["Py_mp_ass_subscript"], Assign),
        "__item__" => (&["Py_sq_item"], Index),
        "__set_item__" => (&["Py_sq_ass_item"], AssignIndex),
        "__concat__" => (&["Py_sq_concat"], Binary),
        "__repeat__" => (&["Py_sq_repeat"], Index),
        "__inplace_concat__" => (&["Py_sq_inplace_concat"], Binary),
        "__inplace_repeat__" => (&["Py_sq_inplace_repeat"], Index),
        "__neg__" => (&["Py_nb_negative"], Unary),
        "__pos__" => (&["Py_nb_positive"], Unary),
        "__abs__" => (&["Py_nb_absolute"], Unary),
        "__invert__" => (&["Py_nb_invert"], Unary),
        "__int__" => (&["Py_nb_int"], Unary),
        "__float__" => (&["Py_nb_float"], Unary),
        "__index__" => (&["Py_nb_index"], Unary),
        "__bool__" => (&["Py_nb_bool"], Truth),
        "__add__" => (&["Py_nb_add"], Operator),
        "__sub__" => (&["Py_nb_subtract"], Operator),
        "__mul__" => (&["Py_nb_multiply"], Operator),
        "__matmul__" => (&["Py_nb_matrix_multiply"], Operator),
        "__truediv__" => (&["Py_nb_true_divide"], Operator),
        "__floordiv__" => (&["Py_nb_floor_divide"], Operator),
        "__mod__" => (&["Py_nb_remainder"], Operator),
        "__divmod__" => (&["Py_nb_divmod"], Operator),
        "__lshift__" => (&["Py_nb_lshift"], Operator),
        "__rshift__" => (&["Py_nb_rshift"], Operator),
        "__and__" => (&["Py_nb_and"], Operator),
        "__or__" => (&["Py_nb_or"], Operator),
        "__xor__" => (&["Py_nb_xor"], Operator),
        "__pow__" => (&["Py_nb_power"], Power),
        "__iadd__" => (&["Py_nb_inplace_add"], Binary),
        "__isub__" => (&["Py_nb_inplace_subtract"], Binary),
        "__imul__" => (&["Py_nb_inplace_multiply"], Binary),
        "__iand__" => (&["Py_nb_inplace_and"], Binary),
        "__ior__" => (&["Py_nb_inplace_or"], Binary),
        "__ixor__" => (&["Py_nb_inplace_xor"], Binary),
        "__buffer__" => (&["Py_bf_getbuffer"], Buffer),
        _ => return None,
    })
}

/// The table entries for the method `name`; none when it is not special.
pub(crate) fn expand(
    class: &Type,
    function: &Signature,
    name: &str,
) -> syn::Result<Vec<TokenStream>> {
    let Some((slots, shape)) = slots_of(name) else {
        return if name.starts_with("__") && name.ends_with("__") {
            Err(syn::Error::new_spanned(
                &function.ident,
                "not a special method with a slot; for an ordinary method add `#[method]`",
            ))
        } else {
            Ok(Vec::new())
        };
    };
    let method = Method {
        class,
        function,
        name,
    };
    if matches!(shape, Shape::Buffer) {
        return method.buffer();
    }
    let entry = method.entry(&shape)?;
    Ok(slots
        .iter()
        .map(|slot| {
            let slot = format_ident!("{slot}");
            quote! {
                ::corten_api::__private::type_slot(::corten_api::__private::ffi::#slot, {
                    #entry
                    entry as *mut ::core::ffi::c_void
                })
            }
        })
        .collect())
}

struct Method<'a> {
    class: &'a Type,
    function: &'a Signature,
    name: &'a str,
}

impl Method<'_> {
    /// `Class::method(receiver, …)` with the objects `arguments`, each converted.
    fn call(&self, arguments: &[TokenStream]) -> syn::Result<TokenStream> {
        let arguments: Vec<_> = arguments.iter().map(from_object).collect();
        self.call_with_raw(&arguments)
    }

    /// The C function `entry` of `shape`.
    fn entry(&self, shape: &Shape) -> syn::Result<TokenStream> {
        let class = self.class;
        let p = quote!(::corten_api::__private);
        let object = quote!(*mut #p::ffi::PyObject);
        let borrowed = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|n| format_ident!("{n}")).collect();
            quote!(#(let #names = #p::object(py, #names);)*)
        };
        let with_self = |body: TokenStream| {
            let name = self.name;
            quote! {
                const SIGNATURE: #p::Single = #p::Single(#name);
                // SAFETY: called as the slot says, with an instance and live arguments.
                unsafe { #p::with_self::<#class, _>(receiver, |py, receiver| { #body }) }
            }
        };
        Ok(match shape {
            Shape::Unary => {
                let call = self.call(&[])?;
                let body = with_self(quote!(#p::IntoReturn::into_return(#call, py)));
                quote!(unsafe extern "C" fn entry(receiver: #object) -> #object { #body })
            }
            Shape::Next => {
                let call = self.call(&[])?;
                let body = with_self(quote!(#p::into_next(#call, py)));
                quote!(unsafe extern "C" fn entry(receiver: #object) -> #object { #body })
            }
            Shape::Length => {
                let call = self.call(&[])?;
                let body = with_self(quote!(#p::into_length(#call, py)));
                quote!(unsafe extern "C" fn entry(receiver: #object) -> isize { #body })
            }
            Shape::Hash => {
                let call = self.call(&[])?;
                let body = with_self(quote!(#p::into_hash(#call)));
                quote!(unsafe extern "C" fn entry(receiver: #object) -> isize { #body })
            }
            Shape::Truth => {
                let call = self.call(&[])?;
                let body = with_self(quote!(#p::IntoResult::<bool>::into_result(#call)));
                quote! {
                    unsafe extern "C" fn entry(receiver: #object) -> ::core::ffi::c_int { #body }
                }
            }
            Shape::Contains => {
                let call = self.call(&[quote!(other)])?;
                let borrow = borrowed(&["other"]);
                let body = with_self(quote!(#borrow #p::IntoResult::<bool>::into_result(#call)));
                quote! {
                    unsafe extern "C" fn entry(
                        receiver: #object,
                        other: #object,
                    ) -> ::core::ffi::c_int { #body }
                }
            }
            Shape::Binary => {
                let call = self.call(&[quote!(other)])?;
                let borrow = borrowed(&["other"]);
                let body = with_self(quote!(#borrow #p::IntoReturn::into_return(#call, py)));
                quote! {
                    unsafe extern "C" fn entry(receiver: #object, other: #object) -> #object { #body }
                }
            }
            Shape::Operator => self.operator(&quote!(), &quote!(), &[])?,
            Shape::Power => {
                let borrow = borrowed(&["modulus"]);
                self.operator(&quote!(, modulus: #object), &borrow, &[quote!(modulus)])?
            }
            Shape::Index => {
                let call = self.call_with_raw(&[quote!(index)])?;
                let body = with_self(quote!(#p::IntoReturn::into_return(#call, py)));
                quote! {
                    unsafe extern "C" fn entry(receiver: #object, index: isize) -> #object { #body }
                }
            }
            Shape::Compare => {
                let callable = Callable::new(self.function, Options::default())?;
                let call = self
                    .positional_call(&callable, &[from_object(&quote!(other)), quote!(operator)])?;
                let borrow = borrowed(&["other"]);
                let body = with_self(quote! {
                    #borrow
                    let ::core::option::Option::Some(operator) = #p::compare_op(operator) else {
                        return ::core::result::Result::Ok(py.not_implemented());
                    };
                    #p::IntoReturn::into_return(#call, py)
                });
                quote! {
                    unsafe extern "C" fn entry(
                        receiver: #object,
                        other: #object,
                        operator: ::core::ffi::c_int,
                    ) -> #object { #body }
                }
            }
            Shape::Get => {
                let call = self.call_with_raw(&[quote!(instance), quote!(owner)])?;
                let body = with_self(quote! {
                    let instance = #p::optional_object(py, instance);
                    let instance = instance.as_deref();
                    let owner = #p::optional_object(py, owner);
                    let owner = owner.as_deref();
                    #p::IntoReturn::into_return(#call, py)
                });
                quote! {
                    unsafe extern "C" fn entry(
                        receiver: #object,
                        instance: #object,
                        owner: #object,
                    ) -> #object { #body }
                }
            }
            Shape::Assign => {
                let call = self.call_with_raw(&[from_object(&quote!(key)), quote!(value)])?;
                let borrow = borrowed(&["key"]);
                let body = with_self(quote! {
                    #borrow
                    let value = #p::optional_object(py, value);
                    let value = value.as_deref();
                    #p::IntoResult::<()>::into_result(#call)
                });
                quote! {
                    unsafe extern "C" fn entry(
                        receiver: #object,
                        key: #object,
                        value: #object,
                    ) -> ::core::ffi::c_int { #body }
                }
            }
            Shape::AssignIndex => {
                let call = self.call_with_raw(&[quote!(index), quote!(value)])?;
                let body = with_self(quote! {
                    let value = #p::optional_object(py, value);
                    let value = value.as_deref();
                    #p::IntoResult::<()>::into_result(#call)
                });
                quote! {
                    unsafe extern "C" fn entry(
                        receiver: #object,
                        index: isize,
                        value: #object,
                    ) -> ::core::ffi::c_int { #body }
                }
            }
            Shape::Finalize => {
                let call = self.call(&[])?;
                quote! {
                    unsafe extern "C" fn entry(receiver: #object) {
                        // SAFETY: called as `tp_finalize`, with an instance.
                        unsafe {
                            #p::finalize::<#class>(receiver, |py, receiver| {
                                #p::IntoResult::<()>::into_result(#call)
                            })
                        }
                    }
                }
            }
            Shape::Buffer => return Err(syn::Error::new_spanned(self.function, "handled apart")),
        })
    }

    /// A numeric operator: the instance may stand on either side; the Rust method gets both sides
    /// as objects, in order, and has no receiver.
    fn operator(
        &self,
        more_parameters: &TokenStream,
        more_borrows: &TokenStream,
        more_arguments: &[TokenStream],
    ) -> syn::Result<TokenStream> {
        let callable = Callable::new(self.function, Options::default())?;
        if callable.receiver != Receiver::None {
            return Err(syn::Error::new_spanned(
                self.function,
                "numeric operators take both sides as `left` and `right`, since the instance can be \
                 either",
            ));
        }
        let p = quote!(::corten_api::__private);
        let mut arguments = vec![from_object(&quote!(left)), from_object(&quote!(right))];
        arguments.extend(more_arguments.iter().map(from_object));
        let call = self.positional_call(&callable, &arguments)?;
        let name = self.name;
        Ok(quote! {
            unsafe extern "C" fn entry(
                left: *mut #p::ffi::PyObject,
                right: *mut #p::ffi::PyObject
                #more_parameters
            ) -> *mut #p::ffi::PyObject {
                const SIGNATURE: #p::Single = #p::Single(#name);
                // SAFETY: called as a number slot, with live operands.
                unsafe {
                    #p::trampoline(|py| {
                        let left = #p::object(py, left);
                        let right = #p::object(py, right);
                        #more_borrows
                        #p::IntoReturn::into_return(#call, py)
                    })
                }
            }
        })
    }

    /// `__buffer__`, which returns the exported memory.
    fn buffer(&self) -> syn::Result<Vec<TokenStream>> {
        let class = self.class;
        let method = &self.function.ident;
        let p = quote!(::corten_api::__private);
        let get = quote! {
            #p::type_slot(#p::ffi::Py_bf_getbuffer, {
                unsafe extern "C" fn entry(
                    receiver: *mut #p::ffi::PyObject,
                    view: *mut #p::ffi::Py_buffer,
                    flags: ::core::ffi::c_int,
                ) -> ::core::ffi::c_int {
                    // SAFETY: called as the slot says, with an instance and a view to fill in.
                    unsafe {
                        #p::get_buffer::<#class, _>(receiver, view, flags, |receiver| receiver.#method())
                    }
                }
                entry as *mut ::core::ffi::c_void
            })
        };
        let release = quote! {
            #p::type_slot(#p::ffi::Py_bf_releasebuffer, {
                unsafe extern "C" fn entry(
                    receiver: *mut #p::ffi::PyObject,
                    _view: *mut #p::ffi::Py_buffer,
                ) {
                    // SAFETY: called as the slot says, with an instance whose buffer was handed out.
                    unsafe { #p::release_buffer::<#class, _>(receiver, |receiver| receiver.#method()) }
                }
                entry as *mut ::core::ffi::c_void
            })
        };
        Ok(vec![get, release])
    }

    /// A call whose arguments are used as they are, without conversion.
    fn call_with_raw(&self, arguments: &[TokenStream]) -> syn::Result<TokenStream> {
        let callable = Callable::new(self.function, Options::default())?;
        self.positional_call(&callable, arguments)
    }

    fn positional_call(
        &self,
        callable: &Callable,
        arguments: &[TokenStream],
    ) -> syn::Result<TokenStream> {
        positional_call(self.class, &self.function.ident, callable, arguments)
    }
}

/// The conversion of the object `name` to what the Rust parameter wants.
fn from_object(name: &TokenStream) -> TokenStream {
    quote!(::corten_api::__private::FromArg::from_arg(&#name, const { &SIGNATURE.arg() })?)
}

/// `Class::method(receiver, …)` with `arguments` as they are.
pub(crate) fn positional_call(
    class: &Type,
    method: &Ident,
    callable: &Callable,
    arguments: &[TokenStream],
) -> syn::Result<TokenStream> {
    let wanted = callable
        .sources
        .iter()
        .filter(|s| matches!(s, Source::Python(_)))
        .count();
    if wanted != arguments.len() {
        return Err(syn::Error::new_spanned(
            method,
            format!(
                "this special method takes {} Python arguments",
                arguments.len()
            ),
        ));
    }
    let receiver = match callable.receiver {
        Receiver::None => quote!(),
        Receiver::Payload => quote!(&**receiver,),
        Receiver::Object => quote!(receiver,),
    };
    let arguments = callable
        .sources
        .iter()
        .map(|source| match source {
            Source::Py => Ok(quote!(py)),
            Source::State => Ok(quote!(receiver.state()?)),
            Source::Python(index) => Ok(arguments[*index].clone()),
            Source::Module | Source::Class | Source::Call => Err(syn::Error::new_spanned(
                method,
                "special methods have no `module`, `cls` or `call`",
            )),
        })
        .collect::<syn::Result<Vec<_>>>()?;
    Ok(quote!(<#class>::#method(#receiver #(#arguments),*)))
}
