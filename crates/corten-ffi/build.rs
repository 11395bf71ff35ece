//! Passes the interpreter's configuration on.

fn main() {
    corten_build::configure();
}
