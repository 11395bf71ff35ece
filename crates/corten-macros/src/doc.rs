//! Docstrings and C strings.

use std::ffi::CString;

use proc_macro2::Span;
use syn::{Attribute, Expr, ExprLit, Lit, LitCStr, Meta};

/// The text of the doc comments in `attributes`, without their common leading space.
pub(crate) fn text(attributes: &[Attribute]) -> String {
    let lines = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(line),
                    ..
                }) => Some(line.value()),
                _ => None,
            },
            _ => None,
        });
    let lines: Vec<_> = lines
        .map(|l| l.strip_prefix(' ').unwrap_or(&l).trim_end().to_owned())
        .collect();
    lines.join("\n").trim().to_owned()
}

/// `#[cfg(…)]` and `#[cfg_attr(…)]` attributes, which everything generated for an item repeats.
pub(crate) fn cfgs(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes
        .iter()
        .filter(|a| a.path().is_ident("cfg"))
        .collect()
}

/// A C string literal.
pub(crate) fn c_str(text: &str, span: Span) -> syn::Result<LitCStr> {
    CString::new(text)
        .map(|text| LitCStr::new(&text, span))
        .map_err(|_| syn::Error::new(span, "a null character cannot be in a C string"))
}
