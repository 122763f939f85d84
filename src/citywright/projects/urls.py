"""Which page of the package has which address; each part of the work lists its own."""

from .views import bulletin, gates, lamps, ledger, milestones, months, plans, problems, projects

app_name = "projects"
urlpatterns = [
    *projects.urlpatterns, *gates.urlpatterns, *months.urlpatterns, *lamps.urlpatterns, *ledger.urlpatterns,
    *bulletin.urlpatterns, *problems.urlpatterns, *plans.urlpatterns, *milestones.urlpatterns,
]
