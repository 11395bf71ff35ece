//! What must not compile, with the message that a user of the API sees; and what must.
//!
//! After a change of the compiler's wording: `TRYBUILD=overwrite cargo test -p corten-api --test compile`.

#[test]
fn compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/compile/pass/*.rs");
    cases.compile_fail("tests/compile/fail/*.rs");
}
