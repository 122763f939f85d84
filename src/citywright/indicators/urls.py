"""Which page of the package has which address; each part of the work lists its own."""

from .views import boards, published

app_name = "indicators"
urlpatterns = [*boards.urlpatterns, *published.urlpatterns]
