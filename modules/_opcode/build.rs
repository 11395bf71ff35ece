//! Tells the crate which CPython it is built for.

fn main() {
    corten_build::configure();
}
