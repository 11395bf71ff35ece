//! `#[derive(Traverse)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Field, Fields, Type, parse_quote};

pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(input)?;
    let name = &input.ident;
    let mut generics = input.generics.clone();
    let parameters: Vec<_> = input.generics.type_params().map(|p| &p.ident).collect();
    if !parameters.is_empty() {
        let bounds = &mut generics.make_where_clause().predicates;
        bounds.extend(parameters.iter().map(|p| -> syn::WherePredicate {
            parse_quote!(#p: ::corten_api::__private::Traverse)
        }));
    }
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let traverse = each_field(&input, &quote!(traverse), &quote!(visit), &quote!(?))?;
    let clear = each_field(&input, &quote!(clear), &quote!(), &quote!())?;
    let clear_mut = each_field(&input, &quote!(clear_mut), &quote!(), &quote!())?;
    let types = visited_types(&input)?;
    Ok(quote! {
        // SAFETY: visits every field once.
        unsafe impl #impl_generics ::corten_api::__private::Traverse for #name #type_generics #where_clause {
            const REFERENCES: bool =
                false #(|| <#types as ::corten_api::__private::Traverse>::REFERENCES)*;

            #[allow(unused_variables)]
            fn traverse(
                &self,
                visit: &mut ::corten_api::__private::Visit<'_>,
            ) -> ::corten_api::__private::VisitResult {
                #traverse
                ::core::result::Result::Ok(())
            }

            #[allow(unused_variables)]
            fn clear(&self) {
                #clear
            }

            #[allow(unused_variables)]
            fn clear_mut(&mut self) {
                #clear_mut
            }
        }
    })
}

/// The types of all fields that are visited.
fn visited_types(input: &DeriveInput) -> syn::Result<Vec<Type>> {
    let fields: Vec<&Field> = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|v| &v.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    let mut types = Vec::new();
    for field in fields {
        if !is_skipped(field)? {
            types.push(field.ty.clone());
        }
    }
    Ok(types)
}

/// `Traverse::method(field, arguments) after;` for each field of the struct, or of the present variant of the enum.
fn each_field(
    input: &DeriveInput,
    method: &TokenStream,
    arguments: &TokenStream,
    after: &TokenStream,
) -> syn::Result<TokenStream> {
    match &input.data {
        Data::Struct(data) => {
            let (pattern, calls) = fields(&data.fields, method, arguments, after)?;
            Ok(quote!(let Self #pattern = self; #calls))
        }
        Data::Enum(data) => {
            let arms = data
                .variants
                .iter()
                .map(|variant| {
                    let name = &variant.ident;
                    let (pattern, calls) = fields(&variant.fields, method, arguments, after)?;
                    Ok(quote!(Self::#name #pattern => { #calls }))
                })
                .collect::<syn::Result<Vec<_>>>()?;
            Ok(quote!(match self { #(#arms)* }))
        }
        _ => Err(syn::Error::new(input.span(), "unions cannot be traversed")),
    }
}

/// The pattern that binds all fields, and the calls on them.
fn fields(
    fields: &Fields,
    method: &TokenStream,
    arguments: &TokenStream,
    after: &TokenStream,
) -> syn::Result<(TokenStream, TokenStream)> {
    let mut names = Vec::new();
    let mut calls = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let name = field
            .ident
            .clone()
            .unwrap_or_else(|| format_ident!("field_{index}"));
        let ty = &field.ty;
        calls.push(if is_skipped(field)? {
            quote!(::corten_api::__private::assert_send::<#ty>();)
        } else {
            quote!(::corten_api::__private::Traverse::#method(#name, #arguments) #after;)
        });
        names.push(name);
    }
    let pattern = match fields {
        Fields::Named(_) => quote!({ #(#names),* }),
        Fields::Unnamed(_) => quote!((#(#names),*)),
        Fields::Unit => quote!(),
    };
    Ok((pattern, quote!(#(#calls)*)))
}

fn is_skipped(field: &Field) -> syn::Result<bool> {
    let mut skip = false;
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("traverse")) {
        attribute.parse_nested_meta(|meta| {
            skip = meta.path.is_ident("skip");
            if skip {
                Ok(())
            } else {
                Err(meta.error("expected `skip`"))
            }
        })?;
    }
    Ok(skip)
}
