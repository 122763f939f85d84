"""Official papers as Word files in the form of GB/T 9704-2012; knows the form, not what is said.

Sizes: A4, margins 37/35/28/26 mm, body 三号 (16 pt) on lines of 28.9 pt, 22 lines of 28 characters. Typefaces are
named, never embedded: where absent the office program falls back to its own FangSong, KaiTi, SimHei and SimSun.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FANGSONG, TITLE_FACE, HEI, KAI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
#: 二号, 三号, 四号, 小四 in points; the fixed line of the body.
SIZE_TITLE, SIZE_BODY, SIZE_SMALL, SIZE_TABLE, LINE = 22, 16, 14, 12, 28.9
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
PRINTED = 156
RED, GREY = RGBColor(0xC0, 0x1A, 0x12), RGBColor(0x8A, 0x8A, 0x8A)
#: Typeface of each level of heading: 一、 （一） 1. （1）
LEVELS = {1: HEI, 2: KAI, 3: FANGSONG, 4: FANGSONG}
CHINESE_DIGITS = "〇一二三四五六七八九十"


@dataclass(frozen=True)
class Run:
    """A stretch of text; `url` makes it a link that prints like the text around it."""

    text: str
    url: str = ""
    bold: bool = False


Text = str | Iterable[str | Run]


def long_day(day: date) -> str:
    """2024年4月2日, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def numeral(number: int) -> str:
    """一 … 十九 for the first level of headings."""
    ones = CHINESE_DIGITS[number % 10] if number % 10 else ""
    return CHINESE_DIGITS[number] if number <= 10 else f"十{ones}"


def heading_mark(level: int, number: int) -> str:
    """The number before a heading of a level: 一、 （一） 1. （1）"""
    return {1: f"{numeral(number)}、", 2: f"（{numeral(number)}）", 3: f"{number}.", 4: f"（{number}）"}[level]


def element(tag: str, **attributes: str) -> Any:
    """An XML element of the Word namespace with its attributes."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def set_face(run: Any, face: str, size: float, *, bold: bool = False, colour: RGBColor | None = None) -> None:
    """Chinese text in `face`, letters and digits in Times New Roman."""
    run.font.size, run.font.name, run.bold = Pt(size), LATIN, bold or None
    if colour is not None:
        run.font.color.rgb = colour
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", face)):
        fonts.set(qn(f"w:{name}"), value)


def set_borders(properties: Any, tag: str, **edges: int) -> None:
    """Rules round a paragraph or a cell: edge name to thickness in eighths of a point; 0 is no rule."""
    box = element(tag)
    for edge, thickness in edges.items():
        style = "single" if thickness else "nil"
        box.append(element(f"w:{edge}", val=style, sz=str(thickness), space="0", color="000000"))
    properties.append(box)


def add_field(paragraph: Any, code: str, size: float) -> None:
    """A field such as PAGE."""
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        set_face(run, SONG, size)
        if kind:
            run._element.append(element("w:fldChar", fldCharType=kind))
        else:
            text = element("w:instrText")
            text.text = code
            run._element.append(text)


class Paper:
    """One official paper, written from the top down; `content()` is the finished file."""

    def __init__(self, *, title: str, author: str, at: datetime, mark: str = "") -> None:
        """`mark` is printed small and grey in the upper margin of every page: who took the file out, and when."""
        self.document: Any = Document()
        self._mark = mark
        self._numbers = {1: 0, 2: 0, 3: 0, 4: 0}
        core = self.document.core_properties
        core.title, core.author, core.last_modified_by = title, author, author
        core.created = core.modified = at.replace(tzinfo=None)
        core.language, core.comments = "zh-CN", ""
        self._set_page(self.document.sections[0])
        self._set_body()

    # --- page ---

    def _set_page(self, section: Any) -> None:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
        section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
        section.footer_distance = Mm(BOTTOM - 7)
        self.document.settings.odd_and_even_pages_header_footer = True
        for header in (section.header, section.even_page_header):
            header.is_linked_to_previous = False
            set_face(header.paragraphs[0].add_run(self._mark), SONG, 8, colour=GREY)
            header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._set_page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right")
        self._set_page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left")

    def _set_page_number(self, footer: Any, alignment: Any, side: str) -> None:
        """— 1 — in 四号 宋体, one character in from the edge: odd pages right, even pages left."""
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = alignment
        indent = Pt(SIZE_SMALL)
        if side == "right":
            paragraph.paragraph_format.right_indent = indent
        else:
            paragraph.paragraph_format.left_indent = indent
        set_face(paragraph.add_run("— "), SONG, SIZE_SMALL)
        add_field(paragraph, "PAGE", SIZE_SMALL)
        set_face(paragraph.add_run(" —"), SONG, SIZE_SMALL)

    def _set_body(self) -> None:
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = LATIN, Pt(SIZE_BODY)
        look = style.element.get_or_add_rPr()
        look.get_or_add_rFonts().set(qn("w:eastAsia"), FANGSONG)
        look.append(element("w:lang", val="en-US", eastAsia="zh-CN"))
        layout = style.paragraph_format
        layout.space_before = layout.space_after = Pt(0)
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE)
        layout.widow_control = False

    # --- paragraphs ---

    def _paragraph(self, text: Text, face: str, size: float, *, alignment: Any = None, indent: float = 0,
                   bold: bool = False, colour: RGBColor | None = None, line: float = LINE) -> Any:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = alignment
        paragraph.paragraph_format.line_spacing = Pt(line)
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(indent)
            paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), str(int(indent / size * 100)))
        self._write(paragraph, text, face, size, bold=bold, colour=colour)
        return paragraph

    def _write(self, paragraph: Any, text: Text, face: str, size: float, *, bold: bool = False,
               colour: RGBColor | None = None) -> None:
        for part in [text] if isinstance(text, str) else text:
            piece = Run(part) if isinstance(part, str) else part
            run = paragraph.add_run(piece.text)
            set_face(run, face, size, bold=bold or piece.bold, colour=colour)
            if piece.url:
                self._link(paragraph, run, piece.url)

    def _link(self, paragraph: Any, run: Any, url: str) -> None:
        """Move a run into a hyperlink; it keeps the face and colour of the text, so that the print stays clean."""
        key = self.document.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), key)
        paragraph._p.append(link)
        link.append(run._element)

    def red_head(self, name: str, number: str, day: date | None) -> None:
        """The red name of the paper, its number and day, and the red rule below."""
        self._paragraph(name, TITLE_FACE, 40, alignment=WD_ALIGN_PARAGRAPH.CENTER, colour=RED, line=60)
        line = self._paragraph(number, FANGSONG, SIZE_BODY)
        line.paragraph_format.space_before = Pt(LINE / 2)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(PRINTED), WD_ALIGN_PARAGRAPH.RIGHT)
        if day:
            self._write(line, f"\t{long_day(day)}", FANGSONG, SIZE_BODY)
        box = element("w:pBdr")
        box.append(element("w:bottom", val="single", sz="18", space="4", color=str(RED)))
        line._p.get_or_add_pPr().insert_element_before(box, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")

    def corner(self, text: str) -> None:
        """A mark at the upper right of the first page, 三号 黑体: the class of an answer."""
        self._paragraph(text, HEI, SIZE_BODY, alignment=WD_ALIGN_PARAGRAPH.RIGHT)

    def title(self, text: str) -> None:
        """The title, 二号, centred, a line of air before and after; a line break may be given as \\n."""
        made = self._paragraph(text, TITLE_FACE, SIZE_TITLE, alignment=WD_ALIGN_PARAGRAPH.CENTER, line=36)
        made.paragraph_format.space_before = made.paragraph_format.space_after = Pt(LINE)

    def addressee(self, text: str) -> None:
        """主送机关, flush left."""
        self._paragraph(f"{text}：", FANGSONG, SIZE_BODY)

    def heading(self, level: int, text: str) -> str:
        """A numbered heading of a level (1 to 4); answers the whole text as printed."""
        self._numbers[level] += 1
        for lower in range(level + 1, 5):
            self._numbers[lower] = 0
        whole = heading_mark(level, self._numbers[level]) + text
        made = self._paragraph(whole, LEVELS[level], SIZE_BODY, indent=2 * SIZE_BODY)
        made.paragraph_format.keep_with_next = True
        return whole

    def body(self, text: Text) -> None:
        """A paragraph of the body: first line two characters in, both edges straight."""
        self._paragraph(text, FANGSONG, SIZE_BODY, alignment=WD_ALIGN_PARAGRAPH.JUSTIFY, indent=2 * SIZE_BODY)

    def note(self, text: Text) -> None:
        """A small remark, 小四, below a table or a head."""
        self._paragraph(text, FANGSONG, SIZE_TABLE, line=20)

    def attachment_names(self, names: Sequence[str]) -> None:
        """附件说明 below the body: 附件：1. … 2. …"""
        for number, name in enumerate(names, 1):
            lead = "附件：" if number == 1 else "　　　"
            mark = f"{number}. " if len(names) > 1 else ""
            made = self._paragraph(f"{lead}{mark}{name}", FANGSONG, SIZE_BODY, indent=2 * SIZE_BODY)
            made.paragraph_format.space_before = Pt(LINE if number == 1 else 0)

    def signature(self, unit: str, day: date) -> None:
        """发文机关署名 and 成文日期: the day ends four characters from the right edge, the name is centred over it."""
        written = long_day(day)
        unit_indent = max(4 * SIZE_BODY - (len(unit) - _width(written)) * SIZE_BODY / 2, 2 * SIZE_BODY)
        for text, indent, before in ((unit, unit_indent, 2 * LINE), (written, 4 * SIZE_BODY, 0)):
            made = self._paragraph(text, FANGSONG, SIZE_BODY, alignment=WD_ALIGN_PARAGRAPH.RIGHT)
            made.paragraph_format.right_indent, made.paragraph_format.space_before = Pt(indent), Pt(before)
            made.paragraph_format.keep_together = True
            made.paragraph_format.keep_with_next = text is unit

    def attachment(self, mark: str, title: str) -> None:
        """A new page that begins an attachment: its mark (附件1) in 黑体 at the left, its title centred below."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        self._set_page(section)
        self._paragraph(mark, HEI, SIZE_BODY)
        made = self._paragraph(title, TITLE_FACE, SIZE_TITLE, alignment=WD_ALIGN_PARAGRAPH.CENTER, line=36)
        made.paragraph_format.space_before = made.paragraph_format.space_after = Pt(LINE / 2)

    def colophon(self, copies: str, issuer: str, day: date) -> None:
        """版记: 抄送 between rules, then the printing office and its day; 四号."""
        table = self._grid(2 if copies else 1, [PRINTED], caption="版记")
        lines = [f"抄送：{copies}。"] if copies else []
        lines.append(f"{issuer}\t{long_day(day)}印发")
        for row, text in enumerate(lines):
            cell = table.cell(row, 0)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(PRINTED - 6), WD_ALIGN_PARAGRAPH.RIGHT)
            paragraph.paragraph_format.left_indent = Pt(SIZE_SMALL)
            self._write(paragraph, text, FANGSONG, SIZE_SMALL)
            thick = {"top": 8 if row == 0 else 4, "bottom": 8 if row == len(lines) - 1 else 4}
            set_borders(cell._tc.get_or_add_tcPr(), "w:tcBorders", **thick)

    # --- tables ---

    def table(self, *, head: Sequence[str], rows: Sequence[Sequence[str | Run]], widths: Sequence[float],
              unit: str = "", total: Sequence[str | Run] | None = None, left: Sequence[int] = (0,), caption: str = "",
              grid: bool = False) -> None:
        """A table: unit at the upper right, head repeated on every page, total in bold below a rule.

        `widths` are shares of the printed width; columns in `left` are words, the others numbers at the right.
        Three rules (above, under the head, below), or with `grid` thin rules round every cell.
        """
        if unit:
            made = self._paragraph(f"单位：{unit}", FANGSONG, SIZE_TABLE, alignment=WD_ALIGN_PARAGRAPH.RIGHT, line=20)
            made.paragraph_format.keep_with_next = True
        lines = [head, *rows, *([total] if total else [])]
        whole = sum(widths)
        table = self._grid(len(lines), [PRINTED * width / whole for width in widths], caption=caption)
        for number, cells in enumerate(lines):
            is_head, is_total = number == 0, bool(total) and number == len(lines) - 1
            self._fill(table.rows[number], cells, left, is_head=is_head, bold=is_total)
            last = number == len(lines) - 1
            self._rule(table.rows[number], grid=grid, is_head=is_head, above=is_total, last=last)
        table.rows[0]._tr.get_or_add_trPr().append(element("w:tblHeader", val="true"))

    def _grid(self, rows: int, widths: Sequence[float], *, caption: str) -> Any:
        """An empty table with fixed column widths in mm, whose rows never break over a page."""
        table = self.document.add_table(rows, len(widths))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for row in table.rows:
            row._tr.get_or_add_trPr().append(element("w:cantSplit", val="true"))
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
        if caption:
            table._tbl.tblPr.append(element("w:tblCaption", val=caption))
        return table

    def _fill(self, row: Any, cells: Sequence[str | Run], left: Sequence[int], *, is_head: bool, bold: bool) -> None:
        for column, (cell, content) in enumerate(zip(row.cells, cells, strict=True)):
            paragraph = cell.paragraphs[0]
            side = WD_ALIGN_PARAGRAPH.LEFT if column in left else WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_head else side
            paragraph.paragraph_format.line_spacing = Pt(20)
            paragraph.paragraph_format.keep_with_next = is_head
            self._write(paragraph, [content], HEI if is_head else FANGSONG, SIZE_TABLE, bold=bold)

    def _rule(self, row: Any, *, grid: bool, is_head: bool, above: bool, last: bool) -> None:
        edges = {"top": 12 if is_head else 4 if above or grid else 0,
                 "bottom": 12 if last else 6 if is_head else 4 if grid else 0}
        if grid:
            edges |= {"left": 4, "right": 4}
        for cell in row.cells:
            set_borders(cell._tc.get_or_add_tcPr(), "w:tcBorders",
                        **{edge: edges[edge] for edge in ("top", "left", "bottom", "right") if edge in edges})

    def content(self) -> bytes:
        """The finished .docx."""
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()


def _width(text: str) -> int:
    """Printed width of a text in whole Chinese characters; two digits or letters make one."""
    return (sum(1 if ord(letter) < 128 else 2 for letter in text) + 1) // 2
