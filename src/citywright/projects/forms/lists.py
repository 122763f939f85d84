"""How is the address of the project list read? Every filter, the order, the columns and the page stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from urllib.parse import urlencode

from django.http import QueryDict

from ..queries.listing import Filters

FILTERS = tuple(each.name for each in fields(Filters))
MANY = frozenset(each.name for each in fields(Filters) if each.default == ())
#: What a saved view or a link keeps beside the filters; area and month are kept by the session.
KEPT = (*FILTERS, "sort", "cols", "group", "in")


def values(query: QueryDict, key: str) -> tuple[str, ...]:
    """The values of a key, repeated or parted by commas."""
    return tuple(part.strip() for value in query.getlist(key) for part in value.split(",") if part.strip())


def filters_of(query: QueryDict) -> Filters:
    """The filters of an address; what it does not name asks for nothing."""
    many = {name: values(query, name) for name in MANY}
    one = {name: query.get(name, "").strip()[:80] for name in FILTERS if name not in MANY}
    return Filters(**many, **one)  # type: ignore[arg-type]


def number_of(query: QueryDict, key: str = "page") -> int:
    """A page number from 1; anything else is the first."""
    text = query.get(key, "")
    return min(int(text), 100_000) if text.isdecimal() and int(text) > 0 else 1


def address(query: QueryDict, without: Iterable[str] = (), **given: str) -> str:
    """This list's address with some keys left out and others set; the page number is always left out."""
    gone = {"page", *without}
    kept: dict[str, object] = {key: values for key, values in query.lists() if key not in gone and key not in given}
    return "?" + urlencode(kept | given, doseq=True)


def written(filters: Mapping[str, object]) -> str:
    """Filters as a query, many values parted by commas: lamp=red,yellow."""
    return urlencode({key: ",".join(value) if isinstance(value, tuple) else str(value)
                      for key, value in filters.items() if value}, safe=",")
