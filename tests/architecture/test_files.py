"""A file name is a question, the same in every package; files and functions stay short."""

from __future__ import annotations

from . import source

#: The names a domain package may use (ARCHITECTURE 3); each may be a folder of files.
STATIONS = {
    "words", "rules", "plan", "models", "queries", "actions", "facts", "imports", "forms", "views", "api", "layers",
    "samples", "catalogue", "urls", "admin", "apps", "__init__", "tests", "migrations", "templates", "static", "locale",
    "fixtures",
}
DOMAINS = ("followup", "projects", "approvals", "indicators")
NEVER = {"utils", "helpers", "services", "managers", "common", "misc", "signals"}
LONGEST = {"words": 150, "rules": 400, "queries": 400, "facts": 200, "imports": 400, "forms": 200, "api": 300,
           "urls": 60, "admin": 60, "apps": 60}
FILE, FUNCTION, SHORT = 400, 80, 30


class TestNames:
    def test_domain_packages_use_only_the_names_of_the_plan(self) -> None:
        wrong = [source.shown(entry) for package in DOMAINS for entry in sorted((source.SRC / package).iterdir())
                 if entry.name != "__pycache__" and entry.name.removesuffix(".py") not in STATIONS]
        assert not wrong, f"a name that is not on the list needs a decision record: {wrong}"

    def test_nothing_is_called_utils_or_helpers(self) -> None:
        wrong = [source.shown(p) for p in source.modules(tests=True) if p.stem in NEVER or p.parent.name in NEVER]
        assert not wrong, wrong

    def test_every_package_has_its_height(self) -> None:
        packages = {p.name for p in source.SRC.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
        assert packages == set(source.HEIGHTS)


class TestSizes:
    def test_files_stay_under_their_limit(self) -> None:
        wrong = []
        for path in source.modules(tests=True):
            limit = LONGEST.get(source.station(path), FILE) if "tests" not in path.parts else FILE
            lines = len(path.read_text(encoding="utf-8").splitlines())
            wrong += [f"{source.shown(path)} has {lines} lines, {limit} are allowed"] if lines > limit else []
        assert not wrong, "\n".join(wrong)

    def test_no_function_is_longer_than_eighty_lines(self) -> None:
        wrong = [f"{source.shown(path, f.lineno)} {f.name}: {length(f)} lines" for path in source.modules()
                 for f in source.functions(path) if length(f) > FUNCTION]
        assert not wrong, "\n".join(wrong)

    def test_nine_functions_in_ten_are_under_thirty_lines(self) -> None:
        lengths = [length(f) for path in source.modules() for f in source.functions(path)]
        assert sum(n < SHORT for n in lengths) >= 0.9 * len(lengths)

    def test_the_kernel_stays_small(self) -> None:
        lines = sum(bool(line.strip()) for p in source.modules() if source.package_of(p) == "kernel"
                    for line in p.read_text(encoding="utf-8").splitlines())
        assert lines < 2500, f"the kernel has {lines} lines; it stays under 2,500"


def length(function: source.Function) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
