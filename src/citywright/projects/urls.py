"""Which page of the package has which address; each part of the work lists its own."""

from .views import (
    agenda,
    bulletin,
    campaigns,
    gates,
    issued,
    lamps,
    ledger,
    milestones,
    months,
    observations,
    plans,
    problems,
    projects,
    reserve,
    year_plans,
)

app_name = "projects"
urlpatterns = [
    *projects.urlpatterns, *gates.urlpatterns, *months.urlpatterns, *lamps.urlpatterns, *ledger.urlpatterns,
    *bulletin.urlpatterns, *problems.urlpatterns, *plans.urlpatterns, *milestones.urlpatterns, *issued.urlpatterns,
    *campaigns.urlpatterns, *year_plans.urlpatterns, *reserve.urlpatterns, *observations.urlpatterns,
    *agenda.urlpatterns,
]
