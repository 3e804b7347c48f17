"""A file that is being written appears whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from imagecraft.errors import InvalidInput, ResourceExhausted
from imagecraft.media.files import replacing


def write(target: str | Path, text: str = "new") -> None:
    with replacing(target) as temporary:
        temporary.write_text(text)


def only_file_in(folder: Path) -> str:
    (path,) = folder.iterdir()
    return path.read_text()


def test_makes_a_file_and_replaces_one(tmp_path: Path) -> None:
    target = tmp_path / "out.wav"
    write(target, "first")
    write(str(target), "second")
    assert only_file_in(tmp_path) == "second"


def test_what_is_to_last_is_on_the_disk_before_it_takes_the_place_and_its_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[int, str]] = []
    target = tmp_path / "photo.jpg"
    target.write_text("old")

    def fsync(handle: int) -> None:
        synced.append((os.fstat(handle).st_ino, target.read_text()))

    monkeypatch.setattr(os, "fsync", fsync)
    write(target)
    assert synced == []
    with replacing(target, lasting=True) as temporary:
        temporary.write_text("newest")
    assert synced == [(target.stat().st_ino, "new"), (tmp_path.stat().st_ino, "newest")]


def test_works_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write("out.wav")
    assert only_file_in(tmp_path) == "new"


def test_the_temporary_file_is_a_neighbour_of_the_same_kind(tmp_path: Path) -> None:
    target = tmp_path / "sound.of.rain.flac"
    with replacing(target) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".flac"
        assert not target.exists()
    assert target.exists()


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, InvalidInput])
def test_a_failure_leaves_everything_as_it_was(failure: type[BaseException], tmp_path: Path) -> None:
    target = tmp_path / "out.wav"
    target.write_text("old")

    def fail() -> None:
        with replacing(target) as temporary:
            temporary.write_text("half of the n")
            raise failure("stopped")

    with pytest.raises(failure, match="stopped"):
        fail()
    assert only_file_in(tmp_path) == "old"


def test_many_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    texts = [f"{letter}" * 100_000 for letter in "abcdefgh"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: write(target, text), texts * 4))
    assert only_file_in(tmp_path) in texts


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_to_be_full(code: int, tmp_path: Path) -> None:
    def fill() -> None:
        with replacing(tmp_path / "out.wav"):
            raise OSError(code, os.strerror(code))

    with pytest.raises(ResourceExhausted, match="disk is full"):
        fill()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["", ".", "/", "folder", "folder/", "missing/out.wav", "file/out.wav", "a\0b", "x" * 300]
)
def test_a_place_where_no_file_can_be_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("old")
    with pytest.raises(InvalidInput) as caught:
        write(name and str(tmp_path / name) if name != "." else ".")
    assert caught.value.hint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(sys.platform == "win32", reason="other rules there")
class TestOnPosix:
    def test_permissions_follow_the_umask_or_the_file_that_was_there(self, tmp_path: Path) -> None:
        target = tmp_path / "out.wav"
        before = os.umask(0o027)
        try:
            write(target)
            assert stat.S_IMODE(target.stat().st_mode) == 0o640
            target.chmod(0o604)
            write(target)
            assert stat.S_IMODE(target.stat().st_mode) == 0o604
        finally:
            os.umask(before)

    def test_a_link_is_followed(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        link = tmp_path / "out.wav"
        link.symlink_to(tmp_path / "real" / "sound.wav")
        write(link, "first")
        write(link, "second")
        assert link.is_symlink()
        assert only_file_in(tmp_path / "real") == "second"

    def test_devices_and_pipes_are_left_alone(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.wav")
        for target in (tmp_path / "pipe.wav", Path("/dev/null")):
            with pytest.raises(InvalidInput, match="not an ordinary file"):
                write(target)
        assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)

    def test_a_folder_or_file_that_may_not_be_written(self, plain_user_folder: Path) -> None:
        target = plain_user_folder / "out.wav"
        target.write_text("old")
        target.chmod(0o400)
        with pytest.raises(InvalidInput, match="write-protected"):
            write(target)
        plain_user_folder.chmod(0o500)
        with pytest.raises(InvalidInput, match="permission denied") as caught:
            write(plain_user_folder / "other.wav")
        assert "folder" in caught.value.hint
        assert only_file_in(plain_user_folder) == "old"
