"""What Corten replaces. Written by `cargo corten sync`; do not edit."""

MODULES = (
    {
        "module": "_blake2",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/blake2module.c"],
        "reason": "hashes data of any origin; AVX2 and SSE4.1 chosen at run time make it several times faster",
    },
    {
        "module": "_bz2",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/_bz2module.c"],
        "reason": "decompresses untrusted data; block sorting in linear time, without the C library",
    },
    {
        "module": "_hashlib",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/_hashopenssl.c"],
        "reason": "hashlib's first choice for every hash, and passwords go through it; no OpenSSL needed",
    },
    {
        "module": "_hmac",
        "versions": ((3, 14), (4, 0)),
        "replaces": ["Modules/hmacmodule.c"],
        "reason": "the HMAC that is always there, also in a Python without OpenSSL",
    },
    {
        "module": "_json",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/_json.c"],
        "reason": "parses input from anywhere in recursive C with borrowed references; most used codec of the standard library",
    },
    {
        "module": "_lzma",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/_lzmamodule.c"],
        "reason": "unpacks untrusted archives; liblzma has had memory bugs and a back door, and is not linked any more",
    },
    {
        "module": "_md5",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/md5module.c"],
        "reason": "hashes data of any origin; locks that cannot be forgotten",
    },
    {
        "module": "_random",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/_randommodule.c"],
        "reason": "the numbers of every seeded program; vectors make large ones quick, and nothing is copied by hand",
    },
    {
        "module": "_sha1",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/sha1module.c"],
        "reason": "uses the processor's SHA instructions, which C does not: more than 10 times faster",
    },
    {
        "module": "_sha2",
        "versions": ((3, 12), (4, 0)),
        "replaces": ["Modules/sha2module.c"],
        "reason": "uses the processor's SHA and vector instructions, which C does not: up to 10 times faster",
    },
    {
        "module": "_sha256",
        "versions": ((3, 11), (3, 12)),
        "replaces": ["Modules/sha256module.c"],
        "reason": "what `_sha2` is from 3.12 on",
    },
    {
        "module": "_sha3",
        "versions": ((3, 11), (4, 0)),
        "replaces": ["Modules/sha3module.c"],
        "reason": "three times faster, and takes no size from input on trust",
    },
    {
        "module": "_sha512",
        "versions": ((3, 11), (3, 12)),
        "replaces": ["Modules/sha512module.c"],
        "reason": "what `_sha2` is from 3.12 on",
    },
    {
        "module": "_zstd",
        "versions": ((3, 14), (4, 0)),
        "replaces": ["Modules/_zstd/_zstdmodule.c", "Modules/_zstd/compressor.c", "Modules/_zstd/decompressor.c", "Modules/_zstd/zstddict.c"],
        "reason": "decompresses untrusted data; no libzstd needed on the machine, so that compression.zstd is always there",
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
