//! Makes the tables of the newest Unicode version for the engine of `unicodedata`, and compiles engines as for the
//! newest Python.

#[path = "../modules/unicodedata/build/tables/mod.rs"]
mod tables;

fn main() {
    for version in 11..=15 {
        println!("cargo:rustc-cfg=Py_3_{version}");
    }
    println!("cargo:rerun-if-changed=../modules/unicodedata");
    std::env::set_current_dir("../modules/unicodedata").expect("the module is there");
    tables::generate("16.0.0");
}
