//! Tells which CPython is compiled for.

fn main() {
    corten_build::configure();
}
