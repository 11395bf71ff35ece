"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import hashlib
import random
import unicodedata

FORMS = ("NFC", "NFD", "NFKC", "NFKD")


def work(seed: int) -> str:
    """Asks for properties, names and forms of random text; gives a digest of all answers."""
    rng = random.Random(seed)
    text = "".join(map(chr, (rng.choice((rng.randrange(0x3000), rng.randrange(0x110000))) for _ in range(300))))
    answers: list[object] = []
    for database in (unicodedata, unicodedata.ucd_3_2_0):
        for character in text:
            name = database.name(character, None)
            assert name is None or database.lookup(name) == character
            answers.append((name, database.category(character), database.bidirectional(character),
                            database.combining(character), database.decomposition(character),
                            database.numeric(character, None)))
        for form in FORMS:
            normalized = database.normalize(form, text)
            assert database.is_normalized(form, normalized)
            answers.append(normalized)
    answers.append(b"\\N{GREEK SMALL LETTER ALPHA}\\N{nul}".decode("unicode_escape"))
    answers.append(text.encode("ascii", "namereplace"))
    return hashlib.sha256(repr(answers).encode("utf-8", "surrogatepass")).hexdigest()


class Shared:
    """One text, in all its forms, for all threads."""

    def __init__(self) -> None:
        self.text = "\u1e9b\u0323 \uac01 \ufb01 \u2460 \u0344" * 20
        self.forms = [unicodedata.normalize(form, self.text) for form in FORMS]

    def use(self, seed: int) -> None:
        index = seed % len(FORMS)
        assert unicodedata.normalize(FORMS[index], self.text) == self.forms[index]
        assert unicodedata.is_normalized(FORMS[index], self.forms[index])
        character = chr(seed % 0x3000)
        name = unicodedata.ucd_3_2_0.name(character, None)
        assert name is None or unicodedata.lookup(unicodedata.name(character)) == character

    def check(self) -> None:
        assert self.forms == [unicodedata.normalize(form, self.text) for form in FORMS]
