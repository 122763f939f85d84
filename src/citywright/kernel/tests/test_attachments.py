"""Attachments: told by content, limited, kept once, handed only to those who may have them."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from citywright.kernel import attachments
from citywright.kernel.attachments import CannotKeep, clean_name, keep
from citywright.kernel.models import Area, Attachment, JournalEntry, Organisation, Person
from citywright.kernel.words import Role

from .conftest import Grants

PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def office(*names: str, content: bytes = b"<x/>") -> bytes:
    """A zip with the parts named; "[Content_Types].xml" comes first."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, content)
    return file.getvalue()


def ole(stream: str) -> bytes:
    return OLE + stream.encode("utf-16-le") + b"\0\0" * 8


@pytest.fixture()
def clerk(opened: Grants, unit: Organisation) -> Person:
    return opened("clerk", Role.CLERK, unit, unit.area)


@pytest.fixture()
def kept(clerk: Person, unit: Organisation, at: datetime, media: Path) -> Attachment:
    return keep(name="开工令.pdf", stream=io.BytesIO(PDF), by=clerk, organisation=unit, at=at)


class TestKindOf:
    @pytest.mark.parametrize(
        ("content", "name", "kind"),
        [
            (PDF, "a.exe", "pdf"),
            (PNG, "", "png"),
            (b"\xff\xd8\xff\xe0 JFIF", "", "jpg"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "", "webp"),
            (office("xl/workbook.xml"), "a.docx", "xlsx"),
            (office("word/document.xml"), "", "docx"),
            (ole("Workbook"), "", "xls"),
            (ole("WordDocument"), "", "doc"),
            ("项目,总投资\n一,1.2亿\n".encode(), "a.CSV", "csv"),
            ("项目,总投资\r\n".encode("gbk"), "a.csv", "csv"),
            ("\ufeff项目\n".encode(), "a", "txt"),
            (b"<html><script>alert(1)</script>", "a.html", "txt"),
        ],
    )
    def test_goes_by_content(self, tmp_path: Path, content: bytes, name: str, kind: str) -> None:
        place = tmp_path / "x"
        place.write_bytes(content)
        assert attachments.kind_of(place, name) == kind

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"MZ\x90\0\x03\0\0\0", "认不出"),
            (b"\x7fELF\x02\x01\x01\0", "认不出"),
            (b"text with a \0 inside", "认不出"),
            (b"\xff\xfe\x81", "认不出"),
            (office("ppt/presentation.xml"), "认不出"),
            (OLE, "认不出"),
            (b"PK\x03\x04 but no archive", "已损坏"),
            (office("xl/workbook.xml")[:-30], "已损坏"),
            (office("xl/workbook.xml").replace(b"[Content_Types].xml", b"some_other_thing.x"), "不收压缩包|已损坏"),
            (office("xl/workbook.xml", "xl/vbaProject.bin"), "带有宏"),
            (office("word/document.xml", "word/VBAPROJECT.BIN"), "带有宏"),
            (ole("Workbook") + ole("_VBA_PROJECT_CUR"), "带有宏"),
            (ole("WordDocument") + ole("_VBA_PROJECT"), "带有宏"),
            (ole("EncryptedPackage"), "设有密码"),
        ],
    )
    def test_refuses_by_name(self, tmp_path: Path, content: bytes, why: str) -> None:
        place = tmp_path / "x"
        place.write_bytes(content)
        with pytest.raises(CannotKeep, match=why):
            attachments.kind_of(place, "台账.xlsx")

    def test_refuses_an_archive(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "x", "w") as archive:
            archive.writestr("xl/workbook.xml", "x")
        with pytest.raises(CannotKeep, match="不收压缩包"):
            attachments.kind_of(tmp_path / "x")

    def test_refuses_a_bomb_by_what_it_would_unpack_to(self, tmp_path: Path) -> None:
        (tmp_path / "x").write_bytes(office("xl/workbook.xml", content=b"0" * (20 << 20)))
        with pytest.raises(CannotKeep, match="压缩炸弹"):
            attachments.kind_of(tmp_path / "x")

    def test_refuses_a_bomb_of_many_parts(self, tmp_path: Path) -> None:
        (tmp_path / "x").write_bytes(office(*[f"xl/{n}" for n in range(attachments.PARTS)], content=b""))
        with pytest.raises(CannotKeep, match="压缩炸弹"):
            attachments.kind_of(tmp_path / "x")

    def test_refuses_a_part_that_lies_about_its_size(self, tmp_path: Path) -> None:
        honest = office("xl/workbook.xml", content=b"0" * 5_000_000)
        size = (5_000_000).to_bytes(4, "little")
        (tmp_path / "x").write_bytes(honest.replace(size, (50).to_bytes(4, "little")))
        with pytest.raises(CannotKeep, match="已损坏"):
            attachments.kind_of(tmp_path / "x")

    @given(st.binary(min_size=1, max_size=300))
    def test_any_content_is_told_or_refused(self, tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
        place = tmp_path_factory.getbasetemp() / "any"
        for start in (b"", *[magic for magic, _ in attachments.MAGIC]):
            place.write_bytes(start + content)
            try:
                assert attachments.kind_of(place) in attachments.TYPES
            except CannotKeep as refusal:
                assert str(refusal)


class TestCleanName:
    @pytest.mark.parametrize(
        ("name", "kind", "clean"),
        [
            ("开工令.pdf", "pdf", "开工令.pdf"),
            ("../../etc/passwd", "txt", "passwd.txt"),
            ("C:\\报表\\三月.XLSX", "xlsx", "三月.xlsx"),
            ("photo.JPEG", "jpg", "photo.jpeg"),
            ("evil.exe", "pdf", "evil.pdf"),
            ("gnp\u202e.pdf", "png", "gnp.png"),
            ("a\r\nb\0<c>.csv", "csv", "abc.csv"),
            (".htaccess", "txt", "htaccess.txt"),
            ("", "png", "附件.png"),
            ("..", "png", "附件.png"),
            ("长" * 300 + ".pdf", "pdf", "长" * 110 + ".pdf"),
        ],
    )
    def test_keeps_the_last_part_and_ends_in_what_it_is(self, name: str, kind: str, clean: str) -> None:
        assert clean_name(name, kind) == clean

    @given(st.text(), st.sampled_from(sorted(attachments.TYPES)))
    def test_is_always_a_plain_name(self, name: str, kind: str) -> None:
        clean = clean_name(name, kind)
        assert 0 < len(clean) <= 120
        assert not set(clean) & set('/\\\0\r\n"<>')
        assert not clean.startswith(".")


@pytest.mark.django_db
class TestKeep:
    def test_stores_by_hash_readable_by_the_owner_only(self, kept: Attachment, media: Path) -> None:
        place = attachments.path_of(kept)
        assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
        assert place == media / kept.sha256[:2] / kept.sha256
        assert place.read_bytes() == PDF
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert (kept.name, kept.content_type, kept.size) == ("开工令.pdf", "application/pdf", len(PDF))
        assert JournalEntry.objects.latest("number").data["sha256"] == kept.sha256

    def test_stores_the_same_content_once(
        self, kept: Attachment, clerk: Person, unit: Organisation, at: datetime, media: Path
    ) -> None:
        again = keep(name="复印件.pdf", stream=io.BytesIO(PDF), by=clerk, organisation=unit, at=at)
        assert again.pk != kept.pk
        assert [path for path in media.rglob("*") if path.is_file()] == [attachments.path_of(kept)]

    def test_takes_an_upload_of_a_form(self, clerk: Person, unit: Organisation, at: datetime, media: Path) -> None:
        upload = SimpleUploadedFile("三月.csv", "项目\n".encode("gbk"))
        kept = keep(name=upload.name or "", stream=upload, by=clerk, organisation=unit, at=at)
        assert kept.content_type == "text/csv"

    def test_refuses_a_kind_that_is_not_asked_for(
        self, clerk: Person, unit: Organisation, at: datetime, media: Path
    ) -> None:
        with pytest.raises(CannotKeep, match="只收csv、xls、xlsx文件，收到的是pdf"):
            keep(name="a.xlsx", stream=io.BytesIO(PDF), by=clerk, organisation=unit, at=at,
                 allow=sorted(attachments.SHEETS))

    def test_leaves_nothing_behind_when_it_refuses(
        self, clerk: Person, unit: Organisation, at: datetime, media: Path
    ) -> None:
        before = JournalEntry.objects.count()
        for content in (b"", b"MZ\0\0", PDF * 100):
            with pytest.raises(CannotKeep):
                keep(name="a.xlsx", stream=io.BytesIO(content), by=clerk, organisation=unit, at=at, allow=["png"])
        assert not Attachment.objects.exists()
        assert not [path for path in media.rglob("*") if path.is_file()]
        assert JournalEntry.objects.count() == before

    def test_stops_reading_where_the_limit_is(
        self, clerk: Person, unit: Organisation, at: datetime, media: Path, settings: pytest.FixtureRequest
    ) -> None:
        settings.MAX_UPLOAD = 1 << 20

        class Endless:
            given = 0

            def read(self, size: int) -> bytes:
                self.given += size
                return b"a" * size

        stream = Endless()
        with pytest.raises(CannotKeep, match="文件超过1 MB"):
            keep(name="a.txt", stream=stream, by=clerk, organisation=unit, at=at)
        assert stream.given <= (1 << 20) + attachments.CHUNK
        assert not [path for path in media.rglob("*") if path.is_file()]

    def test_refuses_an_empty_file(self, clerk: Person, unit: Organisation, at: datetime, media: Path) -> None:
        with pytest.raises(CannotKeep, match="空的"):
            keep(name="a.txt", stream=io.BytesIO(b""), by=clerk, organisation=unit, at=at)

    def test_names_nothing_when_the_transaction_fails(
        self, clerk: Person, unit: Organisation, at: datetime, media: Path
    ) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            keep(name="a.pdf", stream=io.BytesIO(PDF), by=clerk, organisation=unit, at=at)
            raise RuntimeError
        assert not Attachment.objects.exists()


@pytest.mark.django_db
class TestDownload:
    def get(self, person: Person | None, attachment: Attachment | str) -> object:
        client = Client()
        if person:
            client.force_login(person)
        key = attachment.pk if isinstance(attachment, Attachment) else attachment
        return client.get(reverse("kernel:attachment", args=[key]))

    def test_is_saved_not_shown_and_runs_nothing(self, kept: Attachment, clerk: Person) -> None:
        answer = self.get(clerk, kept)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"

    def test_an_image_may_be_looked_at(self, clerk: Person, unit: Organisation, at: datetime, media: Path) -> None:
        image = keep(name="现场.png", stream=io.BytesIO(PNG), by=clerk, organisation=unit, at=at)
        answer = self.get(clerk, image)
        assert answer["Content-Disposition"].startswith("inline")
        assert answer["Content-Type"] == "image/png"

    def test_goes_to_those_who_reach_the_unit(
        self, kept: Attachment, opened: Grants, unit: Organisation, city: Area, district: Area
    ) -> None:
        for name, role, area in (("reviewer", Role.REVIEWER, district), ("office", Role.OFFICE, district),
                                 ("mayor", Role.CITY, city)):
            assert self.get(opened(name, role, unit, area), kept).status_code == 200

    def test_is_refused_to_all_others_and_journaled(
        self, kept: Attachment, opened: Grants, unit: Organisation, other_unit: Organisation, neighbour: Area,
        secadmin: Person,
    ) -> None:
        others = [opened("stranger"), opened("other", Role.CLERK, other_unit, other_unit.area),
                  opened("neighbour", Role.OFFICE, unit, neighbour), secadmin]
        for person in others:
            assert self.get(person, kept).status_code == 403
            line = JournalEntry.objects.latest("number")
            assert (line.verb, line.by) == ("access.refused", person)
            assert str(kept.pk) in line.data["path"]

    def test_does_not_tell_what_exists(self, kept: Attachment, opened: Grants) -> None:
        stranger = opened("stranger")
        there, nowhere = self.get(stranger, kept), self.get(stranger, "00000000-0000-4000-8000-000000000000")
        assert (there.status_code, nowhere.status_code) == (403, 403)

    def test_asks_who_you_are(self, kept: Attachment) -> None:
        answer = self.get(None, kept)
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]

    def test_opens_through_a_door_hung_up_by_a_package(
        self, kept: Attachment, opened: Grants, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stranger = opened("stranger")
        monkeypatch.setattr(attachments, "DOORS", [lambda person, attachment: attachment == kept])
        assert self.get(stranger, kept).status_code == 200
