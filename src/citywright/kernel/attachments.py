"""Attachments: told by content, never by name; kept once by the hash of the content; never executed."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.conf import settings
from django.db import transaction

from . import access, journal
from .errors import Refusal
from .models import Attachment, Organisation, Person

CHUNK = 64 * 1024
MEGABYTE = 1024 * 1024
#: Every kind that is kept, and as what it is served.
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "doc": "application/msword",
    "csv": "text/csv",
    "txt": "text/plain",
}
SHEETS = frozenset({"xlsx", "xls", "csv"})
IMAGES = frozenset({"png", "jpg", "webp"})
#: First bytes, and the kind they tell; office files need a second look.
MAGIC = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"PK\x03\x04", "zip"),
         (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"))
#: An office file unpacks to at most so much, from at most so many parts, at most so many times its size.
UNPACKED, PARTS, RATIO, RATIO_FROM = 256 * MEGABYTE, 5_000, 150, 16 * MEGABYTE
#: Further answers to "may this person read this attachment?", hung up by the packages that attach files to rows.
DOORS: list[Callable[[Person, Attachment], bool]] = []


class CannotKeep(Refusal):
    """The file is too large, empty, damaged, of a kind that is not taken, or could run something."""


class Source(Protocol):
    """Anything that is read piece by piece: an upload, an open file."""

    def read(self, size: int, /) -> bytes: ...


@transaction.atomic
def keep(*, name: str, stream: Source, by: Person, organisation: Organisation | None, at: datetime,
         allow: Collection[str] = tuple(TYPES)) -> Attachment:
    """The file is stored and named; its size and content were checked while it came in, piece by piece.

    The name's ending is set to what the content is. A file whose transaction fails stays behind nameless, by its hash.
    """
    draft, digest, size = _receive(stream)
    try:
        kind = kind_of(draft, name)
        if kind not in allow:
            raise CannotKeep("这里只收%(wanted)s文件，收到的是%(kind)s", wanted=list(allow), kind=kind)
        kept = Attachment(name=clean_name(name, kind), content_type=TYPES[kind], size=size, sha256=digest,
                          organisation=organisation, uploaded_by=by, uploaded_at=at)
        _settle(draft, path_of(kept))
    finally:
        draft.unlink(missing_ok=True)
    kept.save(force_insert=True)
    journal.write(verb="attachment.kept", by=by, at=at, subject=kept, unit=organisation,
                  data={"name": kept.name, "size": size, "sha256": digest})
    return kept


def path_of(attachment: Attachment) -> Path:
    """Where the content lies; the file has no ending, so readers must go by content."""
    return Path(settings.MEDIA_ROOT) / attachment.sha256[:2] / attachment.sha256


def readable_by(person: Person, attachment: Attachment) -> bool:
    """Whether the person uploaded it, reaches its organisation, or one of DOORS opens."""
    if attachment.uploaded_by_id == person.pk:
        return True
    seen, unit = access.reach(person), attachment.organisation
    if unit is not None and (unit.pk in seen.units or any(unit.area.path.startswith(path) for path in seen.paths)):
        return True
    return any(door(person, attachment) for door in DOORS)


def kind_of(path: Path, name: str = "") -> str:
    """The kind a file's content tells, one of TYPES; refuses archives, macros, locked and unknown content.

    `name` only decides between csv and txt, which nothing in the content tells apart.
    """
    with path.open("rb") as file:
        head = file.read(32)
    magic = next((kind for start, kind in MAGIC if head.startswith(start)), "")
    if magic == "zip":
        return _office_kind(path)
    if magic == "ole":
        return _old_office_kind(path)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if magic:
        return magic
    if _is_text(path):
        return "csv" if name.lower().endswith(".csv") else "txt"
    raise CannotKeep("认不出这是什么文件；可收：%(kinds)s", kinds=list(TYPES))


def clean_name(name: str, kind: str) -> str:
    """The last part of the name without what could mislead, at most 120 characters, ending in what the file is."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if c not in '<>:"|?*' and unicodedata.category(c)[0] != "C").strip(" .")
    stem, ending = PurePosixPath(shown).stem, PurePosixPath(shown).suffix.lower().lstrip(".")
    same = ending == kind or (ending, kind) == ("jpeg", "jpg")
    return f"{(stem or '附件')[:110]}.{ending if same else kind}"


def _receive(stream: Source) -> tuple[Path, str, int]:
    """The stream as a file of the owner's only, its SHA-256 and size; refuses as soon as it grows too large."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, place = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(descriptor, "wb") as file:
            while piece := stream.read(CHUNK):
                size += len(piece)
                if size > settings.MAX_UPLOAD:
                    raise CannotKeep("文件超过%(limit)s MB，请拆分后再传", limit=settings.MAX_UPLOAD // MEGABYTE)
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise CannotKeep("文件是空的")
    except BaseException:
        Path(place).unlink(missing_ok=True)
        raise
    return Path(place), digest.hexdigest(), size


def _settle(draft: Path, place: Path) -> None:
    """The draft lies at its place, whole or not at all; the same content is stored once."""
    if place.exists():
        return
    place.parent.mkdir(exist_ok=True, mode=0o700)
    draft.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _office_kind(path: Path) -> str:
    """xlsx or docx; refuses other archives, bombs, macros and damage."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename.lower() for part in parts}
            if "[content_types].xml" not in names:
                raise CannotKeep("不收压缩包，请解压后上传其中的文件")
            _refuse_bomb(parts)
            if any(name.endswith("vbaproject.bin") for name in names):
                raise CannotKeep("文件带有宏，请另存为不含宏的 .xlsx 或 .docx 再上传")
            if archive.testzip() is not None:
                raise CannotKeep("文件已损坏，打不开")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise CannotKeep("文件已损坏，打不开") from error
    for folder, kind in (("xl/", "xlsx"), ("word/", "docx")):
        if any(name.startswith(folder) for name in names):
            return kind
    raise CannotKeep("认不出这是什么文件；可收：%(kinds)s", kinds=list(TYPES))


def _refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse what unpacks to too much; reading the parts afterwards shows whether the sizes were honest."""
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > PARTS or unpacked > UNPACKED or (unpacked > RATIO_FROM and unpacked > RATIO * max(packed, 1)):
        raise CannotKeep("文件解开后过大（%(size)s MB），疑似压缩炸弹，已拒收", size=unpacked // MEGABYTE)


def _old_office_kind(path: Path) -> str:
    """xls or doc by the names of the streams inside; refuses macros and locked files."""
    content = path.read_bytes()

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") + b"\0\0" in content

    if holds("_VBA_PROJECT") or holds("_VBA_PROJECT_CUR"):
        raise CannotKeep("文件带有宏，请另存为不含宏的 .xlsx 或 .docx 再上传")
    if holds("EncryptedPackage"):
        raise CannotKeep("文件设有密码，请取消密码后再上传")
    if holds("Workbook") or holds("Book"):
        return "xls"
    if holds("WordDocument"):
        return "doc"
    raise CannotKeep("认不出这是什么文件；可收：%(kinds)s", kinds=list(TYPES))


def _is_text(path: Path) -> bool:
    """Whether the content reads as UTF-8 or GB 18030 without control characters."""
    return any(_reads_as(path, encoding) for encoding in ("utf-8", "gb18030"))


def _reads_as(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while piece := file.read(CHUNK):
                if re.search(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]", decoder.decode(piece)):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
