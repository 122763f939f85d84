"""Which days does the city work, as far as that is known? A year whose holidays are not published counts weekends."""

from __future__ import annotations

from datetime import date

from citywright.kernel import clock


class Workweek:
    """The city's work calendar, read once; `unpublished` are the years it had to guess for."""

    def __init__(self) -> None:
        self.unpublished: set[int] = set()
        self._works = clock.city_calendar()

    def __call__(self, day: date) -> bool:
        """Whether the city works on a day."""
        try:
            return self._works(day)
        except clock.CannotKnowWorkday:
            self.unpublished.add(day.year)
            return day.weekday() < 5
