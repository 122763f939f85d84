"""Which address belongs to which package."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("language/", views.language, name="language"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("", include("citywright.kernel.urls")),
    path("", include("citywright.ui.urls")),
    path("", include("citywright.projects.urls")),
]
