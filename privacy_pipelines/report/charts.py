"""The charts: what falls due in the next twelve months, what is kept too long, how old the sources' work lists are, what left each night,
and what is only restricted. Values; `drawing` draws them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from privacy_pipelines.observing.points import Measured
from privacy_pipelines.observing.seen import Seen
from privacy_pipelines.report.drawing import HUES, Chart, Line
from privacy_pipelines.report.tongue import Tongue

NIGHTS = 90
"""The last ones are drawn."""
Named = Callable[[str, str], str]
"""What people call a table's cluster."""


def due_chart(seen: Seen, say: Tongue, named: Named = "{0} {1}".format) -> Chart:
    """What falls due in each of the next twelve months, by data cluster: the largest, and all others together."""
    totals: Counter[tuple[str, str]] = Counter()
    for one in seen.due:
        totals[one.table, one.cluster] += one.records
    largest = [key for key, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))][: len(HUES) - 1]
    lines = [Line(named(*key), _monthly(seen, [key])) for key in largest]
    others = [key for key in totals if key not in largest]
    lines += [Line(say("all others"), _monthly(seen, others))] if others else []
    total, months = sum(totals.values()), _monthly(seen, list(totals))
    most = max(months, default=0.0)
    said = say("Nothing falls due within twelve months.")
    if total:
        month = seen.months[months.index(most)]
        said = say("{total} in twelve months, most of them in {month} ({most}).", total=say.count(total, "record cluster"), month=month,
                   most=say.number(int(most)))  # fmt: skip
    title = say("Falls due in the next twelve months, by data cluster")
    return Chart("due", title, said, say("record clusters"), seen.months, tuple(lines), stacked=True)


def over_retention_chart(nights: Sequence[Measured], say: Tongue) -> Chart:
    """Over-retention in person-field-days, night by night."""
    (line,) = _over_nights(nights, {"over_retention": say("person-field-days")})
    last = int(line.values[-1] or 0) if line.values else 0
    said = say("Nothing is kept longer than its last day allows.")
    if last:
        said = say("{days} tonight: one field of one person kept one day too long is one.", days=say.count(last, "person-field-day"))
    return Chart("over-retention", say("Over-retention"), said, say("person-field-days"), _days(nights), (line,))


def worklist_chart(nights: Sequence[Measured], say: Tongue) -> Chart:
    """The age of the oldest open item of the sources' work lists."""
    (line,) = _over_nights(nights, {"oldest_at_source": say("days")})
    last = int(line.values[-1] or 0) if line.values else 0
    said = say("The oldest item has been open for {days}.", days=say.count(last, "day")) if last else say("No item was open yesterday.")
    return Chart("worklists", say("Age of the sources' work lists"), said, say("days"), _days(nights), (line,))


def losses_chart(nights: Sequence[Measured], say: Tongue) -> Chart:
    """Rows erased, and rows refused at the door, night by night."""
    lines = _over_nights(nights, {"erased": say("erased"), "refused": say("refused at the door")})
    last = nights[-1].numbers if nights else {}
    said = say("{erased} erased and {refused} refused tonight.", erased=say.count(last.get("erased", 0), "row"),
               refused=say.count(last.get("refused", 0), "row"))  # fmt: skip
    return Chart("losses", say("Erased and refused, night by night"), said, say("rows"), _days(nights), lines)


def unclear_chart(nights: Sequence[Measured], say: Tongue) -> Chart:
    """The shares that are only restricted, or undetermined."""
    lines = _over_nights(nights, {"restricted_share": say("restricted"), "undetermined_share": say("undetermined")}, times=100)
    last = nights[-1].numbers if nights else {}
    shares = {name: say.share(last.get(f"{name}_share", 0)) for name in ("restricted", "undetermined")}
    said = say("{restricted} of what is stored is restricted, {undetermined} undetermined.", **shares)
    return Chart("unclear", say("Restricted and undetermined"), said, "%", _days(nights), lines)


def trends(nights: Sequence[Measured], say: Tongue) -> tuple[Chart, ...]:
    """Everything over the nights."""
    return tuple(make(nights, say) for make in (over_retention_chart, worklist_chart, losses_chart, unclear_chart))


def _monthly(seen: Seen, keys: Iterable[tuple[str, str]]) -> tuple[float, ...]:
    wanted = set(keys)
    found: Counter[str] = Counter()
    for one in seen.due:
        found[one.month] += one.records if (one.table, one.cluster) in wanted else 0
    return tuple(float(found[month]) for month in seen.months)


def _over_nights(nights: Sequence[Measured], names: dict[str, str], times: float = 1) -> tuple[Line, ...]:
    numbers = [night.numbers for night in nights[-NIGHTS:]]
    return tuple(
        Line(named, tuple(one[name] * times if name in one else None for one in numbers)) for name, named in names.items()
    )  # fmt: skip


def _days(nights: Sequence[Measured]) -> tuple[str, ...]:
    return tuple(f"{night.as_of:%m-%d}" for night in nights[-NIGHTS:])
