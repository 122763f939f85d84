"""Sign-in is closed to strangers: accounts are opened by the system administrator, never by a form.

Every sign-in, every failure and every sign-out leaves a line in the journal.
"""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from citywright.kernel import clock, journal
from citywright.kernel.models import Person

#: How long a browser remembers the language, in seconds.
A_YEAR = 365 * 24 * 3600


class ClosedDoor(DefaultAccountAdapter):
    """Nobody signs up by themselves; who comes in reads the language chosen before."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("登录名或密码不对"),
        "too_many_login_attempts": _("连续输错5次，为保护账号请5分钟后再试"),
        "account_inactive": _("这个账号已停用，请联系系统管理员"),
        "incorrect_password": _("密码不对"),
        "incorrect_code": _("验证码不对"),
        "rate_limited": _("请求太多，请稍候再试"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Write the sign-in down; a browser that has no language yet takes the person's."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        journal.write(verb="person.signed_in", by=user, at=clock.now(), subject=user)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            remember_language(response, user.language)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write down which name was tried, never the password."""
        journal.write(verb="person.sign_in_failed", by=None, at=clock.now(),
                      data={"name": str(credentials.get("username", ""))[:150]})

    def logout(self, request: HttpRequest) -> None:
        by = request.user if isinstance(request.user, Person) else None
        super().logout(request)
        journal.write(verb="person.signed_out", by=by, at=clock.now(), subject=by)


def remember_language(response: HttpResponse, language: str) -> None:
    """The browser asks for this language from now on."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=A_YEAR, samesite="Lax", httponly=True,
                        secure=settings.SESSION_COOKIE_SECURE)
