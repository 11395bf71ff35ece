//! Measures every kernel that this processor can run, on 1 MiB.

use std::time::Instant;

use corten_kernels::{keccak, md5, sha256, sha512};

fn main() {
    let data: Vec<u8> = (0..1_u32 << 20)
        .map(|i| (i.wrapping_mul(i) >> 7) as u8)
        .collect();
    measure("MD5", "portable", || {
        md5::compress(&mut [1; 4], data.as_chunks().0)
    });
    for (name, kernel) in sha256::kernels() {
        measure("SHA-256", name, || kernel(&mut [1; 8], data.as_chunks().0));
    }
    for (name, kernel) in sha512::kernels() {
        measure("SHA-512", name, || kernel(&mut [1; 8], data.as_chunks().0));
    }
    for (name, kernel) in keccak::kernels() {
        let mut state = [1; 25];
        measure("SHA3-256", name, || {
            (0..data.len() / 136).for_each(|_| kernel(&mut state))
        });
    }
}

/// Prints the shortest of many times.
fn measure(function: &str, kernel: &str, mut work: impl FnMut()) {
    let times = (0..50).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    let best = times.min().unwrap_or_default();
    println!("{function:9} {kernel:9} {:6} µs", best.as_micros());
}
