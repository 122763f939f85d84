"""A file of 10,000 relations between published figures: read, declared, judged, written out as text."""

from __future__ import annotations

import json
import tomllib

import measure

COUNT = 10_000


def main() -> None:
    """Copies of the product's own relations, sums and rates most of all, as JSON lines; each with its own number."""
    measure.ready()
    from citywright.indicators.actions import published
    from citywright.indicators.queries import checking, files
    from citywright.kernel import clock

    published.lay(by=None, at=clock.now())
    known = tomllib.loads(files.text_of(files.RELATIONS))["relation"]
    text = "\n".join(json.dumps(known[i % len(known)] | {"id": f"B{i}"}, ensure_ascii=False, default=str)
                     for i in range(COUNT))
    with measure.cpu("check of 10,000 relations: read, declared, judged", 1):
        found = checking.check(text)
    assert len(found) == COUNT
    with measure.cpu("their arithmetic as text"):
        lines = sum(len(one.lines) for one in found)
    measure.told("lines of arithmetic", lines, "lines")


if __name__ == "__main__":
    main()
