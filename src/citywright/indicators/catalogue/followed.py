"""Followed tasks: closed in time, reopened, overdue."""

from __future__ import annotations

from .kinds import Indicator

INDICATORS: tuple[Indicator, ...] = ()
