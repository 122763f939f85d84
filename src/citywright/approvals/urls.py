"""Which page of the package has which address; each part of the work lists its own."""

from .views import catalogue, form, handlings, people, plans, process

app_name = "approvals"
urlpatterns = [*catalogue.urlpatterns, *handlings.urlpatterns, *people.urlpatterns, *process.urlpatterns,
               *form.urlpatterns, *plans.urlpatterns]
