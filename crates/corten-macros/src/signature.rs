//! `signature = (a, /, b = 1, *, c, **kwargs)`: parsing it, matching it with the Rust parameters, and
//! what follows from it.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{
    Expr, FnArg, Ident, Lit, LitStr, Pat, Signature as RustSignature, Token, Type, UnOp,
    parenthesized,
};

/// The options of `#[pyfunction]`, `#[method]`, `#[new]` and their kind.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    pub(crate) text_signature: Option<LitStr>,
    pub(crate) signature: Option<Parameters>,
    /// Whether the C method takes its defining class.
    pub(crate) defining_class: bool,
    /// Whether a constructor gets tuple and dict as they come.
    pub(crate) packed: bool,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Options::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            if key == "defining_class" || key == "packed" {
                options.defining_class |= key == "defining_class";
                options.packed |= key == "packed";
                input.parse::<Option<Token![,]>>()?;
                continue;
            }
            input.parse::<Token![=]>()?;
            match key.to_string().as_str() {
                "name" => options.name = Some(input.parse()?),
                "text_signature" => options.text_signature = Some(input.parse()?),
                "signature" => options.signature = Some(input.parse()?),
                _ => {
                    return Err(syn::Error::new(
                        key.span(),
                        "expected `signature`, `text_signature`, `name`, `defining_class` or `packed`",
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    PositionalOnly,
    PositionalOrKeyword,
    VarPositional,
    KeywordOnly,
    VarKeyword,
}

pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) kind: Kind,
    pub(crate) default: Option<Expr>,
}

/// The Python parameters of a function, in order.
pub(crate) struct Parameters(pub(crate) Vec<Parameter>);

impl Parse for Parameters {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut kind = Kind::PositionalOrKeyword;
        while !content.is_empty() {
            if content.peek(Token![/]) {
                content.parse::<Token![/]>()?;
                parameters
                    .iter_mut()
                    .for_each(|p| p.kind = Kind::PositionalOnly);
            } else if content.peek(Token![*]) && content.peek2(Token![*]) {
                content.parse::<Token![*]>()?;
                content.parse::<Token![*]>()?;
                let name = content.parse()?;
                parameters.push(Parameter {
                    name,
                    kind: Kind::VarKeyword,
                    default: None,
                });
            } else if content.peek(Token![*]) {
                content.parse::<Token![*]>()?;
                kind = Kind::KeywordOnly;
                if content.peek(Ident) {
                    let name = content.parse()?;
                    parameters.push(Parameter {
                        name,
                        kind: Kind::VarPositional,
                        default: None,
                    });
                }
            } else {
                parameters.push(parameter(&content, kind)?);
            }
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        check_order(&parameters)?;
        Ok(Parameters(parameters))
    }
}

fn parameter(input: ParseStream<'_>, kind: Kind) -> syn::Result<Parameter> {
    let name = input.parse()?;
    let default = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        Some(input.parse()?)
    } else {
        None
    };
    Ok(Parameter {
        name,
        kind,
        default,
    })
}

/// Within each kind, parameters with a default come last: the binding counts on it.
fn check_order(parameters: &[Parameter]) -> syn::Result<()> {
    let positional =
        |p: &Parameter| matches!(p.kind, Kind::PositionalOnly | Kind::PositionalOrKeyword);
    for group in [
        parameters
            .iter()
            .filter(|p| positional(p))
            .collect::<Vec<_>>(),
        parameters
            .iter()
            .filter(|p| p.kind == Kind::KeywordOnly)
            .collect(),
    ] {
        let misplaced = group
            .windows(2)
            .find(|p| p[0].default.is_some() && p[1].default.is_none());
        if let Some(pair) = misplaced {
            return Err(syn::Error::new(
                pair[1].name.span(),
                "a parameter without a default cannot follow one that has a default",
            ));
        }
    }
    Ok(())
}

/// What a Rust parameter is given.
pub(crate) enum Source {
    /// The token.
    Py,
    /// The module's state.
    State,
    /// The module.
    Module,
    /// The class (of `#[new]` and class methods).
    Class,
    /// The call, its arguments as they come.
    Call,
    /// The parameter of this index in [`Parameters`].
    Python(usize),
}

/// How the receiver is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    None,
    /// `&self`
    Payload,
    /// `slf: &Bound<'_, Self>`
    Object,
}

/// A Rust function as Python sees it.
pub(crate) struct Callable {
    pub(crate) receiver: Receiver,
    pub(crate) sources: Vec<Source>,
    pub(crate) parameters: Parameters,
    pub(crate) python_name: String,
    text_signature: Option<String>,
    defining_class: bool,
    /// Whether `*args` is wanted as a slice instead of a tuple.
    rest_is_slice: bool,
}

impl Callable {
    /// Matches the Rust parameters of `function` with the signature in `options`; without one, all
    /// are required and can be given by position or name.
    pub(crate) fn new(function: &RustSignature, options: Options) -> syn::Result<Self> {
        let mut receiver = Receiver::None;
        let mut sources = Vec::new();
        let mut names = Vec::new();
        let mut slices = Vec::new();
        for input in &function.inputs {
            let (name, ty) = match input {
                FnArg::Receiver(r) => {
                    if !is_shared_reference(r) {
                        return Err(syn::Error::new(
                            r.span(),
                            "methods take `&self`: Python objects are shared; keep what changes in a \
                             `PyRefCell` or `PyLock`",
                        ));
                    }
                    receiver = Receiver::Payload;
                    continue;
                }
                FnArg::Typed(typed) => match &*typed.pat {
                    Pat::Ident(pat) => (pat.ident.clone(), &*typed.ty),
                    pat => return Err(syn::Error::new(pat.span(), "expected a plain name")),
                },
                #[allow(unreachable_patterns)]
                other => return Err(syn::Error::new(other.span(), "expected a plain parameter")),
            };
            match name.to_string().trim_start_matches('_') {
                "py" => sources.push(Source::Py),
                "state" => sources.push(Source::State),
                "module" => sources.push(Source::Module),
                "cls" => sources.push(Source::Class),
                "call" => sources.push(Source::Call),
                "slf" => receiver = Receiver::Object,
                _ => {
                    sources.push(Source::Python(names.len()));
                    names.push(name);
                    slices.push(is_slice(ty));
                }
            }
        }
        let parameters = match options.signature {
            Some(parameters) => matched(parameters, &names, function)?,
            None => Parameters(names.into_iter().map(required).collect()),
        };
        let rest = parameters
            .0
            .iter()
            .position(|p| p.kind == Kind::VarPositional);
        let rest_is_slice = rest.is_some_and(|index| slices[index]);
        let python_name = options
            .name
            .map_or_else(|| unraw(&function.ident), |name| name.value());
        let text_signature = options.text_signature.map(|text| text.value());
        Ok(Callable {
            receiver,
            sources,
            parameters,
            python_name,
            text_signature,
            defining_class: options.defining_class,
            rest_is_slice,
        })
    }

    /// `(x, /, y=1)` with `first` (`$module`, `$self`, `$type` or nothing) in front.
    /// None when the C function has none either (`text_signature = ""`).
    pub(crate) fn text_signature(&self, first: &str) -> syn::Result<Option<String>> {
        if let Some(text) = &self.text_signature {
            return Ok((!text.is_empty()).then(|| text.clone()));
        }
        let mut parts = Vec::new();
        let mut slash = !first.is_empty();
        let mut star = false;
        if slash {
            parts.push(first.to_owned());
        }
        for parameter in &self.parameters.0 {
            if parameter.kind == Kind::PositionalOnly {
                slash = true;
            } else if slash {
                parts.push("/".to_owned());
                slash = false;
            }
            if parameter.kind == Kind::KeywordOnly && !star {
                parts.push("*".to_owned());
            }
            star |= matches!(parameter.kind, Kind::KeywordOnly | Kind::VarPositional);
            parts.push(parameter.text()?);
        }
        if slash {
            parts.push("/".to_owned());
        }
        Ok(Some(format!("({})", parts.join(", "))))
    }

    /// Whether the function gets its arguments as they come, instead of bound to a signature.
    pub(crate) fn takes_call(&self) -> bool {
        self.sources.iter().any(|s| matches!(s, Source::Call))
    }

    /// How many parameters have a slot in `Arguments::values`.
    pub(crate) fn value_count(&self) -> usize {
        self.values().count()
    }

    fn values(&self) -> impl Iterator<Item = &Parameter> {
        let variadic = |p: &&Parameter| matches!(p.kind, Kind::VarPositional | Kind::VarKeyword);
        self.parameters.0.iter().filter(move |p| !variadic(p))
    }

    fn count(&self, kind: Kind) -> usize {
        self.parameters.0.iter().filter(|p| p.kind == kind).count()
    }

    fn required(&self, kinds: &[Kind]) -> usize {
        self.parameters
            .0
            .iter()
            .filter(|p| kinds.contains(&p.kind) && p.default.is_none())
            .count()
    }

    /// The calling convention that Argument Clinic would choose.
    pub(crate) fn convention(&self) -> Convention {
        let names_allowed = self
            .parameters
            .0
            .iter()
            .any(|p| !matches!(p.kind, Kind::PositionalOnly | Kind::VarPositional));
        match self.parameters.0.as_slice() {
            _ if self.defining_class || self.takes_call() => Convention::FastKeywords,
            [] => Convention::NoArgs,
            [one] if one.kind == Kind::PositionalOnly && one.default.is_none() => Convention::One,
            _ if names_allowed => Convention::FastKeywords,
            _ => Convention::Fast,
        }
    }

    /// The `Signature` constant, as an expression.
    pub(crate) fn to_signature(&self, function: &str) -> TokenStream {
        let names = self.values().map(|p| unraw(&p.name));
        let positional_only = self.count(Kind::PositionalOnly);
        let positional = positional_only + self.count(Kind::PositionalOrKeyword);
        let required = self.required(&[Kind::PositionalOnly, Kind::PositionalOrKeyword]);
        let required_keyword_only = self.required(&[Kind::KeywordOnly]);
        let var_positional = self.count(Kind::VarPositional) > 0;
        let var_keyword = self.count(Kind::VarKeyword) > 0;
        let single = matches!(self.convention(), Convention::One);
        let defining_class = self.defining_class;
        quote! {
            ::corten_api::__private::Signature {
                function: #function,
                names: &[#(#names),*],
                positional_only: #positional_only,
                positional: #positional,
                required: #required,
                required_keyword_only: #required_keyword_only,
                var_positional: #var_positional,
                var_keyword: #var_keyword,
                single: #single,
                defining_class: #defining_class,
            }
        }
    }

    /// The call `path(…)`, with arguments out of the parts of `Arguments` (bound by `SIGNATURE`).
    ///
    /// `state`, `module` and `class` are the expressions for the special parameters.
    pub(crate) fn to_call(
        &self,
        path: &TokenStream,
        receiver: &TokenStream,
        specials: &Specials,
    ) -> syn::Result<TokenStream> {
        let receiver = match self.receiver {
            Receiver::None => quote!(),
            Receiver::Payload => quote!(&**#receiver,),
            Receiver::Object => quote!(#receiver,),
        };
        let arguments = self
            .sources
            .iter()
            .map(|source| match source {
                Source::Py => Ok(quote!(py)),
                Source::State => specials.get(&specials.state, "state"),
                Source::Module => specials.get(&specials.module, "module"),
                Source::Class => specials.get(&specials.class, "cls"),
                Source::Call => Ok(quote!(call)),
                Source::Python(index) => Ok(self.to_argument(*index)),
            })
            .collect::<syn::Result<Vec<_>>>()?;
        Ok(quote!(#path(#receiver #(#arguments),*)))
    }

    /// The same, the arguments being `args`, a tuple, and `kwargs`, perhaps a dict.
    pub(crate) fn to_packed_call(
        &self,
        path: &TokenStream,
        specials: &Specials,
    ) -> syn::Result<TokenStream> {
        let kinds: Vec<_> = self.parameters.0.iter().map(|p| p.kind).collect();
        if kinds != [Kind::VarPositional, Kind::VarKeyword] {
            return Err(syn::Error::new(
                Span::call_site(),
                "a packed constructor has `signature = (*args, **kwargs)`",
            ));
        }
        let arguments = self
            .sources
            .iter()
            .map(|source| match source {
                Source::Python(0) => Ok(quote!(args)),
                Source::Python(_) => Ok(quote!(kwargs)),
                Source::Py => Ok(quote!(py)),
                Source::State => specials.get(&specials.state, "state"),
                Source::Class => specials.get(&specials.class, "cls"),
                Source::Module => specials.get(&specials.module, "module"),
                Source::Call => specials.get(&None, "call"),
            })
            .collect::<syn::Result<Vec<_>>>()?;
        Ok(quote!(#path(#(#arguments),*)))
    }

    fn to_argument(&self, index: usize) -> TokenStream {
        let parameter = &self.parameters.0[index];
        match parameter.kind {
            Kind::VarPositional if self.rest_is_slice => return quote!(rest),
            Kind::VarPositional => return quote!(&::corten_api::__private::rest_tuple(py, rest)?),
            Kind::VarKeyword => return quote!(var_keyword.as_ref()),
            _ => {}
        }
        let slot = self.values().position(|p| p.name == parameter.name);
        match &parameter.default {
            None => quote! {
                ::corten_api::__private::FromArg::from_arg(
                    ::corten_api::__private::required(&values, #slot),
                    const { &SIGNATURE.arg(#slot) },
                )?
            },
            Some(default) => quote! {
                match ::corten_api::__private::optional(&values, #slot) {
                    ::core::option::Option::Some(object) =>
                        ::corten_api::__private::FromArg::from_arg(
                            object,
                            const { &SIGNATURE.arg(#slot) },
                        )?,
                    ::core::option::Option::None => #default,
                }
            },
        }
    }
}

/// Expressions for the parameters that do not come from the caller, where they are to be had.
#[derive(Default)]
pub(crate) struct Specials {
    pub(crate) state: Option<TokenStream>,
    pub(crate) module: Option<TokenStream>,
    pub(crate) class: Option<TokenStream>,
}

impl Specials {
    fn get(&self, expression: &Option<TokenStream>, name: &str) -> syn::Result<TokenStream> {
        expression
            .clone()
            .ok_or_else(|| syn::Error::new(Span::call_site(), format!("there is no `{name}` here")))
    }
}

pub(crate) enum Convention {
    NoArgs,
    One,
    Fast,
    FastKeywords,
}

impl Parameter {
    fn text(&self) -> syn::Result<String> {
        let name = unraw(&self.name);
        Ok(match (self.kind, &self.default) {
            (Kind::VarPositional, _) => format!("*{name}"),
            (Kind::VarKeyword, _) => format!("**{name}"),
            (_, Some(default)) => format!("{name}={}", python_literal(default)?),
            (_, None) => name,
        })
    }
}

/// A Rust default as Python writes it; names stand for constants of the module.
fn python_literal(expression: &Expr) -> syn::Result<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Bool(b) => Ok(if b.value { "True" } else { "False" }.to_owned()),
            Lit::Int(n) => Ok(n.base10_digits().to_owned()),
            Lit::Float(x) => Ok(x.base10_digits().to_owned()),
            Lit::Str(s) => Ok(format!("'{}'", s.value().escape_default())),
            Lit::ByteStr(b) => Ok(format!("b'{}'", b.value().escape_ascii())),
            other => Err(cannot_derive(other.span())),
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            Ok(format!("-{}", python_literal(&unary.expr)?))
        }
        Expr::Path(path) => {
            let last = path.path.segments.last().map(|s| s.ident.to_string());
            last.ok_or_else(|| cannot_derive(path.span()))
        }
        // `Newtype(1)` and `Some(1)`: what counts is inside.
        Expr::Call(call) if call.args.len() == 1 => python_literal(&call.args[0]),
        Expr::Tuple(tuple) if tuple.elems.is_empty() => Ok("()".to_owned()),
        other => Err(cannot_derive(other.span())),
    }
}

fn cannot_derive(span: Span) -> syn::Error {
    syn::Error::new(
        span,
        "how Python shows this default cannot be derived: add `text_signature`",
    )
}

fn matched(
    parameters: Parameters,
    names: &[Ident],
    function: &RustSignature,
) -> syn::Result<Parameters> {
    let expected = parameters.0.iter().map(|p| unraw(&p.name));
    let found: Vec<_> = names.iter().map(unraw).collect();
    if expected
        .clone()
        .ne(found.iter().map(|n| n.trim_start_matches('_').to_owned()))
        && expected.clone().ne(found.iter().cloned())
    {
        let expected: Vec<_> = expected.collect();
        return Err(syn::Error::new(
            function.inputs.span(),
            format!(
                "the signature names ({}), the function takes ({}) besides `py`, `state`, `module`, \
                 `cls` and `slf`",
                expected.join(", "),
                found.join(", ")
            ),
        ));
    }
    Ok(parameters)
}

fn required(name: Ident) -> Parameter {
    Parameter {
        name,
        kind: Kind::PositionalOrKeyword,
        default: None,
    }
}

fn is_shared_reference(receiver: &syn::Receiver) -> bool {
    let tokens = receiver.to_token_stream().to_string();
    tokens.starts_with('&') && !tokens.contains("mut")
}

/// Whether `ty` is `&[…]`.
fn is_slice(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if matches!(*reference.elem, Type::Slice(_)))
}

/// The name without `r#`.
pub(crate) fn unraw(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#")
        .map_or(name.clone(), ToOwned::to_owned)
}
