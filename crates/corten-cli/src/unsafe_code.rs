//! `unsafe` in the sources of crates.

use std::iter::Peekable;
use std::path::Path;

use anyhow::Result;
use proc_macro2::{Delimiter, LexError, TokenStream, TokenTree, token_stream};
use serde::Serialize;

use crate::rust_source::RustFile;

/// One use of the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) kind: Kind,
    /// The line of the word, from 1.
    pub(crate) line: usize,
}

/// What is unsafe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `unsafe { … }`
    Block,
    /// `unsafe fn`, defined or declared; not types of function pointers
    Function,
    /// `unsafe impl`
    Impl,
    /// `unsafe trait`
    Trait,
    /// `unsafe extern { … }` and `#[unsafe(…)]`
    Linkage,
}

/// What a crate's sources hold of `unsafe`, in code that macros emit, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct UnsafeCount {
    pub(crate) blocks: u64,
    pub(crate) functions: u64,
    /// Implementations and traits
    pub(crate) impls: u64,
    pub(crate) linkage: u64,
}

impl UnsafeCount {
    /// Counts in all Rust files below a folder.
    pub(crate) fn of_folder(folder: &Path) -> Result<Self> {
        let mut count = Self::default();
        for file in RustFile::all_in(folder)? {
            let uses = uses(&file.text).map_err(|error| file.not_rust(error))?;
            uses.iter().for_each(|item| count.add(item.kind));
        }
        Ok(count)
    }

    /// Whether there is none at all.
    pub(crate) fn is_zero(self) -> bool {
        self == Self::default()
    }

    fn add(&mut self, kind: Kind) {
        match kind {
            Kind::Block => self.blocks += 1,
            Kind::Function => self.functions += 1,
            Kind::Impl | Kind::Trait => self.impls += 1,
            Kind::Linkage => self.linkage += 1,
        }
    }
}

/// All uses in a source text, also in the bodies of macros. They come in the order of the text.
pub(crate) fn uses(text: &str) -> Result<Vec<Use>, LexError> {
    let mut uses = Vec::new();
    add_uses(text.parse()?, &mut uses);
    Ok(uses)
}

fn add_uses(tokens: TokenStream, uses: &mut Vec<Use>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "unsafe" => {
                let line = word.span().start().line;
                uses.extend(kind(&mut tokens).map(|kind| Use { kind, line }));
            }
            TokenTree::Group(group) => add_uses(group.stream(), uses),
            _ => {}
        }
    }
}

/// What follows the word `unsafe`.
fn kind(tokens: &mut Peekable<token_stream::IntoIter>) -> Option<Kind> {
    let mut is_extern = false;
    loop {
        return match tokens.peek()? {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !is_extern => {
                Some(Kind::Block)
            }
            TokenTree::Group(_) => Some(Kind::Linkage),
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
                (!is_parenthesis(tokens.peek())).then_some(Kind::Function)
            }
            TokenTree::Ident(word) if word == "impl" => Some(Kind::Impl),
            TokenTree::Ident(word) if word == "trait" => Some(Kind::Trait),
            _ => None,
        };
    }
}

fn is_parenthesis(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

/// The lines of blocks and implementations without a `SAFETY:` comment, from 1.
///
/// The comment stands at the end of the line, or above the statement or item that the line belongs to.
pub(crate) fn undocumented(text: &str) -> Result<Vec<usize>, LexError> {
    let lines: Vec<&str> = text.lines().collect();
    let uses = uses(text)?.into_iter();
    let needing = uses.filter(|item| matches!(item.kind, Kind::Block | Kind::Impl));
    let is_bare = |line: &usize| !is_documented(&lines[..*line]);
    Ok(needing.map(|item| item.line).filter(is_bare).collect())
}

/// Whether the last of the lines has its comment.
fn is_documented(lines: &[&str]) -> bool {
    let Some((last, before)) = lines.split_last() else {
        return false;
    };
    last.contains(SAFETY) || {
        let statement = before
            .iter()
            .rev()
            .skip_while(|line| is_within_statement(line));
        let comment = statement.take_while(|line| line.trim_start().starts_with("//"));
        comment.into_iter().any(|line| line.contains(SAFETY))
    }
}

const SAFETY: &str = "SAFETY:";

/// Whether the statement goes on behind a line. What opens a brace doesn't end it: `let value = if known {`.
fn is_within_statement(line: &str) -> bool {
    let line = line.trim();
    let ends = line.is_empty() || line.ends_with([';', '}']) || line.ends_with("},");
    let opens_function = line.contains("fn ") && line.ends_with('{');
    !ends && !opens_function && !line.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_found() {
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
        let found = uses(source).unwrap();
        let found: Vec<_> = found.iter().map(|item| (item.line, item.kind)).collect();
        let expected = [
            (5, Kind::Linkage),
            (6, Kind::Function),
            (7, Kind::Linkage),
            (9, Kind::Impl),
            (10, Kind::Trait),
            (10, Kind::Function),
            (11, Kind::Block),
            (11, Kind::Block),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn comments_belong_to_statements() {
        let source = "
fn f() {
    // SAFETY: above.
    unsafe { f() };
    unsafe { f() }; // SAFETY: at the end.
    unsafe { f() };
    // SAFETY: above the statement.
    let value = f(
        1,
        unsafe { f() },
    );
    // SAFETY: of several
    // lines.
    unsafe { f() };
    // Another comment.
    unsafe { f() };
}
// SAFETY: an item.
unsafe impl Send for S {}

unsafe impl Sync for S {}
";
        assert_eq!(undocumented(source).unwrap(), [6, 16, 21]);
    }
}
