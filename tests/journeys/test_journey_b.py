"""Journey B: alert → agenda → decision → task → reply → refused → reply → confirmed, with the papers of each step."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

DECIDED = "三月底前补齐入统材料，逐周反馈"
ANSWERS = ("材料已补齐", "材料已补齐，入库通知书已附")
#: What is read on the pages, in each language.
WORDS = {
    "zh-hans": {"collect": "按规则收集议题", "none": "没有新的议题", "minuted": "纪要已印发", "refused": "退回重办",
                "closed": "已销号", "sign": "待签收", "late": "不能记录议定事项"},
    "en": {"collect": "Collect by rule", "none": "Nothing new", "minuted": "Minuted", "refused": "back",
           "closed": "Closed", "sign": "signed", "late": "no decision can be recorded"},
}


def text(walker: object) -> str:
    """Everything that can be read in the middle of the open page."""
    return walker.page.inner_text("main")


def path_of(walker: object) -> str:
    """The path of the open page."""
    return walker.page.url.removeprefix(walker.home.url).split("?")[0]


def press(walker: object, verb: str) -> None:
    """Press the button of an act and wait for the page that follows."""
    with walker.page.expect_navigation():
        walker.page.click(f"button[name=verb][value={verb}]")


def paper(walker: object, action: str, place: Path) -> str:
    """Download a Word file by its button and read it whole: paragraphs, then every cell."""
    with walker.page.expect_download() as waiting:
        walker.page.click(f'form[action$="{action}"] button')
    waiting.value.save_as(place)
    read = docx.Document(str(place))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in read.paragraphs), *cells])


def call(office: object) -> str:
    """The office calls a meeting for this morning; its path."""
    office.go("/meetings/new/")
    office.page.select_option("[name=kind]", "dispatch")
    office.page.fill("[name=title]", "示例入统专题调度会")
    office.page.fill("[name=held_at]", "2024-03-27T08:30")
    office.page.fill("[name=place]", "区政府一楼会议室")
    office.page.fill("[name=chair]", "郭示例")
    with office.page.expect_navigation():
        office.page.click("form.form button[type=submit]")
    return path_of(office)


def collect(office: object, label: str) -> None:
    """Press the one button that collects from everywhere; it stands on a panel that is loaded after the page."""
    button = office.page.locator('form[action$="/collect/"] button')
    button.wait_for()
    assert button.inner_text() == label
    with office.page.expect_navigation():
        button.click()


def hand_out(office: object, matter: str) -> None:
    """Hold the meeting; decide upon a matter and give it to the unit of the clerk, with another to co-operate."""
    press(office, "hold")
    item = office.page.locator("select[name=decide-item] option", has_text=matter).first.get_attribute("value")
    office.page.select_option("[name=decide-item]", item)
    office.page.fill("[name=decide-text]", DECIDED)
    office.page.select_option("[name=decide-lead]", label="区住建局")
    office.page.click(".mt-others summary")
    office.page.locator(".mt-others label", has_text="区统计局").locator("input").check()
    office.page.fill("[name=decide-limit]", "5")
    office.page.select_option("[name=decide-limit_kind]", "workday")
    office.page.fill("[name=decide-cycle_days]", "7")
    press(office, "decide")


def said_why(office: object, place: str, matter: str) -> str:
    """What the agenda says about a matter."""
    office.go(place)
    return office.page.locator(".mt-agenda tr", has_text=matter).first.inner_text()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
class TestFromAlertToConfirmed:
    def test_a_matter_is_followed_until_it_is_done(self, district: object, walk: object, tmp_path: Path,
                                                   language: str) -> None:
        words = WORDS[language]
        office, clerk = walk(district, "office", language=language), walk(district, "clerk", language=language)

        office.go("/messages/?kind=interview")
        matter = office.page.locator("tbody tr a.nm").first.inner_text()
        meeting = call(office)
        collect(office, words["collect"])
        why = said_why(office, meeting, matter)
        assert matter in why and len(why) > len(matter) + 10, why
        collect(office, words["collect"])
        assert words["none"] in text(office)

        office.page.locator('form[action$="/material/export/"] button').wait_for()
        material = paper(office, "/material/export/", tmp_path / "材料.docx")
        for said in ("示例入统专题调度会", "问题清单（按要素）", "一项目一页", matter, "区政府一楼会议室"):
            assert said in material, said

        hand_out(office, matter)
        task = office.page.locator(".mt-decisions a", has_text=DECIDED).first.get_attribute("href")
        press(office, "minute")
        assert words["minuted"] in text(office)
        minutes = paper(office, "/minutes/", tmp_path / "纪要.docx")
        for said in ("纪要〔2024〕4号", DECIDED, "由区住建局牵头，区统计局配合，2024年4月3日前办结，每7天反馈一次进展",
                     "郭示例主持", "议定事项分工表"):
            assert said in minutes, said
        assert office.page.locator("[name=decide-text]").count() == 0

        self.answer(clerk, task, ANSWERS[0], sign=True)
        office.go(task)
        office.page.fill("[name=refuse-reason]", "未附入库通知书")
        press(office, "refuse")
        self.answer(clerk, task, ANSWERS[1], sign=False)
        assert clerk.page.locator("button[value=confirm]").count() == 0

        letter = self.supervise(office, task, tmp_path)
        office.go(task)
        assert all(said in text(office) for said in (*ANSWERS, "未附入库通知书"))
        press(office, "confirm")
        assert words["closed"] in text(office)
        office.go(meeting)
        assert words["closed"] in office.page.locator(".mt-decisions").inner_text()
        self.settle(office, clerk, letter)
        assert district.run("journal", "verify").returncode == 0

    def answer(self, clerk: object, task: str, answer: str, *, sign: bool) -> None:
        """The clerk signs for the task and reports it done."""
        clerk.go(task)
        if sign:
            press(clerk, "sign")
        clerk.page.fill("[name=reply-text]", answer)
        press(clerk, "reply")
        assert answer in text(clerk)

    def supervise(self, office: object, task: str, folder: Path) -> str:
        """The office writes an orange sheet about the task; its path."""
        key = re.search(r"/tasks/([0-9a-f-]{36})/", task)
        assert key, task
        office.go(f"/letters/new/?task={key.group(1)}")
        assert office.page.input_value("[name=title]") == DECIDED
        office.page.select_option("[name=start]", "three-colours:orange")
        with office.page.expect_navigation():
            office.page.click("form.form button[type=submit]")
        words = paper(office, "/paper/", folder / "督查单.docx")
        for said in ("督查橙〔2024〕3号", f"关于{DECIDED}的橙色督查单", "示例区住房和城乡建设局：", "2024年4月1日",
                     "区统计局", "定期，每7天一次"):
            assert said in words, said
        return path_of(office)

    def settle(self, office: object, clerk: object, letter: str) -> None:
        """The letter is signed for and answered by the unit, and accepted by the office, not by the clerk."""
        clerk.go(letter)
        press(clerk, "sign")
        clerk.page.fill("[name=answer-text]", "已按要求办结")
        press(clerk, "answer")
        assert clerk.page.locator("button[value=accept]").count() == 0
        office.go(letter)
        press(office, "accept")
        assert office.page.locator("button[value=accept]").count() == 0


class TestBadDays:
    def test_a_decision_after_the_minutes_is_refused_in_words(self, district: object, walk: object) -> None:
        late, office = walk(district, "office"), walk(district, "office")
        meeting = call(office)
        press(office, "hold")
        late.go(meeting)
        office.page.fill("[name=minute-summary]", "通报情况（示例）")
        press(office, "minute")
        late.page.fill("[name=decide-text]", "迟到的事项")
        late.page.click("button[value=decide]")
        late.page.wait_for_selector(".errs")
        assert WORDS["zh-hans"]["late"] in text(late)
        late.faults[:] = [fault for fault in late.faults if "409" not in fault]

    def test_a_unit_sees_neither_the_meeting_nor_the_letter_of_others(self, reading: object, walk: object) -> None:
        office, stranger = walk(reading, "office"), walk(reading, "stranger")
        for listed in ("/meetings/", "/letters/", "/forces/"):
            office.go(listed)
            page = office.page.locator("tbody a.nm").first.get_attribute("href")
            stranger.go(listed)
            assert stranger.page.locator("tbody a.nm").count() == 0
            assert stranger.go(page).status == 403
        stranger.faults[:] = [fault for fault in stranger.faults if "403" not in fault]
