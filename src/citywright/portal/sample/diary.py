"""The acts of the sample, told in the order in which they happened, so that the journal reads like one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from citywright.projects.models import Project

from .ground import Ground

Act = Callable[[datetime], object]


@dataclass
class Diary:
    """What is to happen when; `projects` fills as they are adopted, by their number."""

    ground: Ground
    projects: dict[int, Project] = field(default_factory=dict)
    acts: list[tuple[datetime, int, Act]] = field(default_factory=list)

    def note(self, at: datetime, act: Act) -> None:
        """The act is to happen at that moment, after what was noted before for the same moment."""
        self.acts.append((at, len(self.acts), act))

    def tell(self, say: Callable[[int, int], None]) -> int:
        """Everything happens, earliest first; `say` is told how far it has come. Returns how many acts there were."""
        acts = sorted(self.acts, key=lambda entry: entry[:2])
        for done, (at, _, act) in enumerate(acts, 1):
            act(at)
            say(done, len(acts))
        return len(acts)
