"""Own pictures become tiles through the same stages as an upload; bad data are refused with the reason."""

from __future__ import annotations

import errno
import http.server
import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.storage import zip_files
from hdr_core.training import datasets
from hdr_core.training.data import Dataset, load_sklearn_digits
from hdr_core.training.datasets import (
    check_data,
    download_mnist,
    list_data,
    load_data,
    split_validation,
    take_part,
)
from hdr_core.training.own_data import delete_data, import_pictures, rename_data, title_of
from hdr_core.training.pictures import read_pictures
from hdr_core.training.recipes import find_recipe
from hdr_core.training.settings import Settings

DIGITS = load_sklearn_digits()


def png(index: int) -> bytes:
    """A built-in digit as a small photograph: dark on white, 80 px."""
    tile = cv2.resize(DIGITS.x_train[index], (80, 80), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".png", cv2.copyMakeBorder(255 - tile, *(20,) * 4, cv2.BORDER_CONSTANT, value=255))[1].tobytes()


def few(count: int = 20) -> dict[str, bytes]:
    return {f"set/{DIGITS.y_train[index]}/{index}.png": png(index) for index in range(count)}


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def unpacked(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_zip_and_a_folder_give_the_same_tiles(tmp_path: Path) -> None:
    extra = {"__MACOSX/1/._a.png": b"x", "set/notes.txt": b"hello", "set/.hidden/3/a.png": b"x"}
    zipped = read_pictures(packed(tmp_path / "set.zip", few() | extra))
    folder = read_pictures(unpacked(tmp_path / "folder", few() | extra))
    assert sorted(zipped.labels) == sorted(folder.labels) == sorted(DIGITS.y_train[:20])
    assert {tile.tobytes() for tile in zipped.tiles} == {tile.tobytes() for tile in folder.tiles}
    assert zipped.notes == ()


def test_a_picture_becomes_the_tile_that_an_upload_would_become(tmp_path: Path) -> None:
    found = read_pictures(packed(tmp_path / "set.zip", few()))
    for tile, label, index in zip(found.tiles, found.labels, range(20), strict=True):
        original = DIGITS.x_train[index].astype(float)
        likeness = np.corrcoef(tile.ravel().astype(float), original.ravel())[0, 1]
        assert (label, likeness > 0.8) == (DIGITS.y_train[index], True)


def test_a_table_of_labels_comes_before_folder_names(tmp_path: Path) -> None:
    files = {f"all/{index}.png": png(index) for index in range(12)}
    rows = "".join(f"{index}.png,{DIGITS.y_train[index]}\n" for index in range(12))
    found = read_pictures(
        packed(tmp_path / "set.zip", files | {"all/labels.csv": b"\xef\xbb\xbffile,label\n" + rows.encode()})
    )
    assert found.labels.tolist() == DIGITS.y_train[:12].tolist()


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    read_pictures(packed(tmp_path / "set.zip", few()), lambda done, total: told.append((done, total)))
    assert told == [(place, 20) for place in range(1, 21)]


BLANK = cv2.imencode(".png", np.full((50, 50), 255, np.uint8))[1].tobytes()
ROW = cv2.imencode(".png", 255 - np.tile(cv2.copyMakeBorder(DIGITS.x_train[0], *(4,) * 4, 0), (1, 6)))[1].tobytes()

REFUSED: dict[str, tuple[dict[str, bytes], str]] = {
    "no labels": ({f"photos/{index}.png": png(index) for index in range(12)}, "No labelled pictures .*12 pictures"),
    "no pictures": ({"1/readme.txt": b"hello"}, "No labelled pictures"),
    "one class": ({f"4/{index}.png": png(index) for index in range(12)}, "All pictures show the digit 4"),
    "one of each": ({f"{digit}/a.png": png(place) for place, digit in enumerate(range(10))}, "one picture only"),
    "too few": (few(6), "Only 6 pictures can be used"),
    "no pictures in the files": (dict.fromkeys(few(), b"not a picture"), "Most of the pictures cannot be used"),
    "blank": (dict.fromkeys(few(), BLANK), "nothing is written"),
    "rows of digits": (dict.fromkeys(few(), ROW), "a row, not one digit"),
    "a table without labels": (few() | {"labels.csv": b"name;number\n1;2\n"}, "columns file and label"),
    "one digit to learn": (
        {f"train/4/{index}.png": png(index) for index in range(9)} | {"test/4/a.png": png(9), "test/5/b.png": png(10)},
        "folder train shows one digit only",
    ),
    "upwards": (few() | {"../../7/evil.png": png(1)}, "outside itself"),
    "absolute": (few() | {"/etc/7/evil.png": png(1)}, "outside itself"),
    "a bomb": (few() | {"7/bomb.png": b"\0" * 30_000_000}, "far more than it holds"),
}


@pytest.mark.parametrize(("files", "said"), REFUSED.values(), ids=REFUSED)
def test_bad_data_are_refused_with_the_reason(files: dict[str, bytes], said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=said):
        import_pictures(packed(tmp_path / "set.zip", files))
    assert list_data().keys() == {"mnist", "digits"}
    assert [path.name for path in tmp_path.iterdir()] == ["set.zip"]


def test_too_many_files_are_refused_before_any_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_files, "MAX_FILES", 10)
    with pytest.raises(DataError, match="at most 10 files"):
        read_pictures(packed(tmp_path / "set.zip", few()))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"<html>"])
def test_what_is_no_zip_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    path.write_bytes(content)
    with pytest.raises(DataError, match="no whole zip"):
        read_pictures(path)
    with pytest.raises(DataError, match="was not found"):
        read_pictures(tmp_path / "missing.zip")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "folder", few())
    (tmp_path / "secret.png").write_bytes(png(3))
    (folder / "set" / "5").mkdir(exist_ok=True)
    (folder / "set" / "5" / "link.png").symlink_to(tmp_path / "secret.png")
    assert len(read_pictures(folder).labels) == 20


def test_a_few_broken_pictures_are_left_out_and_named(tmp_path: Path) -> None:
    name = import_pictures(packed(tmp_path / "mine.zip", few() | {"3/broken.png": b"no"}))
    assert check_data(name) == name
    assert "20 own pictures (mine.zip). 1 of 21 pictures were left out: 3/broken.png" in list_data()[name]


def with_damaged(path: Path, name: str, *, byte: int = 20) -> Path:
    """The zip file, with the packed content of one member spoilt."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo(name)
    start = member.header_offset + 30 + len(member.filename.encode())
    content[start : start + byte] = b"\xff" * byte
    path.write_bytes(content)
    return path


def test_one_damaged_member_of_a_zip_is_left_out_as_it_would_be_in_a_folder(tmp_path: Path) -> None:
    name = list(few())[4]
    found = read_pictures(with_damaged(packed(tmp_path / "set.zip", few()), name))
    assert len(found.labels) == 19
    assert found.notes[0].startswith(f"1 of 20 pictures were left out: {name}: it is damaged in the zip file")


def test_a_damaged_table_of_labels_is_told(tmp_path: Path) -> None:
    files = few() | {"labels.csv": b"file,label\n" + b"".join(b"set/%d.png,1\n" % index for index in range(30))}
    with pytest.raises(DataError, match="no whole zip file"):
        read_pictures(with_damaged(packed(tmp_path / "set.zip", files), "labels.csv"))


def test_the_topmost_table_is_the_one_with_the_fewest_folders_above_it(tmp_path: Path) -> None:
    files = {f"all_digits/{index}.png": png(index) for index in range(12)}
    rows = "".join(f"{index}.png,{DIGITS.y_train[index]}\n" for index in range(12))
    deeper = {"a/b/labels.csv": b"file,label\nnothing.png,3\n"}  # a shorter path, one folder further down
    top = {"all_digits/labels.csv": f"file,label\n{rows}".encode()}
    assert read_pictures(packed(tmp_path / "set.zip", files | deeper | top)).labels.tolist() == list(
        DIGITS.y_train[:12]
    )


def test_a_list_of_data_sets_unpacks_no_tiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = import_pictures(packed(tmp_path / "mine.zip", few()))
    opened: list[str] = []
    whole = zipfile.ZipFile.open

    def noted(self: zipfile.ZipFile, member: str, *arguments: object, **options: object) -> object:
        opened.append(str(member))
        return whole(self, member, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(zipfile.ZipFile, "open", noted)
    assert name in list_data()
    assert opened == ["source.npy"]


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(DataError, match=r"No space left on device.* Make room"):
        import_pictures(packed(tmp_path / "mine.zip", few()))
    assert list((config.home_dir() / "data").iterdir()) == []


def test_imported_pictures_are_split_by_class_and_come_back_the_same(tmp_path: Path) -> None:
    name = import_pictures(packed(tmp_path / "mine.zip", few(100)), title="Mine")
    assert import_pictures(packed(tmp_path / "again.zip", few(100)), title="Mine") == name
    data = load_data(name, Settings())
    assert (len(data.y_train) + len(data.y_test), data.is_mnist) == (100, False)
    assert set(data.y_test.tolist()) == set(range(10))
    assert 15 <= len(data.y_test) <= 20
    assert not {tile.tobytes() for tile in data.x_test} & {tile.tobytes() for tile in data.x_train}


def test_an_own_set_is_renamed_and_keeps_its_name_when_it_comes_again(tmp_path: Path) -> None:
    name = import_pictures(packed(tmp_path / "mine.zip", few() | {"3/broken.png": b"no"}))
    assert title_of(name) == "mine.zip"
    rename_data(name, "  Grandma’s (1950) ")
    assert title_of(name) == "Grandma’s (1950)"
    assert list_data()[name].startswith("20 own pictures (Grandma’s (1950)). 1 of 21 pictures were left out")
    assert load_data(name, Settings()).source == list_data()[name]
    assert import_pictures(packed(tmp_path / "other.zip", few())) == name
    assert title_of(name) == "Grandma’s (1950)"
    with pytest.raises(DataError, match="needs a name"):
        rename_data(name, " ")


def test_an_own_set_is_deleted_and_begins_anew_when_it_comes_again(tmp_path: Path) -> None:
    name = import_pictures(packed(tmp_path / "mine.zip", few()))
    rename_data(name, "Old")
    delete_data(name)
    assert name not in list_data()
    assert list((config.home_dir() / "data").iterdir()) == []
    assert import_pictures(packed(tmp_path / "mine.zip", few())) == name
    assert title_of(name) == "mine.zip"


@pytest.mark.parametrize("name", ["mnist", "own-gone", "../runs/x", "own-0123456789abcdef"])
def test_only_own_sets_are_renamed_or_deleted(name: str) -> None:
    for act in (delete_data, title_of, lambda which: rename_data(which, "New")):
        with pytest.raises(DataError, match="no data set of your own"):
            act(name)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_of_labels_may_be_parted_as_spreadsheets_part_it(delimiter: str, tmp_path: Path) -> None:
    lines = ["file,label", *(f"{index}.png,{DIGITS.y_train[index]}" for index in range(12))]
    table = "\r\n".join(lines).replace(",", delimiter).encode("utf-8-sig")
    files = {f"{index}.png": png(index) for index in range(12)} | {"labels.csv": table}
    assert read_pictures(packed(tmp_path / "set.zip", files)).labels.tolist() == DIGITS.y_train[:12].tolist()


def parted(count: int = 30, tested: int = 10) -> dict[str, bytes]:
    """Digits in folders train and test, the last ``tested`` to test on."""
    places = {index: "Test" if index >= count - tested else "train" for index in range(count)}
    return {f"mine/{place}/{DIGITS.y_train[index]}/{index}.png": png(index) for index, place in places.items()}


def test_folders_called_train_and_test_are_kept_apart(tmp_path: Path) -> None:
    data = load_data(import_pictures(packed(tmp_path / "mine.zip", parted())), Settings())
    assert sorted(data.y_train) == sorted(DIGITS.y_train[:20])
    assert sorted(data.y_test) == sorted(DIGITS.y_train[20:30])
    merged = {name.replace("Test/", "train/"): content for name, content in parted().items()}
    whole = load_data(import_pictures(packed(tmp_path / "merged.zip", merged)), Settings())
    assert len(whole.y_test) < 10  # one folder alone is split as any other


def test_train_and_test_may_each_have_a_table_of_labels(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    for place, numbers in (("train", range(20)), ("test", range(20, 30))):
        files |= {f"{place}/{index}.png": png(index) for index in numbers}
        rows = "".join(f"{index}.png,{DIGITS.y_train[index]}\n" for index in numbers)
        files[f"{place}/labels.csv"] = f"file,label\n{rows}".encode()
    data = load_data(import_pictures(packed(tmp_path / "mine.zip", files)), Settings())
    assert (sorted(data.y_train), sorted(data.y_test)) == (
        sorted(DIGITS.y_train[:20]),
        sorted(DIGITS.y_train[20:30]),
    )


def test_a_damaged_import_is_told() -> None:
    folder = config.home_dir() / "data"
    folder.mkdir(parents=True)
    (folder / "own-abc.npz").write_bytes(b"PK")
    with pytest.raises(DataError, match="no data set called 'own-abc'"):
        load_data("own-abc", Settings())


def test_few_shot_takes_so_many_of_each_class() -> None:
    part = take_part(DIGITS, Settings(per_class=3))
    assert np.bincount(part.y_train).tolist() == [3] * 10
    assert len(part.y_test) == len(DIGITS.y_test)
    assert part.source.startswith("30 of 1,437 training digits")
    assert not np.array_equal(part.x_train, take_part(DIGITS, Settings(per_class=3, seed=2)).x_train)


def test_a_share_keeps_the_order_and_the_whole_stays_whole() -> None:
    part = take_part(DIGITS, Settings(share=0.1))
    assert len(part.y_train) == 144
    positions = [np.flatnonzero((DIGITS.x_train == tile).all(axis=(1, 2)))[0] for tile in part.x_train]
    assert positions == sorted(positions)
    assert take_part(DIGITS, Settings()) is DIGITS
    with pytest.raises(DataError, match="one class only"):
        take_part(DIGITS, Settings(share=0.0001))


def test_p3s_split_is_42000_and_18000() -> None:
    mnist = Dataset(np.zeros((60_000, 28, 28), np.uint8), np.arange(60_000) % 10, *(DIGITS.x_test, DIGITS.y_test), "")
    learned, watched = split_validation(mnist, find_recipe("p3-cnn").settings.validation_split)
    assert watched is not None
    assert (len(learned.y_train), len(watched.y_test)) == (42_000, 18_000)


def test_validation_is_the_last_share_as_keras_takes_it() -> None:
    learned, watched = split_validation(DIGITS, 0.3)
    assert watched is not None
    kept = int(1437 * 0.7)
    assert np.array_equal(learned.x_train, DIGITS.x_train[:kept])
    assert np.array_equal(watched.x_test, DIGITS.x_train[kept:])
    assert split_validation(DIGITS, 0.0) == (DIGITS, None)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A web server on this machine with one small file."""
    content = bytes(range(256)) * 4096

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}/mnist.npz"
        running.shutdown()
        thread.join()


def test_a_download_shows_progress_and_lands_whole(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(datasets, "_MNIST_SHA256", hashlib.sha256(bytes(range(256)) * 4096).hexdigest())
    told: list[tuple[int, int]] = []
    download_mnist(tmp_path / "cache" / "mnist.npz", lambda done, total: told.append((done, total)), server)
    assert told[-1] == (2**20, 2**20) and len(told) > 1
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["mnist.npz"]


def test_what_is_not_mnist_is_not_kept(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(DataError, match="not MNIST"):
        download_mnist(tmp_path / "mnist.npz", url=server)
    with pytest.raises(DataError, match="could not be downloaded"):
        download_mnist(tmp_path / "mnist.npz", url="http://127.0.0.1:9/mnist.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path / "set.zip", few())
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.start_dir
    content[start + 8] |= 1  # the flag of the first entry in the directory
    path.write_bytes(content)
    with pytest.raises(DataError, match="password"):
        read_pictures(path)
