"""The run of one figure over months."""

from __future__ import annotations

from datetime import date

from citywright.ui.trends import axis, pieces, trend

MONTHS = [date(2024, n, 1) for n in range(1, 7)]


class TestTrend:
    def test_months_without_a_value_part_the_line(self) -> None:
        points = list(zip(MONTHS, [1.0, 2.0, None, 3.0, 4.0, None], strict=True))
        assert [len(piece) for piece in pieces(points)] == [2, 2]
        drawn = trend(points, unit="%")
        assert drawn.count("<polyline") == 2 and ">4<" in drawn

    def test_the_axis_holds_every_value_and_zero(self) -> None:
        for low, high in ((0.0, 0.0), (1.0, 9.0), (-13.1, -0.5), (-3.0, 12.0), (0.0, 0.004), (250.0, 99_000.0)):
            ticks = axis(low, high)
            assert ticks[0] <= min(low, 0) and ticks[-1] >= max(high, 0) - 1e-9 and len(ticks) > 1
            assert any(abs(tick) < 1e-9 for tick in ticks) and ticks == sorted(ticks)

    def test_nothing_known_says_so_and_names_are_escaped(self) -> None:
        assert "还没有数据" in trend([(MONTHS[0], None)])
        assert "<script>" not in trend([(MONTHS[0], 1.0)], unit="<script>", label="<script>")
