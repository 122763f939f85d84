"""Which address belongs to which package."""

from allauth.account import views as allauth
from django.urls import include, path
from django.views.generic import RedirectView

from . import api, people, views

#: Of allauth's pages only those a closed house needs: no reset by e-mail, no change of address.
account = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", allauth.signup, name="account_signup"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("email/", RedirectView.as_view(pattern_name="account_change_password"), name="account_email"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("changes/<slug:code>/", views.changes, name="changes"),
    path("messages/", views.messages, name="messages"),
    path("messages/<uuid:alert>/take/", views.message_take, name="message_take"),
    path("search/", views.search, name="search"),
    path("language/", views.language, name="language"),
    path("settings/", people.settings, name="settings"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/new/", people.person_new, name="person_new"),
    path("settings/people/<int:key>/", people.person, name="person"),
    path("settings/units/", people.units, name="units"),
    path("settings/journal/", people.journal_lines, name="journal"),
    path("settings/journal/check/", people.journal_check, name="journal_check"),
    path("accounts/", include(account)),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("", include("citywright.kernel.urls")),
    path("", include("citywright.ui.urls")),
    path("api/v1/", api.urls),
    path("", include("citywright.followup.urls")),
    path("", include("citywright.projects.urls")),
    path("", include("citywright.indicators.urls")),
    path("", include("citywright.approvals.urls")),
]
