"""Views a reader saves, and the language a reader chooses."""

from __future__ import annotations

import pytest
from django.test import Client

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.ui import actions, queries
from citywright.ui.models import SavedView

pytestmark = pytest.mark.django_db


class TestSaveView:
    def test_is_there_for_the_reader_and_leaves_a_line_in_the_journal(self) -> None:
        clerk = samples.clerk()
        actions.save_view(page="projects", name="我的", query="lamp=red", by=clerk, at=samples.AT)
        assert [(v.name, v.query, v.saved is not None) for v in queries.saved_views(clerk, "projects")] == [
            ("我的", "lamp=red", True)]
        assert JournalEntry.objects.filter(verb="view.saved", by=clerk).count() == 1

    def test_the_same_name_is_written_over(self) -> None:
        clerk = samples.clerk()
        for query in ("lamp=red", "lamp=yellow"):
            actions.save_view(page="projects", name="我的", query=query, by=clerk, at=samples.AT)
        assert SavedView.objects.get().query == "lamp=yellow"

    def test_for_the_unit_a_colleague_sees_it_but_cannot_delete_it(self) -> None:
        clerk, colleague = samples.clerk(), samples.reviewer()
        view = actions.save_view(page="projects", name="本局", query="", unit=samples.unit(), by=clerk, at=samples.AT)
        assert [(v.name, v.saved) for v in queries.saved_views(colleague, "projects")] == [("本局", None)]
        with pytest.raises(CannotReach):
            actions.delete_view(view=view, by=colleague, at=samples.AT)

    def test_another_unit_neither_sees_it_nor_saves_for_it(self) -> None:
        clerk, other = samples.clerk(), samples.clerk(samples.unit("水务局"))
        actions.save_view(page="projects", name="本局", query="", unit=samples.unit(), by=clerk, at=samples.AT)
        assert queries.saved_views(other, "projects") == []
        with pytest.raises(CannotReach):
            actions.save_view(page="projects", name="别人的", query="", unit=samples.unit(), by=other, at=samples.AT)

    @pytest.mark.parametrize(("name", "query"), [("", "a=1"), ("  ", ""), ("长" * 41, ""), ("好", "x" * 601)])
    def test_refuses_what_cannot_be_kept(self, name: str, query: str) -> None:
        with pytest.raises(actions.CannotSaveView):
            actions.save_view(page="projects", name=name, query=query, by=samples.clerk(), at=samples.AT)


class TestPages:
    def test_saving_and_deleting_go_back_to_the_list_and_never_elsewhere(self) -> None:
        client, clerk = Client(), samples.clerk()
        client.force_login(clerk)
        answer = client.post("/views/save/", {"page": "projects", "name": "我的", "query": "lamp=red",
                                              "next": "/projects/?lamp=red"})
        assert answer.headers["Location"] == "/projects/?lamp=red"
        view = SavedView.objects.get()
        answer = client.post(f"/views/{view.pk}/delete/", {"next": "//elsewhere.example/"})
        assert answer.headers["Location"] == "/"
        assert not SavedView.objects.exists()


class TestChooseLanguage:
    def test_is_kept_with_the_person(self) -> None:
        clerk = samples.clerk()
        actions.choose_language(language="en", by=clerk, at=samples.AT)
        clerk.refresh_from_db()
        assert clerk.language == "en"

    def test_refuses_a_language_the_program_does_not_speak(self) -> None:
        with pytest.raises(actions.CannotChooseLanguage):
            actions.choose_language(language="xx", by=samples.clerk(), at=samples.AT)
