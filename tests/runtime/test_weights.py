"""Model files arrive whole, checked and once, or the user hears why not."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from filelock import FileLock

from imagecraft.errors import Cancelled, InvalidInput, ModelUnavailable, ResourceExhausted
from imagecraft.runtime import downloads, weights


def test_a_file_is_fetched_checked_and_kept(demo, site, cache, content):
    path = weights.asset_path("demo")
    assert path == cache / "demo.bin"
    assert path.read_bytes() == content
    assert weights.asset_path("demo") == path
    assert len(site.asked) == 1


def test_progress_ends_at_the_whole_file(demo):
    told = []
    weights.asset_path("demo", progress=lambda *news: told.append(news))
    assert [label for label, _, _ in told] == ["demo.bin"] * len(told)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1:] == (demo.size, demo.size)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(InvalidInput) as caught:
        weights.asset_path("efficientdet")
    assert "efficientdet_lite0" in caught.value.hint


def test_a_damaged_file_is_fetched_again(demo, cache, content):
    weights.asset_path("demo")
    (cache / "demo.bin").write_bytes(content[:-1] + b"?")
    assert weights.verify("demo").state == "damaged"
    assert weights.asset_path("demo").read_bytes() == content
    assert weights.verify("demo").state == "verified"


def test_a_truncated_file_is_fetched_again(demo, cache, content):
    cache.mkdir()
    (cache / "demo.bin").write_bytes(content[:1000])
    assert weights.asset_path("demo").read_bytes() == content


def test_a_stopped_download_goes_on_where_it_stopped(demo, site, cache, content):
    def stop_at_once(*_):
        raise Cancelled

    with pytest.raises(Cancelled):
        weights.asset_path("demo", progress=stop_at_once)
    kept = (cache / "demo.bin.part").stat().st_size
    assert 0 < kept < demo.size
    assert not (cache / "demo.bin").exists()
    assert weights.status("demo").state == "partial"
    assert weights.status("demo").bytes_on_disk == kept
    assert weights.asset_path("demo").read_bytes() == content
    assert site.asked[-1][1] == f"bytes={kept}-"
    assert not (cache / "demo.bin.part").exists()


def test_a_cut_connection_is_taken_up_again_by_itself(demo, site, content):
    site.cut_after = [400_000, 300_000]
    assert weights.asset_path("demo").read_bytes() == content
    assert [wanted for _, wanted in site.asked] == ["", "bytes=400000-", "bytes=700000-"]


def test_a_connection_that_keeps_breaking_is_given_up_and_its_part_kept(demo, site, cache, content):
    site.cut_after = [1000, 1000, 1000]
    with pytest.raises(ModelUnavailable) as caught:
        weights.asset_path("demo")
    assert "the connection broke after 3000 of 1000000 bytes" in caught.value.hint
    assert weights.asset_path("demo").read_bytes() == content
    assert site.asked[-1][1] == "bytes=3000-"


def test_a_server_without_ranges_starts_over(demo, site, cache, content):
    site.knows_ranges = False
    cache.mkdir()
    (cache / "demo.bin.part").write_bytes(content[:500])
    assert weights.asset_path("demo").read_bytes() == content


@pytest.mark.parametrize("length", [500, 1_000_000, 1_000_500])
def test_a_part_with_wrong_bytes_is_thrown_away(demo, cache, content, length):
    cache.mkdir()
    (cache / "demo.bin.part").write_bytes(b"?" * length)
    assert weights.asset_path("demo").read_bytes() == content


@pytest.mark.parametrize("kept", [0, 500])
def test_a_server_with_other_bytes_is_refused(demo, site, cache, content, kept):
    site.files["/demo.bin"] = b"!" + content[1:]
    if kept:
        cache.mkdir()
        (cache / "demo.bin.part").write_bytes(b"?" * kept)
    with pytest.raises(ModelUnavailable, match="sha256 differs"):
        weights.asset_path("demo")
    assert [path.suffix for path in cache.iterdir()] == [".lock"]


@pytest.mark.parametrize("kept", [0, 500, 5_000])
@pytest.mark.parametrize("body", [b"<html>Sign in to use this network</html>", b"x" * 2_000_000])
def test_a_server_with_a_file_of_another_size_is_refused(demo, site, cache, body, kept):
    site.files["/demo.bin"] = body
    if kept:
        cache.mkdir()
        (cache / "demo.bin.part").write_bytes(b"?" * kept)
    with pytest.raises(ModelUnavailable, match="a file of another size"):
        weights.asset_path("demo")


def test_when_every_source_fails_the_error_says_why_each_did(demo, site, catalogue):
    catalogue(replace(demo, name="deeplab_v3", url=f"{site.url}/gone.bin"))
    with pytest.raises(ModelUnavailable) as caught:
        weights.asset_path("deeplab_v3")
    assert "'grounded' needs demo.bin (1.0 MB)" in caught.value.message
    for words in (
        "local folder: IMAGECRAFT_WEIGHTS is not set",
        "official address: the server answered 404 Not Found",
        "wheel: none carries it",
        "`imagecraft models download grounded`",
    ):
        assert words in caught.value.hint


def test_a_host_that_is_not_there_is_named_as_such(demo, catalogue):
    catalogue(replace(demo, url="https://nowhere.invalid/demo.bin"))
    with pytest.raises(ModelUnavailable, match="its host was not found"):
        weights.asset_path("demo")


def test_a_closed_port_is_named_as_such(demo, catalogue):
    catalogue(replace(demo, url="http://127.0.0.1:9/demo.bin"))
    with pytest.raises(ModelUnavailable, match="connection refused"):
        weights.asset_path("demo")


def test_a_server_that_never_answers_is_given_up(demo, site, monkeypatch):
    monkeypatch.setattr(downloads, "ANSWER_SECONDS", 0.05)
    test_is_over = threading.Event()
    site.before_answer = lambda _: test_is_over.wait(30)
    try:
        with pytest.raises(ModelUnavailable, match="no answer within"):
            weights.asset_path("demo")
    finally:
        test_is_over.set()


@pytest.mark.parametrize("switch", ["IMAGECRAFT_OFFLINE", "HF_HUB_OFFLINE"])
def test_offline_nothing_is_asked(demo, site, monkeypatch, switch):
    monkeypatch.setenv(switch, "1")
    with pytest.raises(ModelUnavailable) as caught:
        weights.asset_path("demo")
    assert f"{switch} is set" in caught.value.hint
    assert site.asked == []


def test_offline_a_file_that_is_there_still_serves(demo, monkeypatch, content):
    weights.asset_path("demo")
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    assert weights.asset_path("demo").read_bytes() == content


def test_a_file_brought_by_hand_is_used_in_place(demo, site, tmp_path, monkeypatch, content, cache):
    brought = tmp_path / "stick"
    brought.mkdir()
    (brought / "demo.bin").write_bytes(content)
    monkeypatch.setenv("IMAGECRAFT_WEIGHTS", str(brought))
    assert weights.asset_path("demo") == brought / "demo.bin"
    assert weights.status("demo").state == "present"
    assert site.asked == []
    assert not cache.exists()


def test_a_wrong_file_brought_by_hand_is_named_and_not_used(demo, tmp_path, monkeypatch, cache, caplog, site):
    (tmp_path / "demo.bin").write_bytes(b"?" * demo.size)
    monkeypatch.setenv("IMAGECRAFT_WEIGHTS", str(tmp_path))
    assert weights.asset_path("demo") == cache / "demo.bin"
    assert "damaged or another version" in caplog.text
    (cache / "demo.bin").unlink()
    del site.files["/demo.bin"]
    with pytest.raises(
        ModelUnavailable, match=r"local folder: demo\.bin in .* is damaged or another version"
    ):
        weights.asset_path("demo")


def test_a_file_changed_while_the_program_runs_is_noticed(demo, cache, content):
    path = weights.asset_path("demo")
    before = path.stat()
    path.write_bytes(content[:-1] + b"?")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert weights.asset_path("demo").read_bytes() == content


def test_a_cache_that_cannot_be_written_gives_way_to_a_private_folder(demo, cache, content, caplog, site):
    cache.write_text("a file where the folder should be")
    path = weights.asset_path("demo")
    assert path.read_bytes() == content
    assert path.parent.stat().st_mode & 0o077 == 0
    assert "model files go to" in caplog.text
    assert weights.asset_path("demo") == path
    assert len(site.asked) == 1


def test_a_spare_folder_open_to_others_is_not_trusted(demo, cache, tmp_path):
    cache.write_text("")
    spare = tmp_path / "tmp" / f"imagecraft-{os.getuid()}"
    spare.mkdir()
    spare.chmod(0o777)
    with pytest.raises(ModelUnavailable) as caught:
        weights.asset_path("demo")
    assert "belongs to someone else" in caught.value.message
    assert "IMAGECRAFT_CACHE" in caught.value.hint


def test_with_no_folder_to_write_to_the_error_names_them(demo, cache, tmp_path):
    cache.write_text("")
    (tmp_path / "tmp").rmdir()
    (tmp_path / "tmp").write_text("")
    with pytest.raises(ModelUnavailable) as caught:
        weights.asset_path("demo")
    assert str(cache) in caught.value.message
    assert str(tmp_path / "tmp") in caught.value.message


def test_a_file_in_a_cache_that_cannot_be_written_is_used(demo, cache, content, monkeypatch):
    weights.asset_path("demo")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    assert weights.asset_path("demo") == cache / "demo.bin"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_named_as_such(demo, cache):
    cache.mkdir()
    (cache / "demo.bin.part").symlink_to("/dev/full")
    with pytest.raises(ResourceExhausted, match=r"The disk is full: demo\.bin needs 1\.0 MB"):
        weights.asset_path("demo")


def test_threads_that_ask_at_once_fetch_once(demo, site, content):
    start = threading.Barrier(8)

    def ask(_: int) -> bytes:
        start.wait(30)
        return weights.asset_path("demo").read_bytes()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {content}
    assert len(site.asked) == 1


PROCESS = """
import json, sys
from imagecraft.runtime import weights
asset = weights.Asset(**json.loads(sys.argv[1]))
weights.assets = lambda: {asset.name: asset}
print("asking", flush=True)
print(weights.asset_path(asset.name), flush=True)
"""


def test_processes_that_ask_at_once_fetch_once(demo, site, cache):
    all_ask = threading.Event()
    site.before_answer = lambda _: all_ask.wait(60)
    command = [sys.executable, "-c", PROCESS, json.dumps(asdict(demo))]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.stdout.readline() for process in processes] == ["asking\n"] * 3
    all_ask.set()
    assert [process.communicate(timeout=60)[0].strip() for process in processes] == [
        str(cache / "demo.bin")
    ] * 3
    assert len(site.asked) == 1


def test_waiting_for_another_process_ends_with_words(demo, cache):
    cache.mkdir()
    with FileLock(cache / "demo.bin.lock"), pytest.raises(ModelUnavailable, match="Another process has been"):
        weights.fetch("demo", lock_wait_seconds=0)


def test_every_asset_of_the_product_says_where_it_comes_from():
    for asset in weights.assets().values():
        assert asset.url.startswith("https://")
        assert len(bytes.fromhex(asset.sha256)) == 32
        assert Path(asset.file).name == asset.file
        assert asset.size > 0


@pytest.fixture
def twice_published(site, content, catalogue):
    """An asset of which two builds are right; the site has only the second."""
    site.files["/second.bin"] = content
    second = weights.Alternate(hashlib.sha256(content).hexdigest(), f"{site.url}/second.bin")
    first = ("demo", "Random bytes", "demo.bin", len(content), "0" * 64, f"{site.url}/first.bin")
    catalogue(weights.Asset(*first, alternates=(second,)))


def test_another_build_of_the_same_thing_is_fetched_where_the_first_is_gone(twice_published, content):
    assert weights.asset_path("demo").read_bytes() == content
    assert weights.verify("demo").state == "verified"


def test_another_build_brought_by_hand_is_taken(twice_published, site, content, tmp_path, monkeypatch):
    (tmp_path / "demo.bin").write_bytes(content)
    monkeypatch.setenv("IMAGECRAFT_WEIGHTS", str(tmp_path))
    assert weights.asset_path("demo") == tmp_path / "demo.bin"
    assert not site.asked


def test_a_build_that_is_neither_is_refused(twice_published, site, content):
    site.files["/second.bin"] = bytes(len(content))
    with pytest.raises(ModelUnavailable, match=r"404.*not the right one"):
        weights.asset_path("demo")
