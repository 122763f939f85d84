"""The lines of the matrix, a file for each part of the work, all of them read by the test beside."""

from __future__ import annotations

from . import (
    approvals_catalogue,
    approvals_handlings,
    approvals_people,
    approvals_plans,
    approvals_process,
    boards,
    campaigns,
    issued,
    meetings,
    plans,
    published,
    tasks,
)

PARTS = (issued, plans, campaigns, tasks, meetings, boards, published, approvals_catalogue, approvals_handlings,
         approvals_plans, approvals_people, approvals_process)
