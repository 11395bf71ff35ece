//! The symbols of the assembly that libzstd-rs-sys would link, see the crate in `crates/no-cc`.

/// Decodes nothing. The caller decodes what is left, which then is everything; and it does not come
/// here, as [`Decompressor`](crate::Decompressor) has it use its own loop.
macro_rules! no_loop {
    ($($name:ident)*) => {$(
        // SAFETY: nothing else has this name, as the file with the assembly is not part of the build.
        #[cfg(all(unix, target_arch = "x86_64"))]
        #[unsafe(no_mangle)]
        extern "C" fn $name(_arguments: *mut std::ffi::c_void) {}
    )*};
}

no_loop! {
    HUF_decompress4X1_usingDTable_internal_fast_asm_loop
    HUF_decompress4X2_usingDTable_internal_fast_asm_loop
}
