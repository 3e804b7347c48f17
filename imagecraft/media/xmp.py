"""XMP packets: a picture's description and alt text, beside whatever else a packet says.

References:
    ISO 16684-1 (XMP); IPTC Photo Metadata Standard 2023.2, property "Alt Text (Accessibility)".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DESCRIPTION = "{http://purl.org/dc/elements/1.1/}description"
ALT_TEXT = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility"
MAX_BYTES = 10_000_000

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_PREFIXES = {
    "x": "adobe:ns:meta/",
    "rdf": RDF,
    "dc": "http://purl.org/dc/elements/1.1/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
}
_EMPTY = (
    f'<x:xmpmeta xmlns:x="{_PREFIXES["x"]}"><rdf:RDF xmlns:rdf="{RDF}">'
    '<rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>'
).encode()
_HEAD = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = b'\n<?xpacket end="w"?>'
_DECLARED = re.compile(rb'xmlns:([A-Za-z_][\w.-]*)\s*=\s*["\']([^"\']+)["\']')
_DEFINITIONS = re.compile(rb"<!(?!--|\[CDATA\[)")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def with_words(packet: bytes | None, text: str, *, stays: Callable[[str], bool] = lambda _: False) -> bytes:
    """A packet with a text as the picture's description and its alt text.

    Args:
        packet: What is there; None for nothing.
        text: The words.
        stays: Tells whether a description or an alt text that is there is left as it is.

    Raises:
        ValueError: if the packet is no XMP, or one that defines entities.
    """
    root = _parsed(packet or _EMPTY)
    rdf = root if root.tag == f"{{{RDF}}}RDF" else root.find(f".//{{{RDF}}}RDF")
    if rdf is None:
        raise ValueError("no RDF in the packet")
    about = f"{{{RDF}}}Description"
    blocks = rdf.findall(about) or [SubElement(rdf, about, {f"{{{RDF}}}about": ""})]
    for name in (DESCRIPTION, ALT_TEXT):
        _set(blocks, name, _NOT_XML.sub("", text), stays)
    xml: bytes = ElementTree.tostring(root, "utf-8")
    return _HEAD + xml + _TAIL


def _parsed(packet: bytes) -> Element:
    if len(packet) > MAX_BYTES or _DEFINITIONS.search(packet):
        raise ValueError("not a packet that is safe to read")
    for prefix, address in (*_PREFIXES.items(), *_declared(packet)):
        if not re.fullmatch(r"ns\d+", prefix):  # the parser's own
            ElementTree.register_namespace(prefix, address)
    try:
        return ElementTree.fromstring(packet.strip(b"\0"))
    except (ElementTree.ParseError, RecursionError) as error:
        raise ValueError("not XML") from error


def _declared(packet: bytes) -> list[tuple[str, str]]:
    return [
        (prefix.decode("ascii", "ignore"), address.decode()) for prefix, address in _DECLARED.findall(packet)
    ]


def _set(blocks: list[Element], name: str, text: str, stays: Callable[[str], bool]) -> None:
    """Give a property its default-language text, in whichever block has it already."""
    for block in blocks:
        there = block.get(name)  # a short way of writing that some programs use
        if there is not None:
            if there.strip() and stays(there):
                return
            del block.attrib[name]
    found = next((part for block in blocks for part in block.findall(name)), None)
    if found is None:
        found = SubElement(blocks[0], name)
    choices = found.find(f"{{{RDF}}}Alt")
    if choices is None:
        if (words := (found.text or "").strip()) and stays(words):
            return
        found.text = None
        choices = SubElement(found, f"{{{RDF}}}Alt")
    entry = next((one for one in choices if one.get(_LANGUAGE) == "x-default"), None)
    if any((words := (one.text or "").strip()) and stays(words) for one in choices):
        return
    if entry is None:
        entry = Element(f"{{{RDF}}}li", {_LANGUAGE: "x-default"})
        choices.insert(0, entry)
    entry.text = text
