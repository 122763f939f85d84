"""Leaving the way, waiting, coming back, stepping back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from citywright.kernel.errors import CannotReach
from citywright.projects import samples
from citywright.projects.actions import exits, gates
from citywright.projects.models import GatePassage
from citywright.projects.queries import ledger, way
from citywright.projects.samples import AT
from citywright.projects.words import Exit, Gate, Stage

TODAY = date(2024, 3, 20)
DAY = date(2024, 3, 1)


@pytest.mark.django_db
class TestExits:
    def test_a_dropped_project_counts_no_more_and_comes_back(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        exits.drop(project=row, reason="投资方撤资", on=DAY, by=samples.office(), at=AT)
        assert not ledger.leaves(ledger.visible_to(samples.clerk())).exists()
        row.refresh_from_db()
        assert (row.exit, row.exit_on, row.exit_reason) == (Exit.DROPPED, DAY, "投资方撤资")
        exits.resume(project=row, reason="投资方返回", on=TODAY, by=samples.office(), at=AT)
        assert ledger.leaves(ledger.visible_to(samples.clerk())).get() == row

    def test_a_suspended_project_claims_nothing(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        exits.suspend(project=row, reason="用地调整", on=DAY, by=samples.office(), at=AT)
        with pytest.raises(gates.CannotClaim) as refused:
            samples.claimed(row, Gate.G2, DAY)
        assert "须先恢复" in str(refused.value.faults[0].said)
        assert row.suspensions.get().to_on is None
        exits.resume(project=row, reason="用地已定", on=TODAY, by=samples.office(), at=AT)
        assert row.suspensions.get().to_on == TODAY

    def test_a_merged_project_counts_no_more_and_is_replaced(self) -> None:
        row, other = samples.project("甲"), samples.project("乙")
        exits.merge(project=row, into=other, reason="合并实施", on=DAY, by=samples.office(), at=AT)
        assert list(ledger.leaves(ledger.visible_to(samples.office()))) == [other]
        assert row.related.get().source == other
        for project, into in ((row, other), (other, row), (other, other)):
            with pytest.raises(exits.CannotLeave):
                exits.merge(project=project, into=type(into).objects.get(pk=into.pk), reason="合并", on=DAY,
                            by=samples.office(), at=AT)

    def test_stepping_back_revokes_every_gate_after(self) -> None:
        row = samples.project(stage=Stage.LANDED)
        exits.step_back(project=row, to=Gate.G1, reason="协议解除", on=TODAY, by=samples.office(), at=AT)
        standing = way.facts_of(row, today=TODAY).standing
        assert set(standing) == {Gate.G1}
        assert GatePassage.objects.filter(project=row, result="revoked").count() == 2

    @pytest.mark.parametrize("act", [exits.drop, exits.suspend, exits.resume])
    def test_needs_the_office_and_a_reason(self, act: Callable[..., Any]) -> None:
        row = samples.project()
        with pytest.raises(CannotReach):
            act(project=row, reason="x", on=DAY, by=samples.clerk(), at=AT)
        with pytest.raises(exits.CannotLeave, match="理由"):
            act(project=row, reason="", on=DAY, by=samples.office(), at=AT)
