//! The operators that one instruction stands for.

/// Names and symbols, in the order of the instruction's arguments.
const OPERATORS: [(&str, &str); 13] = [
    ("ADD", "+"),
    ("AND", "&"),
    ("FLOOR_DIVIDE", "//"),
    ("LSHIFT", "<<"),
    ("MATRIX_MULTIPLY", "@"),
    ("MULTIPLY", "*"),
    ("REMAINDER", "%"),
    ("OR", "|"),
    ("POWER", "**"),
    ("RSHIFT", ">>"),
    ("SUBTRACT", "-"),
    ("TRUE_DIVIDE", "/"),
    ("XOR", "^"),
];

/// All of them, and then those that change their left operand.
pub(crate) fn all() -> impl Iterator<Item = (String, String)> {
    let plain = OPERATORS.map(|(name, symbol)| (format!("NB_{name}"), symbol.to_owned()));
    let in_place =
        OPERATORS.map(|(name, symbol)| (format!("NB_INPLACE_{name}"), format!("{symbol}=")));
    plain.into_iter().chain(in_place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let operators: Vec<_> = all().collect();
        let pair = |name: &str, symbol: &str| (name.to_owned(), symbol.to_owned());
        assert_eq!(operators.len(), 26);
        assert_eq!(operators[8], pair("NB_POWER", "**"));
        assert_eq!(operators[25], pair("NB_INPLACE_XOR", "^="));
    }
}
