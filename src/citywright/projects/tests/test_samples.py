"""The samples are what everybody's tests stand on."""

from __future__ import annotations

import pytest

from citywright.projects import samples
from citywright.projects.queries import ledger
from citywright.projects.rules import gates as rules
from citywright.projects.words import Stage

pytestmark = pytest.mark.django_db


class TestSamples:
    @pytest.mark.parametrize("stage", list(Stage))
    def test_a_project_is_taken_to_every_stage_by_actions(self, stage: Stage) -> None:
        row = samples.project(stage=stage)
        found = ledger.with_stage(ledger.visible_to(samples.clerk())).get(pk=row.pk)
        assert rules.stage_of(found.verified_rank) is stage

    def test_the_stranger_sees_nothing_and_the_others_their_part(self) -> None:
        row = samples.project()
        other = samples.clerk(samples.unit("水务局"))
        assert not ledger.visible_to(samples.stranger()).exists()
        assert not ledger.visible_to(other).exists()
        for person in (samples.clerk(), samples.reviewer(), samples.office(), samples.city(), samples.leader(),
                       samples.verifier()):
            assert ledger.visible_to(person).get() == row
