"""What can be done with lists: define them, draft and issue a batch, enter and remove, decide on changes, take away."""

from .changing import accept, propose, refuse, screen
from .defining import define, end_definition
from .entering import CannotList, enter, remove, strike
from .issuing import close, draft, issue, publish, retake
from .taking import export_issue, export_rows

__all__ = [
    "CannotList", "accept", "close", "define", "draft", "end_definition", "enter", "export_issue", "export_rows",
    "issue", "propose", "publish", "refuse", "remove", "retake", "screen", "strike",
]
