"""How much of what people labelled is found, and how much of what is found is one: published texts and number lists, kind by kind.

The texts are English with telephone numbers of many countries, and are taken as they are; the numbers are Skatteverket's test series.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from privacy_pipelines.scanning.checking import identifiers, learn
from privacy_pipelines.scanning.kinds import KINDS, kind_of
from privacy_pipelines.sql import col, named, select, text as rendered
from privacy_pipelines.store.engine import Session, session

DATA = Path(__file__).parents[3] / "shared" / "data"
LABELS = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "CREDIT_CARD": "card", "IBAN_CODE": "iban", "IP_ADDRESS": "ip_address",
}  # fmt: skip
RECALL, PRECISION = 0.95, 0.9
RUN = re.compile(r"\d(?:[-+ ]?\d){9,}")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the published sets are not here")


@pytest.fixture(scope="module")
def engine() -> Iterator[Session]:
    with session(None) as opened:
        learn(opened, "SE")
        yield opened


def found_in(engine: Session, kind: str, texts: list[tuple[str, str]]) -> Counter[tuple[str, str]]:
    engine.run("CREATE OR REPLACE TABLE texts (id VARCHAR, text VARCHAR)")
    for start in range(0, len(texts), 500):
        some = texts[start : start + 500]
        engine.run(f"INSERT INTO texts VALUES {', '.join('(?, ?)' for _ in some)}", [value for row in some for value in row])
    found = select(col("id"), named(identifiers(kind_of(kind), col("text")), "found")).from_("texts")
    return Counter(engine.rows(f"SELECT id, UNNEST(found) FROM ({rendered(found)})"))


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _half(text: str) -> int:
    """Which half a text is in, whoever asks: docs/scanning.md reports both."""
    return hashlib.sha256(text.encode()).digest()[-1] % 2


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_in_labelled_texts_what_is_labelled_is_found_and_little_else(engine: Session, kind: str) -> None:
    spans = rows("pii_freetext_disjoint/presidio_synth_v2_disjoint_spans.csv")
    texts = rows("pii_freetext_disjoint/presidio_synth_v2_disjoint.csv")
    wanted = Counter((one["id"], one["entity_value"]) for one in spans if LABELS.get(one["entity_type"]) == kind)
    found = found_in(engine, kind, [(one["id"], one["full_text"]) for one in texts])
    right = (wanted & found).total()
    print(f"{kind}: {wanted.total()} labelled, {found.total()} found, {right} right")
    halves = {one["id"]: _half(one["full_text"]) for one in texts}
    for half in (0, 1):
        one, other = (Counter({key: times for key, times in some.items() if halves[key[0]] == half}) for some in (wanted, found))
        print(f"  half {half}: {one.total()} labelled, {other.total()} found, {(one & other).total()} right")
    assert right >= RECALL * wanted.total()
    assert right >= PRECISION * found.total()


@pytest.mark.parametrize("written", ["{0}{1}-{2}", "{0}{1}{2}", "{1}-{2}", "{1}{2}"])
def test_swedish_identity_numbers_are_found_however_they_are_written(engine: Session, written: str) -> None:
    numbers = [one["Testpersonnummer"] for one in rows("swedish_ids/skatteverket_testpersonnummer_2014.csv")][::20]
    numbers += [one["samordningsnummer"] for one in rows("swedish_ids/skatteverket_test_samordningsnummer.csv")][::4]
    texts = [(number, f"Ringde om {written.format(number[:2], number[2:8], number[8:])}, återkommer.") for number in numbers]
    found = found_in(engine, "identity_number", texts)
    assert len({number for number, _ in found}) >= RECALL * len(numbers)


def test_in_texts_about_other_things_no_identity_number_is_found(engine: Session) -> None:
    """Exports of shops and of a charity, a web server's log, the labelled texts: in them are runs of ten digits and more, and nobody's."""
    files = [file for file in sorted(DATA.rglob("*.csv")) if file.relative_to(DATA).parts[0] not in ("swedish_ids", "malformed_csv")]
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in files]
    runs = sum(len(RUN.findall(text)) for text in texts)
    print(f"{runs} runs of digits in {len(files)} files")
    assert runs > 100_000
    assert not found_in(engine, "identity_number", [("", text) for text in texts])


def test_of_numbers_that_are_none_none_is_found(engine: Session) -> None:
    wrong = [one["long_format"] for one in rows("swedish_ids/personnummer_meta_list.csv") if one["valid"] == "False"]
    wrong += [one["separated_format"] for one in rows("swedish_ids/personnummer_meta_orgnumber.csv")]
    wrong = [number for number in wrong if " " not in number]  # between birth date and number people do write a blank
    assert len(wrong) > 5
    assert not found_in(engine, "identity_number", [(number, f"Ärende {number}.") for number in wrong])
