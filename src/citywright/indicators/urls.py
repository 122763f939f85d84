"""Which page of the package has which address; each part of the work lists its own."""

from .views import boards, figures, published, relations, snapshots

app_name = "indicators"
urlpatterns = [*boards.urlpatterns, *figures.urlpatterns, *snapshots.urlpatterns, *published.urlpatterns,
               *relations.urlpatterns]
