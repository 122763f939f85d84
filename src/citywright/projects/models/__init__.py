"""What do we keep about projects? One file per part of the ledger."""

from .campaigns import Campaign, CampaignCheck, CampaignList, CampaignTarget, CheckMark, TargetFact
from .lamps import LampOverride, LampRuleSet, LampRun, LampSnapshot
from .ledger import ColumnMapping, ImportBatch, ImportRow
from .lists import ListChange, ListDefinition, ListEntry, ListIssue
from .months import Correction, InvestmentFact, ProgressReport, ReportingMonth
from .observations import Ballot, BallotToken, ObservationRound, ObservationStop
from .plans import AnnualPlan, FundFact, FundSource, PlanMonth, PlanReview, PlanVersion
from .problems import Problem, Responsibility
from .projects import Category, Project, ProjectRelation
from .reserve import ScoreSheet, Scoring, Submission, SubmissionRound
from .way import Evidence, GatePassage, Milestone, MilestoneTemplate, Suspension, TemplateNode

__all__ = [
    "AnnualPlan", "Ballot", "BallotToken", "Campaign", "CampaignCheck", "CampaignList", "CampaignTarget",
    "Category", "CheckMark", "ColumnMapping", "Correction", "Evidence", "FundFact", "FundSource", "GatePassage",
    "ImportBatch", "ImportRow", "InvestmentFact", "LampOverride", "LampRuleSet", "LampRun", "LampSnapshot",
    "ListChange", "ListDefinition", "ListEntry", "ListIssue", "Milestone", "MilestoneTemplate", "ObservationRound",
    "ObservationStop", "PlanMonth", "PlanReview", "PlanVersion", "Problem", "ProgressReport", "Project",
    "ProjectRelation", "ReportingMonth", "Responsibility", "ScoreSheet", "Scoring", "Submission", "SubmissionRound",
    "Suspension", "TargetFact", "TemplateNode",
]
