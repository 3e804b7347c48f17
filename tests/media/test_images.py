"""Pictures come in upright and in RGB, whatever they were, or are refused in one sentence."""

from __future__ import annotations

import io
import os
import random
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from pictures import BLUE, GREEN, HEIC, RED, SIZE, WHITE, corners, encode, png, quarters, stored_turned
from PIL import Image, ImageCms

from imagecraft.errors import InvalidInput
from imagecraft.media import decoding, images
from imagecraft.media.images import Picture, open_image

QUARTERS = [RED, GREEN, BLUE, WHITE]
LOSSY_TOLERANCE = 12
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP", "PPM")


def assert_quarters(picture: Picture, expected: list[tuple[int, int, int]] = QUARTERS) -> None:
    assert picture.image.mode == "RGB"
    assert picture.size == SIZE
    np.testing.assert_allclose(corners(picture.image), expected, atol=LOSSY_TOLERANCE)


def refusal(source: object) -> InvalidInput:
    """The error of a refused picture, once it is known to be fit for a reader."""
    with pytest.raises(InvalidInput) as caught:
        open_image(source)  # type: ignore[arg-type]
    error = caught.value
    assert error.message.endswith(".")
    assert error.message.count(". ") == 0, "one sentence"
    assert "\n" not in str(error)
    assert "Error" not in str(error)
    assert error.hint.endswith(".")
    return error


class TestFormats:
    @pytest.mark.parametrize("format", FORMATS)
    def test_opens(self, format: str) -> None:
        assert_quarters(open_image(encode(quarters(), format)))

    def test_opens_heic(self) -> None:
        assert_quarters(open_image(HEIC))

    @pytest.mark.parametrize("format", FORMATS)
    def test_content_counts_not_the_name(self, format: str, tmp_path: Path) -> None:
        path = tmp_path / "holiday.txt"
        path.write_bytes(encode(quarters(), format))
        assert_quarters(open_image(path))
        assert_quarters(open_image(str(path)))

    def test_a_phone_s_file_of_two_jpegs_gives_the_first(self) -> None:
        data = encode(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", SIZE)])
        picture = open_image(data)
        assert_quarters(picture)
        assert picture.notices == ()

    @pytest.mark.parametrize("options", [{"progressive": True}, {"quality": 100, "subsampling": 0}])
    def test_jpeg_of_every_making(self, options: dict[str, object]) -> None:
        assert_quarters(open_image(encode(quarters(), "JPEG", **options)))

    @pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "jpeg", "packbits", "zstd", "lzma"])
    def test_tiff_of_every_compression(self, compression: str) -> None:
        assert_quarters(open_image(encode(quarters(), "TIFF", compression=compression)))

    @pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
    def test_of_several_pictures_the_first_is_taken_and_that_is_said(self, format: str) -> None:
        others = [Image.new("RGB", SIZE, color) for color in (RED, BLUE)]
        picture = open_image(encode(quarters(), format, save_all=True, append_images=others, duration=40))
        assert_quarters(picture)
        assert "only" in " ".join(picture.notices)

    @pytest.mark.parametrize("format", FORMATS)
    def test_a_single_picture_comes_without_notice(self, format: str) -> None:
        assert open_image(encode(quarters(), format)).notices == ()


class TestUpright:
    @pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_exif_orientation_is_applied_once(self, orientation: int, format: str) -> None:
        assert_quarters(open_image(stored_turned(orientation, format)))

    def test_also_for_pillow_images_and_small_results(self) -> None:
        data = stored_turned(6, "JPEG")
        assert_quarters(open_image(Image.open(io.BytesIO(data))))
        small = open_image(data, max_side=16)
        assert small.image.size == (16, 12)
        assert_quarters(small)

    @pytest.mark.filterwarnings("ignore::UserWarning:PIL")
    def test_damaged_exif_does_not_cost_the_picture(self) -> None:
        assert_quarters(open_image(encode(quarters(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff")))


class TestColour:
    def test_transparency_lies_over_white(self) -> None:
        image = quarters().convert("RGBA")
        image.paste((0, 0, 0, 0), (0, 0, 32, 24))
        image.paste((0, 0, 0, 128), (32, 0, 64, 24))
        for format in ("PNG", "WEBP", "TIFF"):
            assert_quarters(open_image(encode(image, format)), [WHITE, (127, 127, 127), BLUE, WHITE])

    def test_palette_with_and_without_transparency(self) -> None:
        palette = quarters().quantize(4)
        assert_quarters(open_image(encode(palette, "PNG")))
        red = palette.getpixel((0, 0))
        for format in ("PNG", "GIF"):
            data = encode(palette, format, transparency=red)
            assert_quarters(open_image(data), [WHITE, GREEN, BLUE, WHITE])

    def test_a_colour_that_stands_for_transparent(self) -> None:
        assert_quarters(open_image(encode(quarters(), "PNG", transparency=RED)), [WHITE, GREEN, BLUE, WHITE])

    @pytest.mark.parametrize("mode", ["L", "LA", "1"])
    def test_grey(self, mode: str) -> None:
        image = Image.new("L", SIZE)
        image.paste(255, (32, 0, 64, 48))
        white, black = (255,) * 3, (0,) * 3
        assert_quarters(open_image(encode(image.convert(mode), "PNG")), [black, white, black, white])

    def test_grey_of_sixteen_bits_keeps_its_range(self) -> None:
        levels = np.zeros((48, 64), np.uint16)
        levels[:24, 32:], levels[24:, :32], levels[24:, 32:] = 16384, 32768, 65535
        expected = [(grey,) * 3 for grey in (0, 64, 128, 255)]
        for format in ("PNG", "TIFF", "PPM"):
            picture = open_image(encode(Image.fromarray(levels), format))
            assert_quarters(picture, expected)
            assert picture.notices == ()

    def test_twelve_bits_in_sixteen_are_made_visible_and_that_is_said(self) -> None:
        levels = np.zeros((48, 64), np.uint16)
        levels[:, 32:] = 4000
        picture = open_image(encode(Image.fromarray(levels), "TIFF"))
        assert_quarters(picture, [(0,) * 3, (255,) * 3] * 2)
        assert "brightness" in picture.notices[0]

    def test_floats_and_what_is_no_number_in_them(self) -> None:
        levels = np.zeros((48, 64), np.float32)
        levels[:, 32:] = 0.5
        assert_quarters(open_image(encode(Image.fromarray(levels), "TIFF")), [(0,) * 3, (128,) * 3] * 2)
        levels[0, 0], levels[0, 1], levels[:24, 32:] = np.nan, np.inf, -3e38
        assert open_image(encode(Image.fromarray(levels), "TIFF")).notices
        assert "NaN" in str(refusal(encode(Image.fromarray(np.full((4, 4), np.nan, np.float32)), "TIFF")))

    @pytest.mark.parametrize("format", ["JPEG", "TIFF"])
    def test_cmyk(self, format: str) -> None:
        expected = [tuple(c) for c in corners(quarters().convert("CMYK").convert("RGB"))]
        assert_quarters(open_image(encode(quarters().convert("CMYK"), format)), expected)

    @pytest.mark.parametrize(
        "mode", ["P", "PA", "La", "RGBa", "RGBX", "HSV", "YCbCr", "I;16", "I;16B", "I", "F"]
    )
    def test_every_mode_of_pillow_opens_without_notice(self, mode: str) -> None:
        assert open_image(Image.new(mode, SIZE)).notices == ()

    def test_lab(self) -> None:
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        image = ImageCms.profileToProfile(quarters(), srgb, lab, outputMode="LAB")
        assert image is not None
        assert_quarters(open_image(encode(image, "TIFF")))

    def test_a_colour_profile_is_honoured(self) -> None:
        swapped = _profile_with_red_and_green_swapped()
        for mode in ("RGB", "RGBA"):
            data = encode(quarters().convert(mode), "PNG", icc_profile=swapped)
            red, green, *_ = corners(open_image(data).image)
            assert red[1] > red[0], "what the file calls red is green"
            assert green[0] > green[1]

    def test_a_damaged_colour_profile_does_not_cost_the_picture(self) -> None:
        assert_quarters(open_image(encode(quarters(), "PNG", icc_profile=b"not a profile")))


def _profile_with_red_and_green_swapped() -> bytes:
    """sRGB's profile with its red and green columns named the other way round."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"-XYZ").replace(b"gXYZ", b"rXYZ").replace(b"-XYZ", b"gXYZ")
    return swapped.replace(b"s\0R\0G\0B", b"o\0t\0h\0e")


class TestArrays:
    @pytest.mark.parametrize("mode", ["RGB", "RGBA"])
    def test_every_type(self, mode: str) -> None:
        array = np.asarray(quarters().convert(mode))
        for each in (array, array.astype(np.uint16) * 257, array / 255, array.astype(np.float32) / 255):
            assert_quarters(open_image(each))

    def test_strides_of_every_kind(self) -> None:
        array = np.asarray(quarters())
        assert_quarters(open_image(np.asfortranarray(array)))
        assert_quarters(open_image(np.ascontiguousarray(array[:, ::-1])[:, ::-1]))

    def test_grey_and_bool(self) -> None:
        ramp = np.zeros(SIZE[::-1], np.uint8)
        ramp[:, 32:] = 255
        for array in (ramp, ramp[:, :, None], ramp > 0, (ramp > 0).astype(np.float16)):
            assert_quarters(open_image(array), [(0,) * 3, WHITE] * 2)

    @pytest.mark.parametrize(
        "array",
        [
            np.zeros(12, np.uint8),
            np.zeros((0, 4, 3), np.uint8),
            np.zeros((3, 40, 50), np.uint8),
            np.zeros((40, 50, 2), np.uint8),
            np.zeros((1, 40, 50, 3), np.uint8),
            np.zeros((40, 50), np.int64),
            np.zeros((40, 50), complex),
            np.full((40, 50), None),
            np.full((40, 50), "red"),
            np.full((40, 50, 3), 255.0),
            np.full((40, 50, 3), -0.1),
            np.full((40, 50, 3), np.nan),
            np.array([[0.5, np.inf], [0.1, 0.2]]),
            np.broadcast_to(np.uint8(1), (10**6, 10**6)),
        ],
        ids=lambda array: f"{array.dtype}{array.shape}",
    )
    def test_refused(self, array: np.ndarray) -> None:
        refusal(array)


class TestSources:
    def test_a_picture_passes_through(self) -> None:
        picture = open_image(quarters())
        assert open_image(picture) is picture
        small = open_image(picture, max_side=16)
        assert small.image.size == (16, 12)
        assert small.size == SIZE

    def test_the_callers_image_stays_as_it_is(self) -> None:
        image = quarters()
        opened = open_image(image).image
        opened.paste((0, 0, 0), (0, 0, *SIZE))
        assert corners(image) == QUARTERS

    @pytest.mark.parametrize(
        "address", ["https://example.org/a.jpg", "FILE:///a.jpg", "data:image/png;base64,AA"]
    )
    def test_a_web_address_is_refused_with_the_way_out(self, address: str) -> None:
        assert "Download it first" in refusal(address).hint

    @pytest.mark.parametrize(
        "value", [None, 7, ["a.jpg"], io.BytesIO(b""), "", " ", b"", Image.new("RGB", (0, 5))]
    )
    def test_what_is_no_picture(self, value: object) -> None:
        refusal(value)

    def test_missing_folders_and_strange_names(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        assert "no file" in refusal(tmp_path / "none.jpg").message
        assert "folder" in refusal(tmp_path).message
        for path in (tmp_path / "file" / "none.jpg", "a\0b.jpg", "x" * 5000, "\x1b[2Jred\n.jpg"):
            assert "\x1b" not in str(refusal(path))

    @pytest.mark.skipif(sys.platform == "win32", reason="no such things there")
    def test_devices_and_pipes_are_not_read(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.jpg")
        for path in (tmp_path / "pipe.jpg", Path("/dev/zero")):
            assert "not an ordinary file" in refusal(path).message

    @pytest.mark.skipif(sys.platform == "win32", reason="other rules there")
    def test_a_file_that_may_not_be_read(self, plain_user_folder: Path) -> None:
        path = plain_user_folder / "secret.jpg"
        path.touch(mode=0)
        assert "may not be read" in refusal(path).message


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "empty"),
            (b"\0" * 4096, "The file is not a picture"),
            (b"Just some words, saved as .jpg.", "not a picture"),
            (b'<?xml version="1.0"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
            ("\ufeff<svg width='3'></svg>".encode(), "SVG"),
            ("<svg width='3'></svg>".encode("utf-16"), "SVG"),
            (b"<svg/>", "SVG"),
            (b"\n<!DOCTYPE html><html><p>Not found</p></html>", "web page"),
            (b"<html><body>404</body></html>", "web page"),
            (b"%PDF-1.7\n", "PDF"),
            (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
            (b"PK\x03\x04" + b"\0" * 40, "compressed"),
            (b"\0\0\0\x20ftypisom" + b"\0" * 40, "video"),
            (b"RIFF\0\0\0\0WAVEfmt ", "sound"),
            (b"\0\0\1\0\1\0\x10\x10", "icon"),
            (b"8BPS\0\1", "Photoshop"),
            (b"BM", "damaged"),
            (b"\xff\xd8\xff", "damaged"),
            (b"P6\n4 4\n255\n12", "damaged"),
        ],
    )
    def test_says_what_it_is(self, data: bytes, said: str) -> None:
        assert said in refusal(data).message

    @pytest.mark.parametrize("format", FORMATS)
    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
    def test_truncated(self, format: str, share: float) -> None:
        noise = Image.effect_noise((300, 200), 90).convert("RGB")
        data = encode(noise, format)
        assert "damaged" in refusal(data[: int(len(data) * share)]).message

    def test_a_heic_that_crashes_its_decoder_is_only_refused(self) -> None:
        data = HEIC.read_bytes()
        named = b"\0\2\0\0Exif"
        assert named in data
        assert "damaged" in refusal(data.replace(named, b"\0\2\0\0Ex\x96f")).message

    def test_a_heic_with_more_pixels_than_can_be_opened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(decoding, "MAX_PIXELS", 3000)
        assert "megapixels" in refusal(HEIC).message

    def test_truncated_heic(self) -> None:
        refusal(HEIC.read_bytes()[:-20])

    def test_more_pixels_than_can_be_opened(self) -> None:
        assert "megapixels" in refusal(png(100_000, 100_000, b"")).message
        assert "megapixels" in refusal(png(2**31 - 1, 2**31 - 1, b"")).message
        frame = b",\0\0\0\0\x40\0\x30\0"
        gif = encode(quarters(), "GIF")
        assert frame in gif
        assert "more pixels" in refusal(gif.replace(frame, b",\0\0\0\0\xff\xff\xff\xff")).message
        assert "megapixels" in refusal(b"P6\n50000 50000\n255\n").message
        webp = b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff"
        refusal(webp)

    def test_a_picture_that_unpacks_to_more_than_it_says(self) -> None:
        bomb = png(8, 8, b"\0" * 50_000_000)
        assert len(bomb) < 100_000
        assert open_image(bomb).size == (8, 8)

    def test_a_text_that_unpacks_without_end(self) -> None:
        import zlib

        text = b"Comment\0\0" + zlib.compress(b" " * 200_000_000)
        refusal(png(8, 8, b"\0" * 72, [(b"zTXt", text)]))

    def test_more_bytes_than_can_be_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(images, "MAX_BYTES", 1_000_000)
        path = tmp_path / "huge.jpg"
        with path.open("wb") as file:
            file.truncate(1_000_001)
        assert "MB" in refusal(path).message
        assert "MB" in refusal(bytes(1_000_001)).message

    def test_a_thread_is_refused_and_a_ribbon_is_not(self) -> None:
        assert "narrow" in refusal(encode(Image.new("RGB", (1, 5000)), "PNG")).message
        assert "narrow" in refusal(Image.new("RGB", (5000, 1))).message
        assert open_image(Image.new("RGB", (1000, 10))).size == (1000, 10)

    def test_one_pixel_is_a_picture(self) -> None:
        for format in FORMATS:
            assert open_image(encode(Image.new("RGB", (1, 1), RED), format), max_side=1).size == (1, 1)

    @pytest.mark.parametrize(
        ("start", "piece", "format"),
        [(2, b"\xff\xfe\0\x02", "JPEG"), (2, b"\xff", "JPEG"), (33, b"\0\0\0\0teSt\x8e\xc9\x8cT", "PNG")],
    )
    def test_a_header_of_a_million_pieces(self, start: int, piece: bytes, format: str) -> None:
        data = encode(quarters(), format)
        refusal(data[:start] + piece * 1_000_000 + data[start:])

    def test_a_gif_with_a_comment_as_long_as_a_book(self) -> None:
        data = encode(quarters(), "GIF")
        end_of_header = 13 + 3 * 2 ** ((data[10] & 7) + 1)
        comment = b"!\xfe" + (b"\xff" + b"a" * 255) * 100_000 + b"\0"
        refusal(data[:end_of_header] + comment + data[end_of_header:])

    def test_a_jpeg_of_a_thousand_layers(self) -> None:
        data = encode(Image.new("RGB", (4000, 4000)), "JPEG", progressive=True)
        last_layer = data[data.rindex(b"\xff\xda") : -2]
        assert "layers" in refusal(data[:-2] + last_layer * 1000 + data[-2:]).message


class TestSmaller:
    def test_the_size_in_the_file_is_kept(self) -> None:
        for format in FORMATS:
            picture = open_image(encode(quarters((640, 480)), format), max_side=64)
            assert picture.image.size == (64, 48)
            assert picture.size == (640, 480)
            np.testing.assert_allclose(corners(picture.image), QUARTERS, atol=LOSSY_TOLERANCE)

    def test_never_larger_and_never_nothing(self) -> None:
        assert open_image(quarters(), max_side=10_000).image.size == SIZE
        assert open_image(Image.new("RGB", (100, 1)), max_side=10).image.size == (10, 1)
        with pytest.raises(InvalidInput):
            open_image(quarters(), max_side=0)

    def test_a_phone_s_largest_jpegs_open_smaller(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(decoding, "MAX_PIXELS", 100_000)
        picture = open_image(encode(quarters((800, 600)), "JPEG"))
        assert picture.image.size == (200, 150)
        assert picture.size == (800, 600)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_files_of_every_kind_give_a_picture_or_one_sentence() -> None:
    """Some thousand files with flipped bytes and lost ends."""
    chance = random.Random(20261120)
    frames = [Image.new("RGB", SIZE, color) for color in (RED, BLUE)]
    whole = [encode(quarters(), format) for format in FORMATS]
    whole += [stored_turned(6, format) for format in ("JPEG", "PNG", "WEBP", "TIFF")]
    whole += [
        encode(quarters(), f, save_all=True, append_images=frames) for f in ("GIF", "PNG", "WEBP", "TIFF")
    ]
    whole += [encode(quarters(), "TIFF", compression=c) for c in ("tiff_lzw", "packbits")]
    whole += [encode(quarters().convert("P"), "PNG"), encode(quarters().convert("CMYK"), "JPEG")]
    whole += [encode(quarters(), "JPEG", progressive=True)]
    opened = 0
    for _ in range(3000):
        data = bytearray(chance.choice(whole))
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.choice((1, 2, 8, 40)) if data else 0):
            data[chance.randrange(min(len(data), chance.choice((64, 256, len(data)))))] = chance.randrange(
                256
            )
        with suppress(InvalidInput):
            picture = open_image(bytes(data), max_side=chance.choice((None, 16)))
            assert picture.image.mode == "RGB"
            opened += 1
    assert opened > 300, "damage that is only in the pixels leaves a picture"
