"""The one loop engine, driven by a small table."""

from __future__ import annotations

import pytest

from citywright.kernel.steps import CannotMove, Loop, Move
from citywright.kernel.words import Role, Word


class Step(Word):
    DRAFT = "draft", "草稿"
    SENT = "sent", "已报送"
    DONE = "done", "已审定"


class Verb(Word):
    SEND = "send", "报送"
    APPROVE = "approve", "审定"
    RETURN = "return", "退回"


class Need(Word):
    PHOTO = "photo", "现场照片"
    PERMIT = "permit", "施工许可证"


CLERK, OFFICE = frozenset({Role.CLERK}), frozenset({Role.OFFICE})
LOOP = Loop("report", Step.DRAFT, frozenset({Step.DONE}), (
    Move(Verb.SEND, frozenset({Step.DRAFT}), Step.SENT, CLERK, (Need.PHOTO, Need.PERMIT)),
    Move(Verb.APPROVE, frozenset({Step.SENT}), Step.DONE, OFFICE),
    Move(Verb.RETURN, frozenset({Step.SENT, Step.DONE}), Step.DRAFT, OFFICE),
))


class TestMove:
    def test_leads_to_the_next_step(self) -> None:
        assert LOOP.move(step=Step.DRAFT, verb=Verb.SEND, roles={Role.CLERK}, has=list(Need)) is Step.SENT
        assert LOOP.move(step=Step.DONE, verb=Verb.RETURN, roles={Role.OFFICE, Role.CLERK}) is Step.DRAFT

    def test_refuses_a_move_the_step_does_not_have(self) -> None:
        with pytest.raises(CannotMove, match="当前为“草稿”，不能审定"):
            LOOP.move(step=Step.DRAFT, verb=Verb.APPROVE, roles={Role.OFFICE})

    @pytest.mark.parametrize("roles", [set(), {Role.OFFICE}, {Role.SYSTEM_ADMIN}])
    def test_refuses_another_role(self, roles: set[Role]) -> None:
        with pytest.raises(CannotMove, match="您的岗位不能报送"):
            LOOP.move(step=Step.DRAFT, verb=Verb.SEND, roles=roles, has=list(Need))

    def test_names_all_that_is_missing(self) -> None:
        with pytest.raises(CannotMove, match="还缺：现场照片、施工许可证"):
            LOOP.move(step=Step.DRAFT, verb=Verb.SEND, roles=CLERK)
        with pytest.raises(CannotMove, match="还缺：施工许可证"):
            LOOP.move(step=Step.DRAFT, verb=Verb.SEND, roles=CLERK, has=[Need.PHOTO])


class TestOpenMoves:
    def test_are_those_of_the_step_and_the_roles(self) -> None:
        assert [m.verb for m in LOOP.open_moves(Step.SENT, OFFICE)] == [Verb.APPROVE, Verb.RETURN]
        assert LOOP.open_moves("sent", CLERK) == []
        assert LOOP.open_moves(Step.DRAFT, {Role.CLERK})[0].target is Step.SENT
