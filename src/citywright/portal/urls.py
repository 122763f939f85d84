"""Which address belongs to which package."""

from django.urls import include, path

from . import api, views

urlpatterns = [
    path("", views.home, name="home"),
    path("changes/<slug:code>/", views.changes, name="changes"),
    path("messages/", views.messages, name="messages"),
    path("messages/<uuid:alert>/take/", views.message_take, name="message_take"),
    path("search/", views.search, name="search"),
    path("language/", views.language, name="language"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("", include("citywright.kernel.urls")),
    path("", include("citywright.ui.urls")),
    path("api/v1/", api.urls),
    path("", include("citywright.projects.urls")),
]
