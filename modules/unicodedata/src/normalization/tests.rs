use super::*;

const FORMS: [Form; 4] = [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd];

fn normalized(version: Version, form: Form, text: &str) -> String {
    let text: Vec<u32> = text.chars().map(u32::from).collect();
    let normalizer = Normalizer { version, form };
    let result = normalizer.normalize::<u32, u32>(&text).unwrap();
    let is_normalized = normalizer.is_normalized(&text).unwrap();
    assert_eq!(is_normalized, result.is_none_or(|result| result == text));
    let result = normalizer
        .normalize::<u32, u32>(&text)
        .unwrap()
        .unwrap_or(text);
    result
        .into_iter()
        .map(|code| char::from_u32(code).unwrap())
        .collect()
}

fn nfc(text: &str) -> String {
    normalized(Version::Current, Form::Nfc, text)
}

fn nfd(text: &str) -> String {
    normalized(Version::Current, Form::Nfd, text)
}

/// The algorithm word for word, with no thought of speed.
fn model(form: Form, text: &[u32]) -> Vec<u32> {
    let mut result = Vec::new();
    let whole = Normalizer {
        version: Version::Current,
        form: form.decomposed(),
    };
    for &code in text {
        let mut output = Output::<u32>::default();
        whole.decompose(code, &mut output).unwrap();
        result.extend(output.codes());
    }
    for _ in 0..result.len() {
        for at in 1..result.len() {
            let (before, class) = (combining_class(result[at - 1]), combining_class(result[at]));
            if class != 0 && before > class {
                result.swap(at - 1, at);
            }
        }
    }
    let mut at = 1;
    while form.composes() && at < result.len() {
        let class = combining_class(result[at]);
        let between = |&place: &usize| combining_class(result[place]) != 0;
        let starter = (0..at).rev().find(|place| !between(place));
        let is_blocked = starter.is_some_and(|starter| {
            (starter + 1..at).any(|place| combining_class(result[place]) >= class)
        });
        let composed = starter.filter(|_| !is_blocked).and_then(|starter| {
            let (_, composes_back) = class_and_flag(result[at]);
            let composed = composes_back.then(|| compose(result[starter], result[at]));
            composed.flatten().map(|composed| (starter, composed))
        });
        match composed {
            Some((starter, composed)) => {
                result[starter] = composed;
                result.remove(at);
            }
            None => at += 1,
        }
    }
    result
}

#[test]
fn known_texts() {
    assert_eq!(nfd("\u{e9}\u{1e69}"), "e\u{301}s\u{323}\u{307}");
    assert_eq!(nfc("s\u{307}\u{323}"), "\u{1e69}");
    assert_eq!(nfc("\u{1e9b}\u{323}"), "\u{1e9b}\u{323}");
    assert_eq!(
        normalized(Version::Current, Form::Nfkc, "\u{1e9b}\u{323}"),
        "\u{1e69}"
    );
    assert_eq!(nfc("\u{212b}\u{2126}"), "\u{c5}\u{3a9}");
    assert_eq!(nfc("\u{e9}\u{323}"), "\u{1eb9}\u{301}");
    assert_eq!(nfc("\u{0958}"), "\u{0915}\u{093c}");
    assert_eq!(nfd("\u{ac01}"), "\u{1100}\u{1161}\u{11a8}");
    assert_eq!(nfc("\u{1100}\u{1161}\u{11a8}\u{11a8}"), "\u{ac01}\u{11a8}");
    assert_eq!(nfc("\u{ac00}\u{11a8}"), "\u{ac01}");
    assert_eq!(nfc("\u{9c7}\u{9be}\u{9be}"), "\u{9cb}\u{9be}");
    assert_eq!(
        normalized(Version::Current, Form::Nfkd, "\u{fdfa}")
            .chars()
            .count(),
        18
    );
}

#[test]
fn the_old_version_keeps_what_it_did_not_know() {
    assert_eq!(
        normalized(Version::Old, Form::Nfd, "\u{2f868}"),
        "\u{2136a}"
    );
    assert_eq!(nfd("\u{2f868}"), "\u{36fc}");
    assert_eq!(normalized(Version::Old, Form::Nfkd, "\u{1d2c}"), "\u{1d2c}");
    assert_eq!(normalized(Version::Current, Form::Nfkd, "\u{1d2c}"), "A");
}

#[test]
fn results_that_do_not_fit() {
    let normalizer = Normalizer {
        version: Version::Current,
        form: Form::Nfd,
    };
    let result = normalizer.normalize::<u16, u16>(&[0x41, 0xFA6C]);
    assert_eq!(result, Err(Failure::TooWide));
    let result = normalizer.normalize::<u16, u32>(&[0x41, 0xFA6C]);
    assert_eq!(result, Ok(Some(vec![0x41, 0x242EE])));
    assert_eq!(normalizer.normalize::<u8, u16>(b"plain"), Ok(None));
}

#[test]
fn random_texts_are_as_the_model_has_them() {
    let mut state = 1_u64;
    let mut random = |limit: u64| {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        (state >> 33) % limit
    };
    let alphabet: Vec<u32> = (0x20..0x3100)
        .chain(0xAC00..0xAC40)
        .chain(0xF900..0xFB00)
        .filter(|&code| !matches!(Kind::of(Version::Current, code), Kind::Inert))
        .chain("aou\u{915}\u{9c7}".chars().map(u32::from))
        .collect();
    let marks: Vec<u32> = (0x300..0x345)
        .chain([0x93C, 0x9BE, 0x1161, 0x11A8])
        .collect();
    for _ in 0..20_000 {
        let text: Vec<u32> = (0..random(40))
            .map(|_| match random(2) {
                0 => alphabet[random(alphabet.len() as u64) as usize],
                _ => marks[random(marks.len() as u64) as usize],
            })
            .collect();
        for form in FORMS {
            let normalizer = Normalizer {
                version: Version::Current,
                form,
            };
            let result = normalizer.normalize::<u32, u32>(&text).unwrap();
            assert_eq!(
                result.unwrap_or(text.clone()),
                model(form, &text),
                "{form:?} {text:X?}"
            );
        }
    }
}
