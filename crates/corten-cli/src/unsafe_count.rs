//! Counts `unsafe` in the sources of crates.

use std::fs;
use std::iter::Peekable;
use std::path::Path;

use anyhow::Result;
use proc_macro2::{Delimiter, TokenStream, TokenTree, token_stream};
use serde::Serialize;

use crate::error::{OrProblem, problem};

/// What a crate's sources hold of `unsafe`, in code that macros emit, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct UnsafeCount {
    /// `unsafe { … }`
    pub(crate) blocks: u64,
    /// `unsafe fn`, defined or declared; not types of function pointers
    pub(crate) functions: u64,
    /// `unsafe impl` and `unsafe trait`
    pub(crate) impls: u64,
    /// `unsafe extern { … }` and `#[unsafe(…)]`
    pub(crate) linkage: u64,
}

impl UnsafeCount {
    /// Counts in all Rust files below a folder.
    pub(crate) fn of_folder(folder: &Path) -> Result<Self> {
        let mut count = Self::default();
        let entries = fs::read_dir(folder).or_problem(
            format!("{} can't be read", folder.display()),
            "run corten in a complete clone of the repository",
        )?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                count += Self::of_folder(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                count += Self::of_file(&path)?;
            }
        }
        Ok(count)
    }

    /// Whether there is none at all.
    pub(crate) fn is_zero(self) -> bool {
        self == Self::default()
    }

    fn of_file(path: &Path) -> Result<Self> {
        let next = "make it compile first: `cargo check --workspace` names the line";
        let fault = || format!("{} is not Rust", path.display());
        let text = fs::read_to_string(path).or_problem(fault(), next)?;
        Self::of_source(&text).map_err(|error| problem(format!("{}: {error}", fault()), next))
    }

    fn of_source(text: &str) -> std::result::Result<Self, proc_macro2::LexError> {
        let mut count = Self::default();
        count.add_tokens(text.parse()?);
        Ok(count)
    }

    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if word == "unsafe" => self.add_use(&mut tokens),
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                _ => {}
            }
        }
    }

    /// Counts what follows the word `unsafe`.
    fn add_use(&mut self, tokens: &mut Peekable<token_stream::IntoIter>) {
        let mut is_extern = false;
        while let Some(token) = tokens.peek() {
            match token {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !is_extern => {
                    self.blocks += 1
                }
                TokenTree::Group(_) => self.linkage += 1,
                TokenTree::Ident(word) if word == "extern" => {
                    is_extern = true;
                    tokens.next();
                    continue;
                }
                TokenTree::Literal(_) if is_extern => {
                    tokens.next();
                    continue;
                }
                TokenTree::Ident(word) if word == "fn" => {
                    tokens.next();
                    self.functions += u64::from(!is_parenthesis(tokens.peek()));
                }
                TokenTree::Ident(word) if word == "impl" || word == "trait" => self.impls += 1,
                _ => {}
            }
            break;
        }
    }
}

fn is_parenthesis(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

impl std::ops::AddAssign for UnsafeCount {
    fn add_assign(&mut self, other: Self) {
        self.blocks += other.blocks;
        self.functions += other.functions;
        self.impls += other.impls;
        self.linkage += other.linkage;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_counted() {
        let source = r#"
            #![forbid(unsafe_code)]
            // unsafe { in a comment }
            const TEXT: &str = "unsafe { in a string }";
            #[unsafe(no_mangle)]
            unsafe extern "C" fn exported() {}
            unsafe extern "C" { fn declared(); }
            type Pointer = unsafe extern "C" fn(i32) -> i32;
            unsafe impl Send for S {}
            unsafe trait T { unsafe fn method(); }
            fn safe() { unsafe { exported() }; quote! { unsafe { emitted() } } }
        "#;
        let count = UnsafeCount::of_source(source).unwrap();
        assert_eq!(
            count,
            UnsafeCount {
                blocks: 2,
                functions: 2,
                impls: 2,
                linkage: 2
            }
        );
    }
}
