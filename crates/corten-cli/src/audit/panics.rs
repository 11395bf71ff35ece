//! Places that can panic: where nothing in the types says that they don't.

use std::path::Path;

use anyhow::Result;
use proc_macro2::Span;
use serde::Serialize;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Meta, Token};

use crate::rust_source::RustFile;

/// The places in a crate.
#[derive(Serialize)]
pub(super) struct Panics {
    #[serde(rename = "crate")]
    pub(super) name: String,
    pub(super) places: Vec<Place>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    pub(super) kind: Kind,
    /// `file:line`
    pub(super) place: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// `unwrap()`, `unwrap_err()`
    Unwrap,
    /// `expect(…)`, `expect_err(…)`
    Expect,
    /// `panic!`, `todo!`, `unimplemented!`, `assert!` and its kin
    Panic,
    /// `unreachable!`
    Unreachable,
    /// `value[…]`, of one item or a range
    Index,
}

impl Panics {
    pub(super) fn of(root: &Path, name: &str, folder: &Path) -> Result<Self> {
        let mut places = Vec::new();
        for file in RustFile::all_in(&folder.join("src"))? {
            // They are modules of their own, behind `#[cfg(test)]`.
            if file.path.ends_with("tests.rs") {
                continue;
            }
            let found = find(&file.text).map_err(|error| file.not_rust(error))?;
            places.extend(found.into_iter().map(|(kind, line)| Place {
                kind,
                place: file.place(root, line),
            }));
        }
        Ok(Self {
            name: name.to_owned(),
            places,
        })
    }

    pub(super) fn count(&self, kind: Kind) -> usize {
        self.places
            .iter()
            .filter(|place| place.kind == kind)
            .count()
    }
}

/// The places in a source text, with their lines from 1. Tests and constants are left out: these panic in the
/// compiler.
fn find(text: &str) -> syn::Result<Vec<(Kind, usize)>> {
    let mut finder = Finder(Vec::new());
    finder.visit_file(&syn::parse_file(text)?);
    Ok(finder.0)
}

struct Finder(Vec<(Kind, usize)>);

impl Finder {
    fn add(&mut self, kind: Kind, span: Span) {
        self.0.push((kind, span.start().line));
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !is_test(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}

    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}

    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}

    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}

    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        match call.method.to_string().as_str() {
            "unwrap" | "unwrap_err" => self.add(Kind::Unwrap, call.method.span()),
            "expect" | "expect_err" => self.add(Kind::Expect, call.method.span()),
            _ => {}
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_index(&mut self, index: &'ast syn::ExprIndex) {
        self.add(Kind::Index, index.bracket_token.span.open());
        visit::visit_expr_index(self, index);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().map(|part| part.ident.to_string());
        match name.as_deref() {
            Some("panic" | "todo" | "unimplemented" | "assert" | "assert_eq" | "assert_ne") => {
                self.add(Kind::Panic, call.path.span());
            }
            Some("unreachable") => self.add(Kind::Unreachable, call.path.span()),
            _ => {}
        }
        // Most macros take expressions.
        if let Ok(arguments) = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
        {
            arguments
                .iter()
                .for_each(|argument| self.visit_expr(argument));
        }
    }
}

/// Whether something is only there in tests: `#[test]`, `#[cfg(test)]`, `#[cfg(all(test, …))]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            condition == "test" || condition.starts_with("all (test")
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_found_where_code_runs() {
        let source = "
            const TABLE: [u8; 2] = [OTHER[0], 1];
            fn f(x: &[u8], y: Option<u8>) -> [u8; 2] {
                let z = y.unwrap();
                y.expect(\"text\");
                let word: Vec<u8> = vec![x[0], z];
                assert!(z > 0);
                match z { 0 => unreachable!(), 1 => panic!(), _ => {} }
                const { TABLE[1] };
                debug_assert!(true);
                [x[..1][0], z]
            }
            #[cfg(test)]
            mod tests { fn g() { None.unwrap() } }
            #[test]
            fn h() { panic!() }
        ";
        let expected = [
            (Kind::Unwrap, 4),
            (Kind::Expect, 5),
            (Kind::Index, 6),
            (Kind::Panic, 7),
            (Kind::Unreachable, 8),
            (Kind::Panic, 8),
            (Kind::Index, 11),
            (Kind::Index, 11),
        ];
        assert_eq!(find(source).unwrap(), expected);
    }
}
