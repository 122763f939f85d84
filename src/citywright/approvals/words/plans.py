"""The plan of a dossier: where each item stands in it (APPROVALS 3; mock/approvals)."""

from citywright.kernel.words import Word


class TaskState(Word):
    """计划中的事项."""

    DONE = "done", "已办"
    RUNNING = "running", "在办"
    PLANNED = "planned", "计划"
