//! `#[pyclass]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Field, Fields, Ident, ItemStruct, LitStr, Path, Token, Type};

use crate::doc;
use crate::signature::unraw;

#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    module: Option<LitStr>,
    extends: Option<Path>,
    immutable: bool,
    basetype: bool,
    dict: bool,
    weakref: bool,
    no_gc: bool,
    vectorcall: bool,
    sequence: bool,
    mapping: bool,
    method_descriptor: bool,
    getattr: bool,
    setattr: bool,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Options::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "name" => options.name = Some(value(input)?),
                "module" => options.module = Some(value(input)?),
                "extends" => {
                    input.parse::<Token![=]>()?;
                    options.extends = Some(input.parse()?);
                }
                "immutable" => options.immutable = true,
                "basetype" => options.basetype = true,
                "dict" => options.dict = true,
                "weakref" => options.weakref = true,
                "no_gc" => options.no_gc = true,
                "vectorcall" => options.vectorcall = true,
                "sequence" => options.sequence = true,
                "mapping" => options.mapping = true,
                "method_descriptor" => options.method_descriptor = true,
                "getattr" => options.getattr = true,
                "setattr" => options.setattr = true,
                _ => {
                    return Err(syn::Error::new(
                        key.span(),
                        "expected `name`, `module`, `extends`, `immutable`, `basetype`, `dict`, \
                         `weakref`, `no_gc`, `vectorcall`, `sequence`, `mapping`, \
                         `method_descriptor`, `getattr` or `setattr`",
                    ));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

fn value(input: ParseStream<'_>) -> syn::Result<LitStr> {
    input.parse::<Token![=]>()?;
    input.parse()
}

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options: Options = syn::parse2(options)?;
    let mut item: ItemStruct = syn::parse2(item)?;
    let members = members(&mut item)?;
    let traverses = derives_traverse(&item)?;
    let ident = &item.ident;
    let span = ident.span();
    let name = options
        .name
        .as_ref()
        .map_or_else(|| ident.to_string(), LitStr::value);
    let qualified = match &options.module {
        Some(module) => format!("{}.{name}", module.value()),
        None => name.clone(),
    };
    let qualified = doc::c_str(&qualified, span)?;
    let docs = doc::c_str(&doc::text(&item.attrs), span)?;
    let gc = traverses && !options.no_gc;
    let flags = flags(&options, gc);
    let [dict, weakrefs, vectorcall] =
        [options.dict, options.weakref, options.vectorcall].map(usize::from);
    let Options {
        getattr, setattr, ..
    } = options;
    let leaf = (!traverses).then(|| leaf(ident));
    let base = match &options.extends {
        Some(base) => Some(extension(&item, base)?),
        None => None,
    };
    let representation = base.as_ref().map(|_| quote!(#[repr(transparent)]));
    Ok(quote! {
        #representation
        #item

        // SAFETY: all constants come from one description; the state is that of the crate's module, which makes the class.
        unsafe impl ::corten_api::__private::PyClass for #ident {
            type State = crate::__CortenState;
            type Dict = [*mut ::core::ffi::c_void; #dict];
            type Weakrefs = [*mut ::core::ffi::c_void; #weakrefs];
            type Vectorcall = [*mut ::core::ffi::c_void; #vectorcall];

            const NAME: &'static str = #name;
            const QUALIFIED_NAME: &'static ::core::ffi::CStr = #qualified;
            const DOC: &'static ::core::ffi::CStr = #docs;
            const FLAGS: u64 = #flags;
            const GC: bool = #gc;
            const GETATTR: bool = #getattr;
            const SETATTR: bool = #setattr;
            const MEMBERS: &'static [::corten_api::__private::ffi::PyMemberDef] = &[
                #(#members,)*
                ::corten_api::__private::NO_MEMBER,
            ];
        }

        #leaf

        #base
    })
}

/// States that a class has another one's layout. The caller makes the wrapper transparent.
fn extension(item: &ItemStruct, base: &Path) -> syn::Result<TokenStream> {
    let is_base = |ty: &Type| matches!(ty, Type::Path(path) if path.path == *base);
    let wraps = matches!(&item.fields, Fields::Unnamed(fields)
        if fields.unnamed.len() == 1 && is_base(&fields.unnamed[0].ty));
    if !wraps {
        return Err(syn::Error::new_spanned(
            item,
            "a class that extends another one is a wrapper: `struct Derived(Base);`",
        ));
    }
    let ident = &item.ident;
    Ok(quote! {
        // SAFETY: `pyclass` makes it transparent over its one field.
        unsafe impl ::corten_api::__private::Extends for #ident {
            type Base = #base;
        }
    })
}

fn flags(options: &Options, gc: bool) -> TokenStream {
    let flag = |on: bool, name: &str| {
        let name = Ident::new(name, proc_macro2::Span::call_site());
        on.then(|| quote!(| ::corten_api::__private::ffi::#name))
    };
    let flags = [
        flag(options.immutable, "Py_TPFLAGS_IMMUTABLETYPE"),
        flag(options.basetype, "Py_TPFLAGS_BASETYPE"),
        flag(gc, "Py_TPFLAGS_HAVE_GC"),
        flag(options.vectorcall, "Py_TPFLAGS_HAVE_VECTORCALL"),
        flag(options.sequence, "Py_TPFLAGS_SEQUENCE"),
        flag(options.mapping, "Py_TPFLAGS_MAPPING"),
        flag(options.method_descriptor, "Py_TPFLAGS_METHOD_DESCRIPTOR"),
    ];
    quote!(0 #(#flags)*)
}

/// A class without Python objects inside has nothing to visit.
fn leaf(ident: &Ident) -> TokenStream {
    quote! {
        // SAFETY: nothing to visit.
        unsafe impl ::corten_api::__private::Traverse for #ident {
            fn traverse(
                &self,
                _visit: &mut ::corten_api::__private::Visit<'_>,
            ) -> ::corten_api::__private::VisitResult {
                ::core::result::Result::Ok(())
            }
        }

        const _: () = ::corten_api::__private::assert_send::<#ident>();
    }
}

fn derives_traverse(item: &ItemStruct) -> syn::Result<bool> {
    let mut found = false;
    for attribute in item.attrs.iter().filter(|a| a.path().is_ident("derive")) {
        attribute.parse_nested_meta(|meta| {
            found |= meta
                .path
                .segments
                .last()
                .is_some_and(|s| s.ident == "Traverse");
            Ok(())
        })?;
    }
    Ok(found)
}

/// Takes the `#[member]` attributes off the fields and makes member definitions of them.
fn members(item: &mut ItemStruct) -> syn::Result<Vec<TokenStream>> {
    let class = item.ident.clone();
    let mut members = Vec::new();
    for field in &mut item.fields {
        let Some(index) = field.attrs.iter().position(|a| a.path().is_ident("member")) else {
            continue;
        };
        let attribute = field.attrs.remove(index);
        let mut name = None;
        let mut writable = false;
        if matches!(attribute.meta, syn::Meta::List(_)) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("writable") {
                    writable = true;
                } else if meta.path.is_ident("name") {
                    name = Some(meta.value()?.parse::<LitStr>()?.value());
                } else {
                    return Err(meta.error("expected `name = \"…\"` or `writable`"));
                }
                Ok(())
            })?;
        }
        members.push(member(&class, field, name, writable)?);
    }
    Ok(members)
}

fn member(
    class: &Ident,
    field: &Field,
    name: Option<String>,
    writable: bool,
) -> syn::Result<TokenStream> {
    let Some(ident) = &field.ident else {
        return Err(syn::Error::new_spanned(field, "members are named fields"));
    };
    let name = doc::c_str(&name.unwrap_or_else(|| unraw(ident)), ident.span())?;
    let docs = doc::text(&field.attrs);
    let docs = if docs.is_empty() {
        quote!(::core::ptr::null())
    } else {
        let docs = doc::c_str(&docs, ident.span())?;
        quote!(#docs.as_ptr())
    };
    let ty = &field.ty;
    let cfgs = doc::cfgs(&field.attrs);
    let flags = match writable {
        true => quote!({
            ::corten_api::__private::assert_writable::<#ty>();
            0
        }),
        false => quote!(::corten_api::__private::ffi::Py_READONLY),
    };
    Ok(quote! {
        #(#cfgs)*
        ::corten_api::__private::ffi::PyMemberDef {
            name: #name.as_ptr(),
            type_code: <#ty as ::corten_api::__private::Member>::CODE,
            offset: (::corten_api::__private::Object::<#class>::PAYLOAD
                + ::core::mem::offset_of!(#class, #ident)) as isize,
            flags: #flags,
            doc: #docs,
        }
    })
}
