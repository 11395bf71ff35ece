//! The parser engine with a builder of plain Rust values: the cases of RFC 8259 and of Python's
//! extensions, in every width.
#![forbid(unsafe_code)]

use _json::engine::OutOfMemory;
use _json::engine::number::{self, Number};
use _json::engine::parse::{Builder, Constant, Container, Error, Rules, parse_value};
use _json::engine::string::{StringRules, Text};
use _json::engine::unit::Unit;

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Null,
    Bool(bool),
    Int(i64),
    BigInt(String),
    Float(f64),
    Constant(Constant),
    String(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

#[derive(Default)]
struct Plain {
    depth: usize,
    extensions: usize,
}

impl<C: Unit> Builder<C> for Plain {
    type Value = Value;
    type Key = String;
    type Array = Vec<Value>;
    type Object = Vec<(String, Value)>;
    type Error = OutOfMemory;

    fn null(&mut self) -> Result<Value, OutOfMemory> {
        Ok(Value::Null)
    }

    fn boolean(&mut self, value: bool) -> Result<Value, OutOfMemory> {
        Ok(Value::Bool(value))
    }

    fn constant(&mut self, name: Constant) -> Result<Value, OutOfMemory> {
        Ok(Value::Constant(name))
    }

    fn number(&mut self, number: Number, literal: &[C]) -> Result<Value, OutOfMemory> {
        Ok(match number {
            Number::Small(value) => Value::Int(value),
            Number::Integer => Value::BigInt(show(literal)),
            Number::Float => Value::Float(number::to_f64(literal)?),
        })
    }

    fn string(&mut self, text: Text<'_, C>) -> Result<Value, OutOfMemory> {
        Builder::<C>::key(self, text).map(Value::String)
    }

    fn key(&mut self, text: Text<'_, C>) -> Result<String, OutOfMemory> {
        Ok(match text {
            Text::Verbatim(_, units) | Text::Resolved(units) => show(units),
            Text::Widened(units) => show(units),
        })
    }

    fn begin(&mut self, _: Container) -> Result<(), OutOfMemory> {
        self.depth += 1;
        Ok(())
    }

    fn extend_array(
        &mut self,
        array: Option<Vec<Value>>,
        items: impl ExactSizeIterator<Item = Value>,
    ) -> Result<Vec<Value>, OutOfMemory> {
        self.extensions += 1;
        let mut array = array.unwrap_or_default();
        array.extend(items);
        Ok(array)
    }

    fn extend_object(
        &mut self,
        object: Option<Self::Object>,
        keys: impl ExactSizeIterator<Item = String>,
        values: impl ExactSizeIterator<Item = Value>,
    ) -> Result<Self::Object, OutOfMemory> {
        self.extensions += 1;
        assert_eq!(keys.len(), values.len());
        let mut object = object.unwrap_or_default();
        object.extend(keys.zip(values));
        Ok(object)
    }

    fn end_array(&mut self, array: Vec<Value>) -> Result<Value, OutOfMemory> {
        self.depth -= 1;
        Ok(Value::Array(array))
    }

    fn end_object(&mut self, object: Self::Object) -> Result<Value, OutOfMemory> {
        self.depth -= 1;
        Ok(Value::Object(object))
    }
}

fn show<C: Unit>(units: &[C]) -> String {
    let show = |unit: &C| char::from_u32(unit.code()).unwrap_or(char::REPLACEMENT_CHARACTER);
    units.iter().map(show).collect()
}

const RULES: Rules = Rules {
    strings: StringRules {
        strict: true,
        escape_may_end_text: false,
    },
    name_trailing_commas: true,
    max_depth: 1000,
};

type Parsed = Result<(Value, usize), Error<OutOfMemory>>;

fn parse_from(text: &str, start: usize, rules: Rules) -> Parsed {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let wide = parse_units(&codes, start, rules);
    let widest = codes.iter().max().copied().unwrap_or(0);
    if widest <= u16::MAX.into() {
        let units: Vec<u16> = codes.iter().map(|&code| code as u16).collect();
        assert_eq!(parse_units(&units, start, rules), wide);
    }
    if widest <= u8::MAX.into() {
        let units: Vec<u8> = codes.iter().map(|&code| code as u8).collect();
        assert_eq!(parse_units(&units, start, rules), wide);
    }
    wide
}

fn parse_units<C: Unit>(units: &[C], start: usize, rules: Rules) -> Parsed {
    let mut builder = Plain::default();
    let parsed = parse_value(units, start, rules, &mut builder);
    assert!(parsed.is_err() || builder.depth == 0);
    parsed
}

fn value(text: &str) -> Value {
    let (value, end) = parse_from(text, 0, RULES).unwrap();
    assert_eq!(end, text.chars().count());
    value
}

fn error(text: &str) -> (&'static str, usize) {
    match parse_from(text, 0, RULES) {
        Err(Error::Syntax(message, at)) => (message, at),
        Err(Error::NoValue(at)) => ("no value", at),
        other => panic!("{text}: {other:?}"),
    }
}

fn array(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(items.into_iter().collect())
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Object(
        members
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

#[test]
fn scalars() {
    assert_eq!(value("null"), Value::Null);
    assert_eq!(value("true"), Value::Bool(true));
    assert_eq!(value("false"), Value::Bool(false));
    assert_eq!(value("-12"), Value::Int(-12));
    assert_eq!(
        value("12345678901234567890"),
        Value::BigInt("12345678901234567890".into())
    );
    assert_eq!(value("-1.5e3"), Value::Float(-1500.0));
    assert_eq!(
        value("\"x\\u00e9\u{20ac}\""),
        Value::String("x\u{e9}\u{20ac}".into())
    );
    assert_eq!(value("NaN"), Value::Constant(Constant::Nan));
    assert_eq!(value("Infinity"), Value::Constant(Constant::Infinity));
    assert_eq!(
        value("-Infinity"),
        Value::Constant(Constant::NegativeInfinity)
    );
}

#[test]
fn containers() {
    assert_eq!(value("[]"), array([]));
    assert_eq!(value("{}"), object([]));
    assert_eq!(value("[ \t\n\r]"), array([]));
    assert_eq!(value("{ \t\n\r}"), object([]));
    assert_eq!(
        value("[1,2 , [ 3 ] ]"),
        array([Value::Int(1), Value::Int(2), array([Value::Int(3)])])
    );
    assert_eq!(
        value("{\"a\":1 ,\n\"b\" : {\"a\": []},\"a\":null}"),
        object([
            ("a", Value::Int(1)),
            ("b", object([("a", array([]))])),
            ("a", Value::Null)
        ])
    );
}

#[test]
fn the_example_of_the_rfc() {
    let image = r#"{"Image": {"Width": 800, "Height": 600, "Title": "View from 15th Floor",
        "Thumbnail": {"Url": "http://www.example.com/image/481989943", "Height": 125, "Width": 100},
        "Animated" : false, "IDs": [116, 943, 234, 38793]}}"#;
    let Value::Object(members) = value(image) else {
        panic!("no object")
    };
    let Value::Object(image) = &members[0].1 else {
        panic!("no object")
    };
    let names: Vec<&str> = image.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["Width", "Height", "Title", "Thumbnail", "Animated", "IDs"]
    );
    assert_eq!(image[5].1, array([116, 943, 234, 38793].map(Value::Int)));
}

#[test]
fn a_value_is_read_where_it_begins_and_no_further() {
    assert_eq!(
        parse_from("xx[1] ]", 2, RULES),
        Ok((array([Value::Int(1)]), 5))
    );
    assert_eq!(parse_from("1 2", 0, RULES), Ok((Value::Int(1), 1)));
    assert_eq!(parse_from("nullx", 0, RULES), Ok((Value::Null, 4)));
    assert_eq!(parse_from("1", 7, RULES), Err(Error::NoValue(7)));
}

#[test]
fn errors() {
    const COMMA: &str = "Expecting ',' delimiter";
    const NAME: &str = "Expecting property name enclosed in double quotes";
    assert_eq!(error(""), ("no value", 0));
    assert_eq!(error("nul"), ("no value", 0));
    assert_eq!(error("-"), ("no value", 0));
    assert_eq!(error("\u{20ac}"), ("no value", 0));
    assert_eq!(error(" 1"), ("no value", 0));
    assert_eq!(error("["), ("no value", 1));
    assert_eq!(error("[1"), (COMMA, 2));
    assert_eq!(error("[1 2]"), (COMMA, 3));
    assert_eq!(error("[1}"), (COMMA, 2));
    assert_eq!(error("[1,"), ("no value", 3));
    assert_eq!(error("[,"), ("no value", 1));
    assert_eq!(
        error("[1 , ]"),
        ("Illegal trailing comma before end of array", 3)
    );
    assert_eq!(error("{"), (NAME, 1));
    assert_eq!(error("{1:2}"), (NAME, 1));
    assert_eq!(error("{\"a\""), ("Expecting ':' delimiter", 4));
    assert_eq!(error("{\"a\" 1"), ("Expecting ':' delimiter", 5));
    assert_eq!(error("{\"a\":"), ("no value", 5));
    assert_eq!(error("{\"a\":1"), (COMMA, 6));
    assert_eq!(error("{\"a\":1]"), (COMMA, 6));
    assert_eq!(
        error("{\"a\":1, }"),
        ("Illegal trailing comma before end of object", 6)
    );
    assert_eq!(error("{\"a\":1, b"), (NAME, 8));
    assert_eq!(error("[\"a"), ("Unterminated string starting at", 1));
    assert_eq!(error("[\"\\x\"]"), ("Invalid \\escape", 2));
    assert_eq!(error("{\"\n\":1}"), ("Invalid control character at", 2));
    assert_eq!(error("[\u{a0}1]"), ("no value", 1));
}

#[test]
fn trailing_commas_of_older_versions() {
    let rules = Rules {
        name_trailing_commas: false,
        ..RULES
    };
    assert_eq!(parse_from("[1,]", 0, rules), Err(Error::NoValue(3)));
    assert_eq!(
        parse_from("{\"a\":1,}", 0, rules),
        Err(Error::Syntax(
            "Expecting property name enclosed in double quotes",
            7
        ))
    );
}

#[test]
fn depth_is_limited() {
    let deep = "[".repeat(1000) + &"]".repeat(1000);
    assert!(parse_from(&deep, 0, RULES).is_ok());
    let deeper = "[".repeat(100_000);
    assert_eq!(
        parse_from(&deeper, 0, RULES),
        Err(Error::TooDeep(Container::Array))
    );
    let deeper = "{\"a\":".repeat(100_000);
    assert_eq!(
        parse_from(&deeper, 0, RULES),
        Err(Error::TooDeep(Container::Object))
    );
}

#[test]
fn large_containers_are_filled_in_parts() {
    let text = format!(
        "[{}]",
        (0..10_000)
            .map(|i| i.to_string())
            .collect::<Vec<_>>()
            .join(",")
    );
    assert_eq!(value(&text), array((0..10_000).map(Value::Int)));
    let members: Vec<String> = (0..5000)
        .map(|i| format!("\"k{i}\": [{i}, {{}}]"))
        .collect();
    let text = format!("{{{}}}", members.join(", "));
    let Value::Object(members) = value(&text) else {
        panic!("no object")
    };
    for (i, (key, value)) in members.into_iter().enumerate() {
        assert_eq!(key, format!("k{i}"));
        assert_eq!(value, array([Value::Int(i as i64), object([])]));
    }
    let mut builder = Plain::default();
    let text = "[".to_owned() + &"0,".repeat(10_000) + "0]";
    assert!(parse_value(text.as_bytes(), 0, RULES, &mut builder).is_ok());
    assert!(
        (5..20).contains(&builder.extensions),
        "{}",
        builder.extensions
    );
}
