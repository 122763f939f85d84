"""Which page of the package has which address; each part of the work lists its own."""

from .views import letters, meetings, proposals, tasks

app_name = "followup"
urlpatterns = [*tasks.urlpatterns, *proposals.urlpatterns, *meetings.urlpatterns, *letters.urlpatterns]
