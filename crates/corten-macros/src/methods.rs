//! `#[pymethods]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, ImplItem, ImplItemFn, ItemImpl, Meta, Path, Token, Type, parse_quote};

use crate::doc;
use crate::function::{Entry, body};
use crate::signature::{Callable, Options, Receiver, Specials};
use crate::slots;

/// What an attribute makes of a function in the `impl` block.
enum Role {
    New,
    Init,
    Call,
    Method,
    ClassMethod,
    StaticMethod,
    Getter,
    Setter,
}

/// Everything that is generated for one class.
#[derive(Default)]
struct Tables {
    methods: Vec<TokenStream>,
    properties: Vec<Property>,
    slots: Vec<TokenStream>,
    /// Statements that set the signature text of the constructor, some perhaps under `#[cfg(…)]`.
    new_signatures: Vec<TokenStream>,
    has_new: bool,
    has_del: bool,
    /// `tp_call` and the vectorcall function.
    call: Option<TokenStream>,
}

struct Property {
    name: String,
    docs: String,
    cfgs: Vec<Attribute>,
    get: Option<TokenStream>,
    set: Option<TokenStream>,
}

pub(crate) fn expand(item: TokenStream) -> syn::Result<TokenStream> {
    let mut item: ItemImpl = syn::parse2(item)?;
    let class = item.self_ty.clone();
    let mut tables = Tables::default();
    for member in &mut item.items {
        if let ImplItem::Fn(function) = member {
            let mut variants = take_variants(function)?;
            if variants.is_empty() {
                tables.add(&class, function)?;
            }
            for variant in &mut variants {
                tables.add(&class, variant)?;
            }
        }
    }
    let implementation = tables.to_impl(&class)?;
    Ok(quote! {
        #item

        #implementation
    })
}

impl Tables {
    fn add(&mut self, class: &Type, function: &mut ImplItemFn) -> syn::Result<()> {
        let name = function.sig.ident.to_string();
        let Some((role, options)) = take_role(&mut function.attrs)? else {
            if name == "__call__" {
                return self.add_call(class, function, Options::default());
            }
            return self.add_slot(class, function, &name);
        };
        match role {
            Role::New => self.add_new(class, function, options),
            Role::Init => self.add_init(class, function, options),
            Role::Call => self.add_call(class, function, options),
            Role::Method => self.add_method(class, function, options, "$self", quote!(0)),
            Role::ClassMethod => self.add_class_method(class, function, options),
            Role::StaticMethod => Err(syn::Error::new_spanned(
                &function.sig,
                "use a function of the module",
            )),
            Role::Getter => self.add_getter(class, function, options),
            Role::Setter => self.add_setter(class, function, options),
        }
    }

    fn add_slot(&mut self, class: &Type, function: &ImplItemFn, name: &str) -> syn::Result<()> {
        let cfgs = doc::cfgs(&function.attrs);
        for entry in slots::expand(class, &function.sig, name)? {
            self.slots.push(quote!(#(#cfgs)* #entry));
        }
        self.has_del |= name == "__del__";
        Ok(())
    }

    fn add_method(
        &mut self,
        class: &Type,
        function: &ImplItemFn,
        options: Options,
        self_name: &'static str,
        flags: TokenStream,
    ) -> syn::Result<()> {
        let callable = Callable::new(&function.sig, options)?;
        if callable.receiver == Receiver::None {
            return Err(syn::Error::new_spanned(
                &function.sig,
                "a method takes `&self`",
            ));
        }
        let ident = &function.sig.ident;
        let call = callable.to_call(&quote!(<#class>::#ident), &quote!(receiver), &specials())?;
        let entry = Entry {
            callable: &callable,
            receiver: quote!(#class),
            call,
            docs: doc::text(&function.attrs),
            self_name,
            flags,
        };
        let cfgs = doc::cfgs(&function.attrs);
        let value = entry.to_method_def()?;
        self.methods.push(quote!(#(#cfgs)* #value));
        Ok(())
    }

    fn add_class_method(
        &mut self,
        class: &Type,
        function: &ImplItemFn,
        options: Options,
    ) -> syn::Result<()> {
        let callable = Callable::new(&function.sig, options)?;
        let ident = &function.sig.ident;
        let specials = class_specials(class);
        let call = callable.to_call(&quote!(<#class>::#ident), &quote!(receiver), &specials)?;
        let entry = Entry {
            callable: &callable,
            receiver: quote!(::corten_api::types::PyType),
            call,
            docs: doc::text(&function.attrs),
            self_name: "$type",
            flags: quote!(::corten_api::__private::ffi::METH_CLASS),
        };
        let cfgs = doc::cfgs(&function.attrs);
        let value = entry.to_method_def()?;
        self.methods.push(quote!(#(#cfgs)* #value));
        Ok(())
    }

    fn add_new(
        &mut self,
        class: &Type,
        function: &ImplItemFn,
        options: Options,
    ) -> syn::Result<()> {
        let (packed, named) = (options.packed, options.name.is_some());
        let callable = Callable::new(&function.sig, options)?;
        let body = match packed {
            true => new_packed_body(class, function, &callable)?,
            false => new_body(class, function, &callable, named)?,
        };
        let new = match packed {
            true => quote!(new_packed),
            false => quote!(new),
        };
        let cfgs = doc::cfgs(&function.attrs);
        self.has_new = true;
        self.add_new_signature(&cfgs, callable.text_signature("")?);
        self.slots.push(quote! {
            #(#cfgs)*
            ::corten_api::__private::type_slot(::corten_api::__private::ffi::Py_tp_new, {
                #body

                unsafe extern "C" fn entry(
                    class: *mut ::corten_api::__private::ffi::PyTypeObject,
                    args: *mut ::corten_api::__private::ffi::PyObject,
                    kwargs: *mut ::corten_api::__private::ffi::PyObject,
                ) -> *mut ::corten_api::__private::ffi::PyObject {
                    // SAFETY: called as `tp_new`, for this class or a subclass.
                    unsafe { ::corten_api::__private::#new::<#class>(class, args, kwargs, body) }
                }

                entry as *mut ::core::ffi::c_void
            })
        });
        Ok(())
    }

    /// The text of the last constructor that is compiled is the class's.
    fn add_new_signature(&mut self, cfgs: &[&Attribute], text: Option<String>) {
        let text = match text {
            Some(text) => quote!(::core::option::Option::Some(#text)),
            None => quote!(::core::option::Option::None),
        };
        self.new_signatures.push(quote! {
            #(#cfgs)*
            let text: ::core::option::Option<&'static str> = #text;
        });
    }

    fn add_init(
        &mut self,
        class: &Type,
        function: &ImplItemFn,
        options: Options,
    ) -> syn::Result<()> {
        let callable = Callable::new(&function.sig, options)?;
        let ident = &function.sig.ident;
        let call = callable.to_call(&quote!(<#class>::#ident), &quote!(receiver), &specials())?;
        let signature = named_signature(
            &callable,
            &quote!(<#class as ::corten_api::__private::PyClass>::NAME),
        );
        let body = body(
            &signature,
            &callable,
            &quote!(#class),
            &quote!(()),
            &quote!(::corten_api::__private::IntoResult::into_result(#call)),
        );
        self.add_new_signature(&[], callable.text_signature("")?);
        self.slots.push(quote! {
            ::corten_api::__private::type_slot(::corten_api::__private::ffi::Py_tp_init, {
                #body

                unsafe extern "C" fn entry(
                    receiver: *mut ::corten_api::__private::ffi::PyObject,
                    args: *mut ::corten_api::__private::ffi::PyObject,
                    kwargs: *mut ::corten_api::__private::ffi::PyObject,
                ) -> ::core::ffi::c_int {
                    // SAFETY: called as `tp_init`, with an instance.
                    unsafe { ::corten_api::__private::init::<#class>(receiver, args, kwargs, body) }
                }

                entry as *mut ::core::ffi::c_void
            })
        });
        Ok(())
    }

    fn add_call(
        &mut self,
        class: &Type,
        function: &ImplItemFn,
        options: Options,
    ) -> syn::Result<()> {
        let callable = Callable::new(&function.sig, options)?;
        let ident = &function.sig.ident;
        let call = callable.to_call(&quote!(<#class>::#ident), &quote!(receiver), &specials())?;
        let name = &callable.python_name;
        let signature = named_signature(&callable, &quote!(#name));
        let body = body(
            &signature,
            &callable,
            &quote!(#class),
            &quote!(::corten_api::Bound<'py, ::corten_api::types::PyAny>),
            &quote!(::corten_api::__private::IntoReturn::into_return(#call, py)),
        );
        self.call = Some(quote! {
            const CALL: ::core::option::Option<::corten_api::__private::CallEntries> = {
                #body

                unsafe extern "C" fn packed(
                    receiver: *mut ::corten_api::__private::ffi::PyObject,
                    args: *mut ::corten_api::__private::ffi::PyObject,
                    kwargs: *mut ::corten_api::__private::ffi::PyObject,
                ) -> *mut ::corten_api::__private::ffi::PyObject {
                    // SAFETY: called as `tp_call`, with an instance.
                    unsafe {
                        ::corten_api::__private::call_packed::<#class>(receiver, args, kwargs, body)
                    }
                }

                unsafe extern "C" fn vectorcall(
                    receiver: *mut ::corten_api::__private::ffi::PyObject,
                    args: *const *mut ::corten_api::__private::ffi::PyObject,
                    count: usize,
                    names: *mut ::corten_api::__private::ffi::PyObject,
                ) -> *mut ::corten_api::__private::ffi::PyObject {
                    // SAFETY: called as PEP 590 says, with an instance.
                    unsafe {
                        ::corten_api::__private::call_vector::<#class>(
                            receiver, args, count, names, body)
                    }
                }

                ::core::option::Option::Some(
                    ::corten_api::__private::CallEntries { packed, vectorcall })
            };
        });
        Ok(())
    }

    fn add_getter(
        &mut self,
        class: &Type,
        function: &ImplItemFn,
        options: Options,
    ) -> syn::Result<()> {
        let callable = Callable::new(&function.sig, options)?;
        let ident = &function.sig.ident;
        let call = callable.to_call(&quote!(<#class>::#ident), &quote!(receiver), &specials())?;
        let get = quote! {
            ::core::option::Option::Some({
                unsafe extern "C" fn entry(
                    receiver: *mut ::corten_api::__private::ffi::PyObject,
                    _: *mut ::core::ffi::c_void,
                ) -> *mut ::corten_api::__private::ffi::PyObject {
                    // SAFETY: called as a getter, with an instance.
                    unsafe {
                        ::corten_api::__private::with_self::<#class, _>(receiver, |py, receiver| {
                            ::corten_api::__private::IntoReturn::into_return(#call, py)
                        })
                    }
                }
                entry as _
            })
        };
        self.property(&callable.python_name, function).get = Some(get);
        Ok(())
    }

    fn add_setter(
        &mut self,
        class: &Type,
        function: &ImplItemFn,
        options: Options,
    ) -> syn::Result<()> {
        let callable = Callable::new(&function.sig, options)?;
        let ident = &function.sig.ident;
        let name = callable
            .python_name
            .strip_prefix("set_")
            .unwrap_or(&callable.python_name);
        let slot_call = slots::positional_call(class, ident, &callable, &[quote!(value)])?;
        let set = quote! {
            ::core::option::Option::Some({
                unsafe extern "C" fn entry(
                    receiver: *mut ::corten_api::__private::ffi::PyObject,
                    value: *mut ::corten_api::__private::ffi::PyObject,
                    _: *mut ::core::ffi::c_void,
                ) -> ::core::ffi::c_int {
                    const SIGNATURE: ::corten_api::__private::Single =
                        ::corten_api::__private::Single(#name);
                    // SAFETY: called as a setter, with an instance and a live value or null.
                    unsafe {
                        ::corten_api::__private::with_self::<#class, _>(receiver, |py, receiver| {
                            let value = ::corten_api::__private::optional_object(py, value);
                            let value = match &value {
                                ::core::option::Option::Some(value) => ::core::option::Option::Some(
                                    ::corten_api::__private::FromArg::from_arg(
                                        value, const { &SIGNATURE.arg() })?),
                                ::core::option::Option::None => ::core::option::Option::None,
                            };
                            ::corten_api::__private::IntoResult::<()>::into_result(#slot_call)
                        })
                    }
                }
                entry as _
            })
        };
        self.property(name, function).set = Some(set);
        Ok(())
    }

    fn property(&mut self, name: &str, function: &ImplItemFn) -> &mut Property {
        let index = self
            .properties
            .iter()
            .position(|p| p.name == name)
            .unwrap_or_else(|| {
                self.properties.push(Property {
                    name: name.to_owned(),
                    docs: doc::text(&function.attrs),
                    cfgs: doc::cfgs(&function.attrs).into_iter().cloned().collect(),
                    get: None,
                    set: None,
                });
                self.properties.len() - 1
            });
        &mut self.properties[index]
    }

    fn to_impl(&self, class: &Type) -> syn::Result<TokenStream> {
        let private = quote!(::corten_api::__private);
        let mut properties = self
            .properties
            .iter()
            .map(Property::to_definition)
            .collect::<syn::Result<Vec<_>>>()?;
        let methods = table(
            "METHODS",
            &quote!(#private::ffi::PyMethodDef),
            &self.methods,
            &quote!(#private::ffi::PyMethodDef::zeroed()),
        );
        properties.push(quote!(#private::dict_property::<#class>()));
        let properties = table(
            "PROPERTIES",
            &quote!(#private::ffi::PyGetSetDef),
            &properties,
            &quote!(#private::NO_PROPERTY),
        );
        let slots = table(
            "SLOTS",
            &quote!(#private::ffi::PyType_Slot),
            &self.slots,
            &quote!(#private::type_slot(0, ::core::ptr::null_mut())),
        );
        let Tables {
            has_new,
            has_del,
            call,
            ..
        } = self;
        let new_signatures = &self.new_signatures;
        Ok(quote! {
            const _: () = {
                #methods
                #properties
                #slots

                // SAFETY: the tables end with null entries, and what is in them was made for this class.
                unsafe impl #private::PyMethods for #class {
                    const HAS_NEW: bool = #has_new;
                    const HAS_DEL: bool = #has_del;
                    #[allow(unused_variables)]
                    const SIGNATURE: ::core::option::Option<&'static str> = {
                        let text: ::core::option::Option<&'static str> = ::core::option::Option::None;
                        #(#new_signatures)*
                        text
                    };
                    #call

                    fn methods() -> &'static #private::Table<#private::ffi::PyMethodDef> {
                        METHODS.table()
                    }

                    fn properties() -> &'static #private::Table<#private::ffi::PyGetSetDef> {
                        PROPERTIES.table()
                    }

                    fn slots() -> &'static #private::Table<#private::ffi::PyType_Slot> {
                        SLOTS.table()
                    }
                }
            };
        })
    }
}

impl Property {
    fn to_definition(&self) -> syn::Result<TokenStream> {
        let span = proc_macro2::Span::call_site();
        let name = doc::c_str(&self.name, span)?;
        let docs = if self.docs.is_empty() {
            quote!(::core::ptr::null())
        } else {
            let docs = doc::c_str(&self.docs, span)?;
            quote!(#docs.as_ptr())
        };
        let none = quote!(::core::option::Option::None);
        let get = self.get.as_ref().unwrap_or(&none);
        let set = self.set.as_ref().unwrap_or(&none);
        let cfgs = &self.cfgs;
        Ok(quote! {
            #(#cfgs)*
            ::corten_api::__private::ffi::PyGetSetDef {
                name: #name.as_ptr(),
                get: #get,
                set: #set,
                doc: #docs,
                closure: ::core::ptr::null_mut(),
            }
        })
    }
}

/// A static table: entries, some perhaps under `#[cfg(…)]`, and the null entry.
fn table(name: &str, ty: &TokenStream, entries: &[TokenStream], end: &TokenStream) -> TokenStream {
    let name = Ident::new(name, proc_macro2::Span::call_site());
    quote! {
        static #name: ::corten_api::__private::Array<
            #ty,
            { <[#ty]>::len(&[#(#entries,)* #end]) },
        > = ::corten_api::__private::Array([#(#entries,)* #end]);
    }
}

fn named_signature(callable: &Callable, function: &TokenStream) -> TokenStream {
    let signature = callable.to_signature("");
    quote! {
        ::corten_api::__private::Signature { function: #function, ..#signature }
    }
}

/// The safe function `body` of a constructor.
fn new_body(
    class: &Type,
    function: &ImplItemFn,
    callable: &Callable,
    named: bool,
) -> syn::Result<TokenStream> {
    let ident = &function.sig.ident;
    let call = callable.to_call(&quote!(<#class>::#ident), &quote!(), &class_specials(class))?;
    let function_name = if named {
        let name = &callable.python_name;
        quote!(#name)
    } else {
        quote!(<#class as ::corten_api::__private::PyClass>::NAME)
    };
    Ok(body(
        &named_signature(callable, &function_name),
        callable,
        &quote!(::corten_api::types::PyType),
        &quote!(::corten_api::New<'py, #class>),
        &quote!(::corten_api::__private::IntoNew::into_new(#call)),
    ))
}

/// The same for a constructor `(args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>)`.
fn new_packed_body(
    class: &Type,
    function: &ImplItemFn,
    callable: &Callable,
) -> syn::Result<TokenStream> {
    let ident = &function.sig.ident;
    let call = callable.to_packed_call(&quote!(<#class>::#ident), &class_specials(class))?;
    Ok(quote! {
        #[inline]
        #[allow(unused_variables)]
        fn body<'a, 'py>(
            py: ::corten_api::Python<'py>,
            receiver: &'a ::corten_api::Bound<'py, ::corten_api::types::PyType>,
            args: &'a ::corten_api::Bound<'py, ::corten_api::types::PyTuple>,
            kwargs: ::core::option::Option<
                &'a ::corten_api::Bound<'py, ::corten_api::types::PyDict>>,
        ) -> ::corten_api::PyResult<::corten_api::New<'py, #class>> {
            ::corten_api::__private::IntoNew::into_new(#call)
        }
    })
}

/// The class itself, and the state, reached through it.
fn class_specials(class: &Type) -> Specials {
    Specials {
        state: Some(quote!(::corten_api::__private::state_of_class::<#class>(receiver)?)),
        module: None,
        class: Some(quote!(receiver)),
    }
}

/// The state, reached through a receiver.
fn specials() -> Specials {
    Specials {
        state: Some(quote!(receiver.state()?)),
        module: None,
        class: None,
    }
}

impl Role {
    fn of(path: &Path) -> Option<Self> {
        Some(match path.get_ident()?.to_string().as_str() {
            "new" => Role::New,
            "init" => Role::Init,
            "call" => Role::Call,
            "method" => Role::Method,
            "classmethod" => Role::ClassMethod,
            "staticmethod" => Role::StaticMethod,
            "getter" => Role::Getter,
            "setter" => Role::Setter,
            _ => return None,
        })
    }
}

/// What a function is for in different builds: for each `#[cfg_attr(condition, method(…))]` and its
/// kind, which are taken, the function under `#[cfg(condition)]` with that role.
fn take_variants(function: &mut ImplItemFn) -> syn::Result<Vec<ImplItemFn>> {
    let mut roles = Vec::new();
    let mut others = Vec::new();
    for attribute in std::mem::take(&mut function.attrs) {
        match conditional_role(&attribute)? {
            Some(role) => roles.push(role),
            None => others.push(attribute),
        }
    }
    function.attrs = others;
    let variant = |(condition, role): (Meta, Meta)| {
        let mut variant = function.clone();
        variant.attrs.push(parse_quote!(#[cfg(#condition)]));
        variant.attrs.push(parse_quote!(#[#role]));
        variant
    };
    Ok(roles.into_iter().map(variant).collect())
}

/// The condition and the role, if the attribute is `#[cfg_attr(condition, role)]`.
fn conditional_role(attribute: &Attribute) -> syn::Result<Option<(Meta, Meta)>> {
    if !attribute.path().is_ident("cfg_attr") {
        return Ok(None);
    }
    let parts = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?;
    let mut parts = parts.into_iter();
    let pair = parts.next().zip(parts.next());
    Ok(pair.filter(|(_, role)| Role::of(role.path()).is_some()))
}

/// Takes the attribute that says what a function is for.
fn take_role(attributes: &mut Vec<Attribute>) -> syn::Result<Option<(Role, Options)>> {
    let found = attributes
        .iter()
        .enumerate()
        .find_map(|(i, a)| Some((i, Role::of(a.path())?)));
    let Some((index, role)) = found else {
        return Ok(None);
    };
    let attribute = attributes.remove(index);
    let options = match &attribute.meta {
        syn::Meta::List(list) => list.parse_args()?,
        _ => Options::default(),
    };
    Ok(Some((role, options)))
}
