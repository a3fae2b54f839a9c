"""The demo from end to end: draw the first night, then night after night change, plant the faults and write."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from privacy_pipelines.demo.calendar import Span
from privacy_pipelines.demo.manifest import File, Manifest
from privacy_pipelines.demo.schema import SHEETS
from privacy_pipelines.demo.sizes import Sizes
from privacy_pipelines.demo.world import make_world
from privacy_pipelines.demo.write import replace_file, write_frame


def write_demo(folder: Path, *, people: int = 2000, nights: int = 3, seed: int = 1, until: date) -> Manifest:
    """Writes the extracts of `nights` nights ending at `until`, and `manifest.json` beside them."""
    span, sizes = Span.ending(until, nights), Sizes.of(people, nights)
    world = make_world(seed, sizes, span)
    files = []
    for sheet in SHEETS:
        path = sheet.path(span.days[0])
        rows = write_frame(folder / path, sheet, {name: world.tables[sheet.id][name] for name in sheet.columns})
        files.append(File(path, sheet.id, span.days[0], rows))
    counts = tuple((file.table, file.rows) for file in files)
    manifest = Manifest(seed, people, until, span.days, tuple(files), (), (), (*counts, ("total", sum(rows for _, rows in counts))))
    replace_file(folder / "manifest.json", lambda file: _put(file, manifest.to_json()))
    return manifest


def _put(file: object, text: str) -> None:
    file.write(text.encode())  # type: ignore[attr-defined]
