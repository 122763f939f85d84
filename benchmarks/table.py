"""Runs every bench_*.py in a process of its own; prints one table, the calibration loop's time beside each figure."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import measure

HERE = Path(__file__).resolve().parent
Figure = dict[str, str | float | None]


def figures_of(script: Path) -> list[Figure]:
    """What one benchmark told; a benchmark that fails tells its name and a fault."""
    done = subprocess.run([sys.executable, str(script)], cwd=HERE.parent, capture_output=True, text=True, check=False)
    found = [json.loads(line.removeprefix(measure.MARK)) for line in done.stdout.splitlines()
             if line.startswith(measure.MARK)]
    if done.returncode:
        sys.stderr.write(done.stderr[-2000:])
        found.append({"name": f"{script.stem} failed", "value": float("nan"), "unit": "", "limit": None})
    return found


def main(wanted: list[str]) -> int:
    """Print the table; 1 when a figure is over its limit or a benchmark failed."""
    rows: list[tuple[str, Figure, float]] = []
    for script in sorted(HERE.glob("bench_*.py")):
        if not wanted or script.stem.removeprefix("bench_") in wanted:
            loop = measure.calibration()
            rows += [(script.stem, figure, loop) for figure in figures_of(script)]
    print("| what | measured | at most | calibration loop, CPU s | |\n|---|---:|---:|---:|---|")
    over = 0
    for _, figure, loop in rows:
        value, limit = float(figure["value"] or 0), figure["limit"]
        bad = not value <= float(limit) if limit is not None else value != value
        over += bad
        print(f"| {figure['name']} | {value:,.2f} {figure['unit']} | {'' if limit is None else f'{float(limit):g}'} | "
              f"{loop:.2f} | {'over' if bad else ''} |")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
