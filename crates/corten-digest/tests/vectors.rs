//! Every function against the digests in its standard, whole and in pieces.

use corten_digest::{Algorithm, Engine, Hasher};

const ALGORITHMS: [Algorithm; 19] = [
    Algorithm::Md5,
    Algorithm::Md5Sha1,
    Algorithm::Sha1,
    Algorithm::Sha224,
    Algorithm::Sha256,
    Algorithm::Sha384,
    Algorithm::Sha512,
    Algorithm::Sha512_224,
    Algorithm::Sha512_256,
    Algorithm::Sha3_224,
    Algorithm::Sha3_256,
    Algorithm::Sha3_384,
    Algorithm::Sha3_512,
    Algorithm::Shake128,
    Algorithm::Shake256,
    Algorithm::Blake2b,
    Algorithm::Blake2s,
    Algorithm::Ripemd160,
    Algorithm::Sm3,
];

#[test]
fn known_digests() {
    let mut count = 0;
    let lines = include_str!("vectors.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(' ').collect();
        let (name, times, text) = (fields[0], fields[1], &line[line.find('"').unwrap() + 1..]);
        let (text, expected) = text.split_once("\" ").unwrap();
        let message = text.repeat(times.parse().unwrap());
        let algorithm = *ALGORITHMS
            .iter()
            .find(|known| known.name() == name)
            .unwrap();
        assert_eq!(digest(algorithm, [message.as_bytes()]), expected, "{line}");
        assert_eq!(
            digest(algorithm, message.as_bytes().chunks(1001)),
            expected,
            "{line}"
        );
        count += 1;
    }
    assert!(count > 70);
}

#[test]
fn any_pieces() {
    let data: Vec<u8> = (0..1000_u32).map(|i| ((i * i) >> 3) as u8).collect();
    for algorithm in ALGORITHMS {
        let block = algorithm.block_size();
        for len in (0..3 * block + 2)
            .step_by(7)
            .chain([block - 1, block, block + 1])
        {
            let expected = digest(algorithm, [&data[..len]]);
            for cut in (0..=len).step_by(11).chain([block.min(len)]) {
                let pieces = [&data[..cut], &[], &data[cut..len]];
                assert_eq!(
                    digest(algorithm, pieces),
                    expected,
                    "{algorithm:?}: {cut} of {len}"
                );
            }
        }
    }
}

#[test]
fn a_digest_leaves_the_state_alone() {
    for algorithm in ALGORITHMS {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(b"abc");
        let first = hex(&hasher);
        assert_eq!(hex(&hasher), first);
        let mut other = hasher.clone();
        other.update(b"def");
        assert_eq!(hex(&hasher), first);
        assert_eq!(hex(&other), digest(algorithm, [&b"abcdef"[..]]));
    }
}

fn digest<'a>(algorithm: Algorithm, pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Hasher::new(algorithm);
    pieces.into_iter().for_each(|piece| hasher.update(piece));
    hex(&hasher)
}

fn hex(hasher: &Hasher) -> String {
    let mut digest = hasher.digest().to_vec();
    if hasher.algorithm().is_xof() {
        digest = vec![
            0;
            if hasher.algorithm() == Algorithm::Shake128 {
                32
            } else {
                64
            }
        ];
        hasher.squeeze(&mut digest);
    }
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
