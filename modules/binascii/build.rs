//! Learns which CPython this is built for.

fn main() {
    corten_build::configure();
}
