"""Event logs in and out: XES (IEEE 1849), plain or gzipped, read piece by piece. Pure.

A document type, and so every entity, is refused; what unpacks to more than LARGEST is refused; a date that is none is
named with its case and the count of those like it, and its event is left out of the log, not guessed.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import IO, Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from citywright.kernel.errors import Refusal

from ..rules.events import Case, Event, Log

#: Bytes a log may unpack to, and how many pieces of it are read at a time.
LARGEST, PIECE = 2_000_000_000, 1 << 20
#: What of an event and of a case is kept.
EVENT_KEYS = frozenset({"concept:name", "time:timestamp", "org:resource"})
CASE_DAYS = {"startdate": "startdate", "startDate": "startdate", "enddate": "enddate", "endDate": "enddate",
             "enddate_planned": "enddate_planned", "endDatePlanned": "enddate_planned", "deadline": "deadline"}
TYPES = frozenset({"string", "date", "int", "float", "boolean", "id"})
#: How deep elements may stand in one another.
DEEPEST = 40


class CannotReadLog(Refusal):
    """The file is no event log, is damaged, or tries to do something else than tell events."""


class _Reader:
    """Turns elements into cases; `depth` counts nested attributes, which are left out."""

    def __init__(self) -> None:
        self.log = Log([])
        self.case: dict[str, Any] | None = None
        self.events: list[Event] = []
        self.event: dict[str, str] | None = None
        self.depth = 0
        self.seen_log = False
        self.names: dict[str, str] = {}

    def begin(self, tag: str, given: dict[str, str]) -> None:
        """An element opens."""
        if self.depth:
            self.depth += 1
            if self.depth > DEEPEST:
                raise CannotReadLog("事件日志的元素嵌套过深")
            return
        tag = tag.rpartition(":")[2]
        if tag in TYPES:
            self.depth = 1
            self._keep(given)
        elif tag == "event" and self.case is not None:
            self.event = {}
        elif tag == "trace":
            self.case, self.events = {}, []
        elif tag == "log":
            self.seen_log = True
        elif not self.seen_log:
            raise CannotReadLog("这不是 XES 事件日志")
        elif tag in ("list", "container", "global", "extension", "classifier", "values"):
            self.depth = 1

    def _keep(self, given: dict[str, str]) -> None:
        key = given.get("key", "")
        if self.event is not None:
            if key in EVENT_KEYS:
                self.event[key] = given.get("value", "")
        elif self.case is not None:
            if key == "concept:name":
                self.case["name"] = given.get("value", "")
            elif key in CASE_DAYS:
                self.case[CASE_DAYS[key]] = self._moment(given.get("value", ""))

    def end(self, tag: str) -> None:
        """An element closes."""
        if self.depth:
            self.depth -= 1
            return
        tag = tag.rpartition(":")[2]
        if tag == "event" and self.event is not None:
            self._event(self.event)
            self.event = None
        elif tag == "trace" and self.case is not None:
            name = self.case.pop("name", "")
            self.log.cases.append(Case(name, tuple(self.events), {k: v for k, v in self.case.items() if v is not None}))
            self.case = None

    def _event(self, kept: dict[str, str]) -> None:
        at = self._moment(kept.get("time:timestamp", ""))
        if at is None:
            return
        activity, resource = kept.get("concept:name", ""), kept.get("org:resource", "")
        self.events.append(Event(self.names.setdefault(activity, activity), at,
                                 self.names.setdefault(resource, resource)))

    def _moment(self, text: str) -> float | None:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            self.log.faulty += 1
            self.log.first_faulty = self.log.first_faulty or text[:60]
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def read(stream: IO[bytes]) -> Log:
    """The log of a file, gzipped or not; refuses what is no XES."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=None)
    parser.StartElementHandler, parser.EndElementHandler = reader.begin, reader.end
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        for piece in _pieces(stream):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise CannotReadLog("事件日志第 %(line)s 行读不懂：%(why)s", line=error.lineno, why=expat.ErrorString(
            error.code)) from error
    if not reader.seen_log:
        raise CannotReadLog("这不是 XES 事件日志")
    return reader.log


def _no_doctype(*given: Any) -> None:
    raise CannotReadLog("事件日志里不能有文档类型和实体声明")


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The unpacked bytes piece by piece, up to LARGEST."""
    head = stream.read(2)
    stream.seek(0)
    source: Any = gzip.GzipFile(fileobj=stream) if head == b"\x1f\x8b" else stream
    size = 0
    try:
        while piece := source.read(PIECE):
            size += len(piece)
            if size > LARGEST:
                raise CannotReadLog("事件日志解开后过大，已拒收")
            yield piece
    except (OSError, EOFError, zlib.error) as error:
        raise CannotReadLog("事件日志已损坏，打不开") from error


HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/></global>
<classifier name="Activity" keys="concept:name"/>
"""


def written(log: Log) -> bytes:
    """The log as a gzipped XES file: the same log gives the same bytes."""
    kept = BytesIO()
    with gzip.GzipFile(fileobj=kept, mode="wb", mtime=0) as packed:
        packed.write(HEAD.encode())
        for case in log.cases:
            packed.write(f"<trace>{_text('concept:name', case.name)}".encode())
            packed.write("".join(_text(key, said) for key, said in case.texts.items()).encode())
            for key, at in case.days.items():
                packed.write(_date(key, at).encode())
            for event in case.events:
                who = _text("org:resource", event.resource) if event.resource else ""
                packed.write(f"<event>{_text('concept:name', event.activity)}{_date('time:timestamp', event.at)}{who}"
                             "</event>".encode())
            packed.write(b"</trace>\n")
        packed.write(b"</log>\n")
    return kept.getvalue()


def _text(key: str, value: str) -> str:
    clean = "".join(c for c in value if c >= " " or c in "\t\n")
    return f"<string key={quoteattr(key)} value={quoteattr(clean)}/>"


def _date(key: str, at: float) -> str:
    return f'<date key={quoteattr(key)} value="{datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")}"/>'
