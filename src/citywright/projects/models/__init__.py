"""What do we keep about projects? One file per part of the ledger."""

from .lamps import LampOverride, LampRuleSet, LampRun, LampSnapshot
from .ledger import ColumnMapping, ImportBatch, ImportRow
from .lists import ListDefinition, ListEntry, ListIssue
from .months import Correction, InvestmentFact, ProgressReport, ReportingMonth
from .plans import AnnualPlan, FundFact, FundSource, PlanMonth
from .problems import Problem, Responsibility
from .projects import Category, Project, ProjectRelation
from .way import Evidence, GatePassage, Milestone, MilestoneTemplate, Suspension, TemplateNode

__all__ = [
    "AnnualPlan", "Category", "ColumnMapping", "Correction", "Evidence", "FundFact", "FundSource", "GatePassage",
    "ImportBatch", "ImportRow", "InvestmentFact", "LampOverride", "LampRuleSet", "LampRun", "LampSnapshot",
    "ListDefinition", "ListEntry", "ListIssue", "Milestone", "MilestoneTemplate", "PlanMonth", "Problem",
    "ProgressReport", "Project", "ProjectRelation", "ReportingMonth", "Responsibility", "Suspension", "TemplateNode",
]
