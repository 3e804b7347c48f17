"""Words put into pictures' files: another program finds them, and nothing else has changed."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import ExifTags, Image

from imagecraft.media import tiff_tags
from imagecraft.media.described import NotHeld, described, new_xmp

TEXT = "A café, <b>bright</b> & warm."
DESCRIPTION = ExifTags.Base.ImageDescription
WRITTEN = (DESCRIPTION, 700)
POINTERS = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
IPTC = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
CREATOR = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" photoshop:Credit="Ana">{more}'
    "<dc:creator><rdf:Seq><rdf:li>Ana</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def picture() -> Image.Image:
    image = Image.effect_noise((48, 32), 60).convert("RGB")
    image.putpixel((0, 0), (255, 0, 0))
    return image


def camera_exif() -> Image.Exif:
    """What a camera writes: a turned picture, its maker, a date, a place, notes."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Kamera"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = b"own offsets \x01\x02"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 12.0, 30.0)
    return exif


def saved(format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture().save(buffer, format, **options)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def packet(image: Image.Image) -> ElementTree.Element:
    found = image.info.get("xmp") or getattr(image, "tag_v2", {}).get(700)
    if isinstance(found, str):
        found = found.encode()
    assert found
    return ElementTree.fromstring(found.strip(b"\0"))


def said(root: ElementTree.Element, name: str) -> str | None:
    return root.findtext(f".//{name}/{RDF}Alt/{RDF}li")


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("JPEG", {"quality": 80}),
        ("PNG", {}),
        ("WEBP", {"quality": 80}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
    ],
)
@pytest.mark.parametrize("with_exif", [True, False])
def test_the_words_are_found_and_pixels_and_camera_data_stay(format, options, with_exif):
    exif = {"exif": camera_exif()} if with_exif else {}
    before = saved(format, **options, **exif)
    after = described(before, TEXT)
    image = opened(after)
    assert image.tobytes() == opened(before).tobytes()
    found = Image.open(io.BytesIO(after)).getexif()  # Pillow forgets a TIFF's turn once its pixels are loaded
    assert found[DESCRIPTION].encode("latin-1", "surrogateescape").decode("utf-8") == TEXT
    assert said(packet(image), f"{DC}description") == TEXT
    assert said(packet(image), f"{IPTC}AltTextAccessibility") == TEXT
    old = Image.open(io.BytesIO(before)).getexif()
    assert {tag: value for tag, value in found.items() if tag not in (*WRITTEN, *POINTERS)} == {
        tag: value for tag, value in old.items() if tag not in (*WRITTEN, *POINTERS)
    }
    for part in POINTERS:
        assert found.get_ifd(part) == old.get_ifd(part)
    if with_exif:
        assert (found[ExifTags.Base.Orientation], found[ExifTags.Base.Make]) == (6, "Kamera")
    if with_exif and format != "TIFF":  # Pillow writes no places into TIFF files
        assert found.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] == (48.0, 12.0, 30.0)


def test_jpeg_keeps_profile_comment_and_every_byte_of_the_scan():
    before = saved("JPEG", icc_profile=b"profile" * 99, comment=b"by hand", quality=85)
    after = described(before, TEXT)
    image = opened(after)
    assert image.info["icc_profile"] == b"profile" * 99
    assert image.info["comment"] == b"by hand"
    scan = before.index(b"\xff\xdb")
    assert after.endswith(before[scan:])


def test_other_metadata_in_a_packet_stays():
    before = saved("JPEG", xmp=CREATOR.format(more="").encode())
    root = packet(opened(described(before, TEXT)))
    assert root.findtext(f".//{DC}creator/{RDF}Seq/{RDF}li") == "Ana"
    assert root.find(f".//{RDF}Description").get("{http://ns.adobe.com/photoshop/1.0/}Credit") == "Ana"
    assert said(root, f"{DC}description") == TEXT


@pytest.mark.parametrize("keep", [True, False])
def test_what_a_person_wrote_stays_unless_it_is_to_be_replaced(keep):
    theirs = "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Mine.</rdf:li></rdf:Alt></dc:description>"
    exif = Image.Exif()
    exif[DESCRIPTION] = "Mine."
    before = saved("JPEG", xmp=CREATOR.format(more=theirs).encode(), exif=exif)
    image = opened(described(before, "Theirs.", keep=keep))
    wanted = "Mine." if keep else "Theirs."
    assert image.getexif()[DESCRIPTION] == wanted
    assert said(packet(image), f"{DC}description") == wanted
    assert said(packet(image), f"{IPTC}AltTextAccessibility") == "Theirs."


def test_writing_twice_is_writing_once():
    once = described(saved("PNG"), TEXT)
    assert described(once, TEXT) == once


def test_a_packet_that_defines_entities_is_not_read():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
    with pytest.raises(NotHeld):
        described(saved("JPEG", xmp=bomb), TEXT)


@pytest.mark.parametrize("format", ["GIF", "BMP", "PPM"])
def test_formats_that_hold_no_words_say_so(format):
    with pytest.raises(NotHeld):
        described(saved(format), TEXT)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_file_cut_off_anywhere_never_becomes_a_broken_write(format):
    whole = saved(format, exif=camera_exif())
    for end in range(4, min(len(whole), 400), 7):
        try:
            described(whole[:end], TEXT)
        except NotHeld:
            continue


def test_the_values_of_a_directory_are_not_moved():
    old = saved("TIFF")
    new = tiff_tags.with_values(old, {tiff_tags.IMAGE_DESCRIPTION: (tiff_tags.ASCII, b"words\0")})
    assert new[8 : len(old)] == old[8:]
    assert struct.unpack_from("<I", new, 4)[0] >= len(old)


def test_an_xmp_file_of_its_own():
    root = ElementTree.fromstring(new_xmp("Wet \x0b paper"))
    assert said(root, f"{DC}description") == "Wet  paper"


def test_an_example_keeps_its_pixels():
    before = (Path(__file__).parents[2] / "examples" / "chelsea.jpg").read_bytes()
    assert opened(described(before, TEXT)).tobytes() == opened(before).tobytes()
