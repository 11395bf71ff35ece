"""What Corten replaces. Written by `cargo corten sync`; do not edit."""

MODULES = (
    {
        "module": "_json",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/_json.c"],
        "reason": "parses input from anywhere in recursive C with borrowed references; most used codec of the standard library",
    },
    {
        "module": "binascii",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/binascii.c"],
        "reason": "decodes untrusted text all day; SIMD makes it several times faster, and an out-of-bounds read is gone",
    },
    {
        "module": "zlib",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/zlibmodule.c"],
        "reason": "decompresses untrusted data all day; SIMD checksums and a faster deflate, without the C library",
    },
)
