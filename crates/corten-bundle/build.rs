//! Sets the `cfg`s of the Python that is built for.
fn main() {
    corten_build::configure();
}
