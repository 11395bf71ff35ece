//! The JSON parser: the same value in every width, and what serde_json accepts is accepted, as the same value.
#![no_main]

#[allow(dead_code, unused_imports)]
#[path = "../../modules/_json/src/engine/mod.rs"]
mod engine;

use engine::OutOfMemory;
use engine::number::{self, Number};
use engine::parse::{Builder, Constant, Container, Error, Rules, parse_value};
use engine::string::{StringRules, Text};
use engine::unit::Unit;
use libfuzzer_sys::fuzz_target;

#[derive(Debug, PartialEq)]
enum Value {
    Null,
    Bool(bool),
    Constant(Constant),
    /// The bits of a float, which make NaN equal to itself.
    Number(u64),
    String(Vec<u32>),
    Array(Vec<Value>),
    Object(Vec<(Vec<u32>, Value)>),
}

fuzz_target!(|data: &[u8]| {
    let Some((&flags, text)) = data.split_first() else {
        return;
    };
    let rules = Rules {
        strings: StringRules {
            strict: flags & 1 != 0,
            escape_may_end_text: flags & 2 != 0,
        },
        name_trailing_commas: flags & 4 != 0,
        max_depth: 200,
    };
    let start = text.iter().take_while(|byte| is_space(byte)).count();
    let parsed = parse_value(text, start, rules, &mut Values);
    let medium: Vec<u16> = text.iter().map(|&byte| byte.into()).collect();
    let wide: Vec<u32> = text.iter().map(|&byte| byte.into()).collect();
    assert_eq!(parsed, parse_value(&medium, start, rules, &mut Values));
    assert_eq!(parsed, parse_value(&wide, start, rules, &mut Values));
    compare(text, parsed);
});

fn compare(text: &[u8], parsed: Result<(Value, usize), Error<OutOfMemory>>) {
    if !text.is_ascii() {
        return; // serde_json takes UTF-8, the parser code points
    }
    if let Ok(theirs) = serde_json::from_slice::<serde_json::Value>(text) {
        let (ours, end) = parsed.expect("it is JSON");
        assert!(text[end..].iter().all(is_space));
        assert!(is_same(&ours, &theirs), "{ours:?} {theirs:?}");
    }
}

fn is_space(byte: &u8) -> bool {
    b" \t\r\n".contains(byte)
}

fn is_same(ours: &Value, theirs: &serde_json::Value) -> bool {
    match (ours, theirs) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(one), serde_json::Value::Bool(other)) => one == other,
        // Their floats may be off by a digit.
        (Value::Number(_), serde_json::Value::Number(_)) => true,
        (Value::String(one), serde_json::Value::String(other)) => is_same_text(one, other),
        (Value::Array(one), serde_json::Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_same(one, other))
        }
        // Of equal names, the last counts.
        (Value::Object(one), serde_json::Value::Object(other)) => {
            other.iter().all(|(name, value)| {
                let last = one.iter().rev().find(|(key, _)| is_same_text(key, name));
                last.is_some_and(|(_, one)| is_same(one, value))
            })
        }
        _ => false,
    }
}

fn is_same_text(one: &[u32], other: &str) -> bool {
    one.iter().copied().eq(other.chars().map(u32::from))
}

struct Values;

impl<C: Unit> Builder<C> for Values {
    type Value = Value;
    type Key = Vec<u32>;
    type Array = Vec<Value>;
    type Object = Vec<(Vec<u32>, Value)>;
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
        let text: String = literal
            .iter()
            .filter_map(|unit| char::from_u32(unit.code()))
            .collect();
        let value = match number {
            Number::Small(value) => {
                assert_eq!(text.parse(), Ok(value));
                value as f64
            }
            Number::Integer => text.parse().expect("digits"),
            Number::Float => {
                let value = number::to_f64(literal)?;
                assert_eq!(text.parse(), Ok(value));
                value
            }
        };
        Ok(Value::Number(value.to_bits()))
    }

    fn string(&mut self, text: Text<'_, C>) -> Result<Value, OutOfMemory> {
        Builder::<C>::key(self, text).map(Value::String)
    }

    fn key(&mut self, text: Text<'_, C>) -> Result<Vec<u32>, OutOfMemory> {
        Ok(match text {
            Text::Verbatim(_, units) | Text::Resolved(units) => {
                units.iter().map(|unit| unit.code()).collect()
            }
            Text::Widened(units) => units.to_vec(),
        })
    }

    fn begin(&mut self, _: Container) -> Result<(), OutOfMemory> {
        Ok(())
    }

    fn extend_array(
        &mut self,
        array: Option<Vec<Value>>,
        items: impl ExactSizeIterator<Item = Value>,
    ) -> Result<Vec<Value>, OutOfMemory> {
        let mut array = array.unwrap_or_default();
        array.extend(items);
        Ok(array)
    }

    fn extend_object(
        &mut self,
        object: Option<Self::Object>,
        keys: impl ExactSizeIterator<Item = Vec<u32>>,
        values: impl ExactSizeIterator<Item = Value>,
    ) -> Result<Self::Object, OutOfMemory> {
        assert_eq!(keys.len(), values.len());
        let mut object = object.unwrap_or_default();
        object.extend(keys.zip(values));
        Ok(object)
    }

    fn end_array(&mut self, array: Vec<Value>) -> Result<Value, OutOfMemory> {
        Ok(Value::Array(array))
    }

    fn end_object(&mut self, object: Self::Object) -> Result<Value, OutOfMemory> {
        Ok(Value::Object(object))
    }
}
