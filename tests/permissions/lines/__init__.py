"""The lines of the matrix, a file for each part of the work, all of them read by the test beside."""

from __future__ import annotations

from . import boards, campaigns, issued, meetings, plans, published, tasks

PARTS = (issued, plans, campaigns, tasks, meetings, boards, published)
