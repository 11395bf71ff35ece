//! Gives the crate the version cfgs of the Python it is built for.

fn main() {
    corten_build::configure();
}
