"""What to measure of `unicodedata`: every function, and normalization of texts of many scripts."""

SIZES = [16, 1024, 65536]

TEXTS = {
    "ASCII": "The quick brown fox jumps over the lazy dog. ",
    "French": "Voix ambiguë d’un cœur qui, au zéphyr, préfère les jattes de kiwis. ",
    "Latin-1": "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ",
    "Vietnamese": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm. ",
    "Greek": "Ὅλοι οἱ ἄνθρωποι γεννιοῦνται ἐλεύθεροι καὶ ἴσοι στὴν ἀξιοπρέπεια. ",
    "Russian": "Все люди рождаются свободными и равными в своём достоинстве. Йод. ",
    "Hindi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता। क़लम ",
    "Bengali": "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে। ",
    "Korean": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. ",
    "Japanese": "すべての人間は、生まれながらにして自由であり、ガギグ、ｶﾞ（株）㍿である。",
    "Chinese": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心。",
    "emoji": "👩‍🚀 😀😃😄 🏳️‍🌈 plain text between 👍🏽 and more 🎉 ",
    "compatibility": "ﬁnd the ﬂow ½ of ℌ ２０２４ ﷺ ㎏ ",
}
FORMS = ("NFC", "NFD", "NFKC", "NFKD")


def cases():
    """Yields dicts with name, sizes (bytes of the string's memory) and setup(module, size) -> callable."""
    for form in FORMS:
        for script in TEXTS:
            yield normalization("normalize", form, script)
        for script in ("French", "Vietnamese", "Korean", "Hindi"):
            yield normalization("normalize", form, script, source="NFD")
    for form in FORMS:
        for script in ("ASCII", "Latin-1", "Vietnamese", "Hindi", "Korean", "Chinese", "emoji"):
            yield normalization("is_normalized", form, script, source=form)
        if form != "NFD":
            yield normalization("is_normalized", form, "Vietnamese", source="NFD")
    yield {"name": "normalize NFD, marks out of order", "sizes": SIZES[:2],
           "setup": lambda m, n: call(m.normalize, "NFD", "a" + "\u0301\u0316\u0327" * (n // 6))}
    for kind, character in (("ASCII", "a"), ("CJK", "中"), ("emoji", "\U0001F600"), ("mark", "\u0301")):
        for function in ("category", "bidirectional", "combining", "mirrored", "east_asian_width", "decomposition"):
            yield one(function, kind, character)
        yield one("name", kind, character)
    for kind, character in (("canonical", "é"), ("compatibility", "ﷺ"), ("Hangul", "각")):
        yield one("decomposition", kind, character)
    for kind, character in (("digit", "5"), ("Arabic digit", "٥"), ("other", "a")):
        for function in ("decimal", "digit", "numeric"):
            yield one(function, kind, character, None)
    yield one("name", "Hangul", "한")
    yield one("name", "long", "\ufbf9")
    yield one("name", "none", "\u0378", None)
    for name in ("SPACE", "LATIN SMALL LETTER E WITH ACUTE", "latin small letter e with acute", "HANGUL SYLLABLE HAN",
                 "CJK UNIFIED IDEOGRAPH-4E2D", "NBSP", "KEYCAP DIGIT ONE",
                 "ARABIC LIGATURE UIGHUR KIRGHIZ YEH WITH HAMZA ABOVE WITH ALEF MAKSURA ISOLATED FORM"):
        yield {"name": f"lookup {name[:40]}", "sizes": [0], "setup": lambda m, _, name=name: call(m.lookup, name)}
    for function in ("category", "name", "bidirectional", "decomposition"):
        yield {"name": f"3.2.0 {function}", "sizes": [0],
               "setup": lambda m, _, function=function: call(getattr(m.ucd_3_2_0, function), "é")}
    yield {"name": "3.2.0 normalize NFKC", "sizes": SIZES,
           "setup": lambda m, n: call(m.ucd_3_2_0.normalize, "NFKC", text("Vietnamese", n))}
    yield {"name": "3.2.0 is_normalized NFC", "sizes": SIZES,
           "setup": lambda m, n: call(m.ucd_3_2_0.is_normalized, "NFC", text("Chinese", n))}


def normalization(function, form, script, source=None):
    def setup(module, size):
        given = text(script, size)
        return call(getattr(module, function), form, module.normalize(source, given) if source else given)

    kind = f", from {source}" if source else ""
    return {"name": f"{function} {form}, {script}{kind}", "sizes": SIZES, "setup": setup}


def one(function, kind, character, *default):
    return {"name": f"{function}, {kind}", "sizes": [0],
            "setup": lambda module, _: call(getattr(module, function), character, *default)}


def text(script, size):
    pattern = TEXTS[script]
    width = 1 if max(pattern) < "\u0100" else 2 if max(pattern) < "\U00010000" else 4
    length = size // width
    return (pattern * (length // len(pattern) + 1))[:length]


def call(function, *args):
    if len(args) == 1:
        (arg,) = args
        return lambda: function(arg)
    return lambda: function(*args)
