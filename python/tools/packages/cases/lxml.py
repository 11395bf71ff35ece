"""lxml: libxml2 and libxslt, with a zlib of their own. Parsing, XPath, XSLT, and .gz files written by either side."""

import gzip
import io
import os
import tempfile

from lxml import etree

STYLE = """
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>
  <xsl:template match="/stock">
    <xsl:for-each select="item[@pieces &gt; 95]">
      <xsl:sort select="@pieces" data-type="number" order="descending"/>
      <xsl:value-of select="concat(@pieces, ' ', name, ';')"/>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
"""


def main() -> None:
    stock = make_stock()
    search(stock)
    transform(stock)
    sizes = [pack_and_unpack(stock), stream(stock)]
    print(f"{len(stock)} elements: XPath, XSLT; .gz: {sizes[0]} bytes from libxml2, {sizes[1]} from Python")


def make_stock() -> etree._Element:
    stock = etree.Element("stock")
    for number in range(5000):
        item = etree.SubElement(stock, "item", pieces=str(number % 100))
        etree.SubElement(item, "name").text = f"größe {number}"
    return stock


def search(stock: etree._Element) -> None:
    assert stock.xpath("count(item[@pieces = 7])") == 50
    assert stock.xpath("string(item[last()]/name)") == "größe 4999"
    try:
        etree.fromstring("<stock><item></stock>")
    except etree.XMLSyntaxError as error:
        assert error.lineno == 1
    else:
        raise AssertionError("a tag that is not closed passed")


def transform(stock: etree._Element) -> None:
    text = str(etree.XSLT(etree.XML(STYLE))(stock))
    expected = sorted((i for i in range(5000) if i % 100 > 95), key=lambda i: -(i % 100))
    assert text == "".join(f"{i % 100} größe {i};" for i in expected)


def pack_and_unpack(stock: etree._Element) -> int:
    """One side writes the file, the other reads it."""
    plain = canonical(stock)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "stock.xml.gz")
        etree.ElementTree(stock).write(path, compression=9, encoding="utf-8")
        with gzip.open(path) as file:
            assert canonical(etree.fromstring(file.read())) == plain
        size = os.path.getsize(path)

        with gzip.open(path, "wb") as file:
            file.write(plain)
        assert canonical(etree.parse(path)) == plain
        with gzip.open(path) as file:
            assert canonical(etree.parse(file)) == plain
    return size


def stream(stock: etree._Element) -> int:
    """Writing and reading element by element, through gzip."""
    packed = io.BytesIO()
    with gzip.open(packed, "wb") as file, etree.xmlfile(file, encoding="utf-8") as xml, xml.element("stock"):
        for item in stock:
            xml.write(item)
    with gzip.open(io.BytesIO(packed.getvalue())) as file:
        pieces = [int(item.get("pieces")) for _, item in etree.iterparse(file, tag="item")]
    assert pieces == [i % 100 for i in range(5000)]
    return len(packed.getvalue())


def canonical(tree: etree._Element | etree._ElementTree) -> bytes:
    return etree.tostring(tree, method="c14n")


main()
