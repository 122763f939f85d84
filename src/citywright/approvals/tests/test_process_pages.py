"""The process of an area's own handlings: what the page says, who sees it, and a log that others can read."""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import json
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from xml.dom import minidom

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from citywright.approvals import samples
from citywright.approvals.imports import xes
from citywright.approvals.models import Handling
from citywright.approvals.queries import process
from citywright.approvals.queries import samples as shipped
from citywright.approvals.rules.events import Case, Event, Log
from citywright.approvals.words import ItemVerb
from citywright.kernel.models import JournalEntry, Person
from citywright.projects import samples as people
from citywright.ui.flows import Arrow, Knot, flow, lanes

pytestmark = pytest.mark.django_db
XES = "http://www.xes-standard.org/"


def handled() -> Handling:
    """An item that ended after a supplement, and late; another that runs; a third only received."""
    row = samples.dossier()
    first, second, _ = samples.received(row, "ZG101", "HB502", "SP101")
    samples.moved(first, ItemVerb.ACCEPT)
    samples.moved(first, ItemVerb.ASK_MORE, days=1, lines=("补盖公章",))
    samples.moved(first, ItemVerb.GOT_MORE, days=3)
    samples.moved(second, ItemVerb.ACCEPT)
    return samples.moved(first, ItemVerb.PASS, days=24)


def opened(person: Person, address: str) -> Any:
    """The page as the person sees it."""
    browser = Client()
    browser.force_login(person)
    return browser.get(address)


class TestPage:
    def test_tells_counts_paths_and_what_was_late(self) -> None:
        row = handled()
        found = process.process(process.visible(people.office(), people.district()), samples.AT.date())
        assert (found.told.cases, found.told.events, found.told.variants) == (3, 8, 3)
        assert (found.whole.count, found.whole.ended, found.whole.late) == (3, 1, 1)
        assert {one.code: one.used for one in found.items}["ZG101"] == [row.used_days]
        text = opened(people.office(), "/approvals/process/").content.decode()
        assert all(word in text for word in ("办件怎样走", "最常见的路径", "接件", "自然资源局", "用地测量"))

    def test_counts_the_running_ones_that_are_past_their_limit(self) -> None:
        handled()
        found = process.process(process.visible(people.office(), people.district()), date(2024, 6, 3))
        assert found.whole.late == 2

    def test_shows_one_department_and_falls_back_for_one_that_is_none(self) -> None:
        handled()
        text = opened(people.office(), "/approvals/process/?department=ZG").content.decode()
        assert "用地测量" in text and "环境影响报告表" not in text
        answer = opened(people.office(), "/approvals/process/?department=%3Cb%3E%00" + "x" * 3000)
        assert answer.status_code == 200 and "环境影响报告表" in answer.content.decode()

    def test_somebody_without_a_post_is_refused_and_a_department_finds_its_own(self) -> None:
        handled()
        assert opened(people.stranger(), "/approvals/process/").status_code == 403
        found = process.rows(process.visible(people.clerk(people.unit("生态环境局")), people.district()))
        assert [row.code for row in found] == ["HB502"]

    def test_an_empty_area_says_what_to_do(self) -> None:
        assert "还没有办件" in opened(people.office(), "/approvals/process/").content.decode()

    def test_asks_little_however_many_there_are(self, django_assert_max_num_queries: Any) -> None:
        handled()
        browser = Client()
        browser.force_login(people.office())
        browser.get("/approvals/process/")
        with django_assert_max_num_queries(14):
            assert browser.get("/approvals/process/").status_code == 200


class TestFlow:
    def test_arrows_of_one_lane_never_pass_one_another(self) -> None:
        arrows = [Arrow(0, 2, 5, ""), Arrow(1, 4, 3, ""), Arrow(2, 5, 2, ""), Arrow(3, 5, 1, "")]
        found = lanes(arrows)
        assert found[arrows[0]] == found[arrows[3]] == 0
        assert len({found[one] for one in arrows[1:3]}) == 2

    def test_writes_what_people_wrote_as_text(self) -> None:
        drawn = flow([Knot("<b>", "1"), Knot("b", "2")], [Arrow(0, 1, 1, "<i>"), Arrow(1, 0, 1, "x　y")], label='"')
        assert "<b>" not in drawn and "<i>" not in drawn
        minidom.parseString(drawn)


class TestLog:
    def test_another_parser_finds_what_the_standard_asks(self) -> None:
        handled()
        answer = opened(people.office(), "/approvals/process/export/")
        assert answer["Content-Type"] == "application/gzip" and ".xes.gz" in answer["Content-Disposition"]
        root: Any = minidom.parseString(gzip.decompress(answer.content)).documentElement
        assert (root.tagName, root.namespaceURI) == ("log", XES)
        assert root.getAttribute("xes.version") and root.hasAttribute("xes.features")
        follows_the_schema(root)
        cases = root.getElementsByTagName("trace")
        assert [len(case.getElementsByTagName("event")) for case in cases] == [2, 1, 5]
        assert [value(case.getElementsByTagName("event")[-1], "concept:name") for case in cases] == [
            "窗口受理", "接件", "办结（通过）"]

    def test_reads_back_as_it_was_with_its_days(self) -> None:
        row = handled()
        content = opened(people.office(), "/approvals/process/export/").content
        place = Path(str(row.pk) + ".xes.gz")
        try:
            place.write_bytes(content)
            told = shipped.told(shipped.log_of(place))
        finally:
            place.unlink(missing_ok=True)
        assert (told.cases, told.events, told.ended, told.late, told.open) == (3, 8, 1, 1, 2)

    def test_is_one_line_in_the_journal_and_names_no_person(self) -> None:
        handled()
        before = JournalEntry.objects.count()
        content = gzip.decompress(opened(people.office(), "/approvals/process/export/").content).decode()
        line = JournalEntry.objects.order_by("number").last()
        assert line is not None and JournalEntry.objects.count() == before + 1
        assert (line.verb, line.data["cases"], line.data["events"]) == ("process.exported", 3, 8)
        assert people.clerk(people.unit("自然资源局")).full_name not in content and "补盖公章" not in content

    def test_texts_of_a_case_are_escaped(self) -> None:
        log = Log([Case("1", (Event("a", 0),), {}, {"item_name": '<x>&"\0'})])
        root: Any = minidom.parseString(gzip.decompress(xes.written(log))).documentElement
        assert value(root.getElementsByTagName("trace")[0], "item_name") == '<x>&"'

    @pytest.mark.skipif(importlib.util.find_spec("pm4py") is None, reason="pm4py is not installed: nobody else judges")
    def test_a_process_mining_tool_reads_it(self, tmp_path: Path) -> None:
        pm4py = importlib.import_module("pm4py")
        handled()
        place = tmp_path / "own.xes.gz"
        place.write_bytes(opened(people.office(), "/approvals/process/export/").content)
        assert len(pm4py.convert_to_event_log(pm4py.read_xes(str(place)))) == 3


class TestCommand:
    def test_tells_of_an_area_and_writes_its_log(self, tmp_path: Path) -> None:
        handled()
        out, place = StringIO(), tmp_path / "own.xes.gz"
        call_command("process", area=people.district().code, write=place, as_json=True, stdout=out)
        assert json.loads(out.getvalue())["cases"] == 3
        assert shipped.told(shipped.log_of(place)).events == 8

    def test_asks_for_a_file_or_an_area(self) -> None:
        with pytest.raises(CommandError):
            call_command("process")
        with pytest.raises(CommandError):
            call_command("process", area="000000")


def value(element: Any, key: str) -> str:
    """The value of an attribute of the element itself."""
    return next(str(child.getAttribute("value")) for child in element.childNodes
                if child.nodeType == child.ELEMENT_NODE and child.getAttribute("key") == key)


def follows_the_schema(root: Any) -> None:
    """IEEE 1849: order of parts, kinds and keys of attributes, globals that every case and event keeps."""
    order = ["extension", "global", "classifier", "trace"]
    parts = [child for child in root.childNodes if child.nodeType == child.ELEMENT_NODE]
    places = [order.index(child.tagName) for child in parts]
    assert places == sorted(places)
    for extension in root.getElementsByTagName("extension"):
        assert all(extension.getAttribute(name) for name in ("name", "prefix", "uri"))
    for scope in root.getElementsByTagName("global"):
        kept = {child.getAttribute("key") for child in scope.childNodes if child.nodeType == child.ELEMENT_NODE}
        for element in root.getElementsByTagName(scope.getAttribute("scope")):
            assert all(value(element, key) for key in kept)
    for case in root.getElementsByTagName("trace"):
        attributes = [child for child in case.childNodes if child.nodeType == child.ELEMENT_NODE]
        for child in attributes + [one for event in case.getElementsByTagName("event") for one in event.childNodes
                                   if one.nodeType == one.ELEMENT_NODE]:
            assert child.tagName in {"string", "date", "event"}
            if child.tagName == "date":
                assert datetime.fromisoformat(child.getAttribute("value")).tzinfo is not None
