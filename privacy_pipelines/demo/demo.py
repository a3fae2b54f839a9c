"""The demo from end to end: the first night, then night after night change, spoil and write."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from privacy_pipelines.demo.calendar import Span
from privacy_pipelines.demo.crm_night import CRM_CHANGES
from privacy_pipelines.demo.faults import Planted, is_cut, left_after_cut, plant, spoil
from privacy_pipelines.demo.hr_night import HR_CHANGES
from privacy_pipelines.demo.manifest import Fault, File, Manifest
from privacy_pipelines.demo.night import Night
from privacy_pipelines.demo.pools import draw_pools
from privacy_pipelines.demo.scene import Scene
from privacy_pipelines.demo.schema import SHEETS
from privacy_pipelines.demo.sizes import Sizes
from privacy_pipelines.demo.world import make_world
from privacy_pipelines.demo.write import replace_file, write_frame
from privacy_pipelines.errors import InputError

FEWEST_PEOPLE, MOST_PEOPLE = 200, 4_000_000


def write_demo(folder: Path, *, people: int = 2000, nights: int = 3, seed: int = 1, until: date) -> Manifest:
    """Writes the extracts of `nights` nights ending at `until`, and `.demo-manifest.json` beside them.

    The same arguments give the same bytes. Raises InputError for fewer than 200 or more than four million people, and for no night.
    """
    if not FEWEST_PEOPLE <= people <= MOST_PEOPLE or nights < 1:
        raise InputError(
            f"demo: {people} people, {nights} nights: from {FEWEST_PEOPLE} to {MOST_PEOPLE} people and 1 night on are possible"
        )
    span = Span.ending(until, nights)
    world = make_world(Scene(seed, draw_pools(seed), Sizes.of(people), span))
    planted, night = plant(seed, world), Night(world, seed, people)
    files, faults = list[File](), list[Fault]()
    for day in span.days:
        if day != span.days[0]:
            _pass(night, day)
        written, found = _write_night(folder, night, day, span, planted)
        files += written
        faults += found
    counts = _counts([file for file in files if file.day == span.days[0]])
    manifest = Manifest(seed, people, until, span.days, tuple(files), tuple(faults), tuple(night.changes), counts)
    replace_file(folder / ".demo-manifest.json", [manifest.to_json().encode()])
    return manifest


def _pass(night: Night, day: date) -> None:
    night.begin(day)
    for happen in (*CRM_CHANGES, *HR_CHANGES):
        happen(night)


def _write_night(folder: Path, night: Night, day: date, span: Span, planted: tuple[Planted, ...]) -> tuple[list[File], list[Fault]]:
    files, faults = list[File](), list[Fault]()
    for sheet in SHEETS:
        frame = {name: night.tables[sheet.id][name] for name in sheet.columns}
        spoiled = spoil(frame, sheet.id, day, span, planted)
        cut = is_cut(sheet.id, day, span)
        rows = write_frame(folder / sheet.path(day), sheet, spoiled.frame, ragged=spoiled.ragged, cut=cut)
        files.append(File(sheet.path(day), sheet.id, day, rows))
        faults += left_after_cut(spoiled, sheet.id, rows) if cut else spoiled.faults
        if cut:
            faults.append(Fault("truncated_file", sheet.id, day, "", (), len(spoiled.frame[sheet.columns[0]]) - rows))
    return files, faults


def _counts(files: list[File]) -> tuple[tuple[str, int], ...]:
    return (*((file.table, file.rows) for file in files), ("total", sum(file.rows for file in files)))
