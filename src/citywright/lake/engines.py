"""Who counts? DuckDB inside the process, or Spark for a province; the same Ibis expression runs on both unchanged.

    facts = engines.engine().table("project_month", year=2024, area_path="9901")
    engines.engine().run(facts.filter(facts.month == 3).aggregate(done=facts.done_year_fen.sum()))

Count whole numbers (分, days, pieces) and divide afterwards: sums of integers are the same on every engine, to the
last digit. CITYWRIGHT_LAKE_ENGINE chooses (duckdb unless said otherwise); CITYWRIGHT_SPARK_REMOTE is the address of a
Spark Connect server, without which Spark runs on this machine.

A table's name towards the engine holds the digest of its files. So the same SQL is the same answer for as long as no
file changed, and answers are remembered by their SQL: a board that is looked at again costs next to nothing.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from threading import RLock
from typing import Any

from django.conf import settings

from citywright.kernel.errors import Refusal

from . import store

Row = dict[str, Any]
#: Answers, and tables of the engine, that are kept; the oldest go first.
REMEMBERED, LOOKED_AT = 2_000, 200
#: The column that says which file a row is from, where it was asked for.
FILE = "file_"
THREADS = 2


class CannotCount(Refusal):
    """There is no such engine, or what it needs is not installed."""


def language() -> Any:
    """Ibis, in which expressions are written. Loading it takes half a second: who counts pays, not who starts."""
    import ibis

    return ibis


class Engine(ABC):
    """Tables of the lake, and answers to expressions over them. One at a time: a lock stands before the engine."""

    name = ""

    def __init__(self) -> None:
        self._lock = RLock()
        self._views: OrderedDict[str, str] = OrderedDict()
        self._answers: OrderedDict[str, list[Row]] = OrderedDict()

    def table(self, name: str, *, year: int | None = None, area_path: str = "",
              only: Collection[str] | None = None) -> Any:
        """All published rows of a fact table as an Ibis table.

        `year` and `area_path` leave out files that cannot hold such rows: less to read. They are no filter of rows.
        `only` leaves the partitions of these names; each row then says in a column FILE which file it is from.
        Refuses a table that was never published, and names a file that is missing or cut short.
        """
        found = store.files(name, year=year, area_path=area_path)
        if only is not None:
            found = [(file, entry) for file, entry in found if file.stem in only]
        shape = [] if found else store.files(name)[:1]
        content = repr([(str(file), entry.digest) for file, entry in found or shape] + [bool(found), only is None])
        view = f"{name}_{hashlib.sha256(content.encode()).hexdigest()[:16]}"
        with self._lock:
            if view not in self._views:
                files = [str(file) for file, _ in found or shape]
                self._look(view, files, empty=not found, named=only is not None)
                self._views[view] = name
                if len(self._views) > LOOKED_AT:
                    self._forget(self._views.popitem(last=False)[0])
            self._views.move_to_end(view)
            return self._named(view)

    def run(self, expression: Any, *, remember: bool = True) -> list[Row]:
        """The rows of an expression as plain dicts of int, str, bool, float, date or None.

        Who asks for very many rows once says not to remember them.
        """
        with self._lock:
            sql = self._sql(expression)
            if not remember:
                return self._asked(sql)
            if sql not in self._answers:
                self._answers[sql] = self._asked(sql)
                if len(self._answers) > REMEMBERED:
                    self._answers.popitem(last=False)
            self._answers.move_to_end(sql)
            return [dict(row) for row in self._answers[sql]]

    def forget(self) -> None:
        """Nothing is remembered: the next answer is counted from the files."""
        with self._lock:
            self._answers.clear()

    def _asked(self, sql: str) -> list[Row]:
        """The answer, or a refusal that names the broken file behind the engine's complaint."""
        try:
            return self._rows(sql)
        except Exception:
            store.refuse_broken({table for view, table in self._views.items() if view in sql})
            raise

    @abstractmethod
    def close(self) -> None:
        """Memory, threads and processes are given back."""

    @abstractmethod
    def _look(self, view: str, files: Sequence[str], *, empty: bool, named: bool) -> None:
        """The files (or only their columns, when `empty`) are known to the engine under a name; `named`: with FILE."""

    @abstractmethod
    def _forget(self, view: str) -> None:
        """The engine knows the name no more."""

    @abstractmethod
    def _named(self, view: str) -> Any:
        """What `_look` has named, as an Ibis table."""

    @abstractmethod
    def _sql(self, expression: Any) -> str:
        """The expression in the engine's own language."""

    @abstractmethod
    def _rows(self, sql: str) -> list[Row]:
        """What the engine answers."""


class DuckDB(Engine):
    """Embedded: in memory, two threads, on UTC; reads the Parquet files where they lie; fetches no extension."""

    name = "duckdb"

    def __init__(self) -> None:
        super().__init__()
        import duckdb

        self._fault: type[Exception] = duckdb.Error
        self._tables: dict[str, Any] = {}
        self._backend = language().duckdb.connect(threads=THREADS, autoinstall_known_extensions=False,
                                            autoload_known_extensions=False)
        self._backend.con.execute("SET TimeZone = 'UTC'")
        # Footers of files that did not change are not read again.
        self._backend.con.execute("SET parquet_metadata_cache = true")

    def close(self) -> None:
        self._backend.disconnect()

    def _look(self, view: str, files: Sequence[str], *, empty: bool, named: bool) -> None:
        listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        told, how = (f"*, parse_filename(filename) AS {FILE}", ", filename = true") if named else ("*", "")
        rest = " WHERE false" if empty else ""
        try:
            self._backend.con.execute(f"CREATE VIEW {view} AS SELECT {told} FROM read_parquet([{listed}]{how}){rest}")
        except self._fault:
            store.refuse_broken([view.rsplit("_", 1)[0]])
            raise
        self._tables[view] = self._backend.table(view)

    def _forget(self, view: str) -> None:
        self._backend.con.execute(f"DROP VIEW IF EXISTS {view}")
        self._tables.pop(view, None)

    def _named(self, view: str) -> Any:
        return self._tables[view]

    def _sql(self, expression: Any) -> str:
        return str(self._backend.compile(expression))

    def _rows(self, sql: str) -> list[Row]:
        answer = self._backend.con.execute(sql)
        columns = [column[0] for column in answer.description]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


class Spark(Engine):
    """Spark: a server's (Spark Connect) or one inside this machine; sessions on UTC. Needs the extra `spark`.

    A server must see the lake under the same path.
    """

    name = "spark"

    def __init__(self, remote: str = "") -> None:
        super().__init__()
        self._session = _session(remote)
        self._backend = language().pyspark.connect(self._session)

    def close(self) -> None:
        self._session.stop()

    def _look(self, view: str, files: Sequence[str], *, empty: bool, named: bool) -> None:
        read = self._session.read.parquet(*(f"file:{file}" for file in files))
        if named:
            read = read.selectExpr("*", f"_metadata.file_name AS {FILE}")
        (read.where("false") if empty else read).createOrReplaceTempView(view)

    def _forget(self, view: str) -> None:
        self._session.catalog.dropTempView(view)

    def _named(self, view: str) -> Any:
        return self._backend.table(view)

    def _sql(self, expression: Any) -> str:
        return str(self._backend.compile(expression))

    def _rows(self, sql: str) -> list[Row]:
        return [row.asDict() for row in self._session.sql(sql).collect()]


def _session(remote: str) -> Any:
    """A Spark session on UTC; refused in words when pyspark or Java is missing."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise CannotCount("没有安装 Spark：请安装附加依赖 citywright[spark]，"
                          "或把 CITYWRIGHT_LAKE_ENGINE 设为 duckdb") from None
    maker = SparkSession.builder.config("spark.sql.session.timeZone", "UTC")
    if remote:
        return maker.remote(remote).getOrCreate()
    for key, value in LOCAL_SPARK:
        maker = maker.config(key, value)
    try:
        session = maker.master(f"local[{THREADS}]").appName("citywright").getOrCreate()
    except Exception as error:
        raise CannotCount("Spark 启动失败（需要 Java 17）：%(why)s", why=str(error)[:200]) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


#: A Spark of one's own: no pages, nothing open to the network, little to keep.
LOCAL_SPARK = (("spark.ui.enabled", "false"), ("spark.driver.host", "127.0.0.1"),
               ("spark.driver.bindAddress", "127.0.0.1"), ("spark.sql.shuffle.partitions", "2"),
               ("spark.sql.catalogImplementation", "in-memory"), ("spark.ui.showConsoleProgress", "false"))

_engines: dict[tuple[str, str], Engine] = {}
_making = RLock()


def engine(name: str | None = None) -> Engine:
    """The engine of the settings, or the one named; made once a process. Refuses an unknown name."""
    chosen, remote = name or settings.LAKE_ENGINE, settings.SPARK_REMOTE
    with _making:
        if (chosen, remote) not in _engines:
            if chosen not in ENGINES:
                raise CannotCount("没有名为“%(name)s”的计算引擎：可选 %(known)s", name=chosen, known=list(ENGINES))
            _engines[chosen, remote] = DuckDB() if chosen == DuckDB.name else Spark(remote)
        return _engines[chosen, remote]


def close(name: str) -> None:
    """The engine of this name gives back what it holds; the next one asked for is made anew."""
    with _making:
        for chosen in [key for key in _engines if key[0] == name]:
            _engines.pop(chosen).close()


ENGINES: Iterable[str] = (DuckDB.name, Spark.name)
