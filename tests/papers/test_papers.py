"""The papers of the example company: to the letter where people read them, and in the terms of others where their programs do."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from privacy_pipelines.papers.activities import activities
from privacy_pipelines.papers.gaps import gaps
from privacy_pipelines.papers.notice import notice_version
from privacy_pipelines.papers.register import COLUMNS
from privacy_pipelines.papers.write import papers
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.policy.vocabulary import data_uses, pinned_categories
from tests.papers.__main__ import GOLDEN, KEPT, POLICIES

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
DPV = "https://w3id.org/dpv"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(POLICIES)


@pytest.fixture(scope="module")
def written(policy: Policy) -> dict[str, str]:
    return papers(policy)


def edited(tmp_path: Path, file: str, old: str, new: str) -> Policy:
    """The example company's policy with one thing otherwise."""
    for path in POLICIES.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        target = tmp_path / path.relative_to(POLICIES)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace(old, new, 1) if path.name == file else text, encoding="utf-8")
        assert path.name != file or old in text
    return load(tmp_path)


@pytest.mark.parametrize("name", KEPT)
def test_notice_and_register_are_as_they_were_read_and_approved(written: dict[str, str], name: str) -> None:
    assert written[name] == (GOLDEN / name).read_text(encoding="utf-8"), "If it is meant: make golden, and look at the difference"


def test_the_example_company_lacks_nothing(policy: Policy) -> None:
    assert gaps(policy) == ()


@pytest.mark.parametrize("company", sorted(path.name for path in EXAMPLES.iterdir()))
def test_neither_do_the_example_companies(company: str) -> None:
    assert gaps(load(EXAMPLES / company / "policies")) == ()


def test_a_changed_period_changes_the_notice_and_a_changed_owner_does_not(policy: Policy, tmp_path: Path) -> None:
    longer = edited(tmp_path / "longer", "prospecting.yaml", "period: P12M", "period: P18M")
    assert notice_version(longer) != notice_version(policy)
    assert "I 18 månader efter den senaste gången du hörde av dig" in papers(longer, "notice")["notice-sv.md"]
    assert notice_version(edited(tmp_path / "owner", "crm.yaml", "Sales operations", "Marketing")) == notice_version(policy)


@pytest.mark.parametrize(
    ("file", "old", "new", "article"),
    [
        ("company.yaml", "  authority:\n", "  automated_decisions: {en: None are made.}\n  authority:\n", "GDPR Art. 12(1)"),
        ("company.yaml", "Leverantör av CRM-system, en: CRM provider}, country: SE", "A, en: B}, country: US", "GDPR Art. 13(1)(f)"),
        ("company.yaml", "    seminar_end:", "    another_end:", "GDPR Art. 12(1)"),
    ],
)
def test_what_the_law_asks_and_the_policy_does_not_say_is_a_gap(tmp_path: Path, file: str, old: str, new: str, article: str) -> None:
    found = gaps(edited(tmp_path, file, old, new))
    assert [gap.article for gap in found] == [article]


def test_an_interest_that_nobody_names_is_a_gap(tmp_path: Path) -> None:
    lines = (POLICIES / "purposes/prospecting.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    at = lines.index("legitimate_interest:\n")
    (gap,) = gaps(edited(tmp_path, "prospecting.yaml", "".join(lines[at : at + 3]), ""))
    assert str(gap) == "purposes/prospecting.yaml: legitimate_interest is not named in sv, en (GDPR Art. 13(1)(d))"


def test_every_purpose_and_category_has_its_row_in_the_register(policy: Policy, written: dict[str, str]) -> None:
    found = list(csv.DictReader(io.StringIO(written["register-en.csv"])))
    assert tuple(found[0]) == COLUMNS
    filled = set(COLUMNS) - {"joint_controllers", "representative", "special_category_ground"}
    assert all(row[name] for row in found for name in filled)
    served = {column.category for table in policy.tables for column in table.columns for name in column.serves if name == "sick_leave"}
    assert {row["data_category"] for row in found if row["purpose"] == "sick_leave"} >= {"health"}
    assert len([row for row in found if row["purpose"] == "sick_leave"]) == len(served)
    assert {row["purpose"] for row in found} == {purpose.name for purpose in policy.purposes}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own parser uses it
def test_the_register_in_dpv_says_the_same_in_terms_that_are_published(policy: Policy, written: dict[str, str]) -> None:
    graph = rdflib.Graph().parse(data=written["register.jsonld"], format="json-ld")
    terms = files("privacy_pipelines.papers").joinpath("dpv_terms.csv").read_text(encoding="utf-8")
    known = {row["iri"]: row["type"] for row in csv.DictReader(io.StringIO(terms))}
    properties = {str(p) for p in graph.predicates() if str(p).startswith(DPV)}
    classes = {str(o) for o in graph.objects() if isinstance(o, rdflib.URIRef) and str(o).startswith(DPV)}
    assert {known.get(iri) for iri in properties} == {"property"}
    assert {known.get(iri) for iri in classes} == {"class"}
    dpv = rdflib.Namespace(f"{DPV}#")
    assert len(set(graph.subjects(rdflib.RDF.type, dpv.Process))) == len(policy.purposes)
    voucher = rdflib.URIRef("urn:privacy-pipelines:activity:bookkeeping")
    path = dpv.hasStorageCondition / dpv.hasDuration / rdflib.DCTERMS.extent
    assert [str(value) for value in graph.objects(voucher, path)] == ["P7Y"]
    assert graph.value(voucher, dpv.hasLegalBasis) == rdflib.URIRef("https://w3id.org/dpv/legal/eu/gdpr#A6-1-c")


def test_the_manifest_is_what_fideslang_3_1_4_reads(policy: Policy, written: dict[str, str]) -> None:
    """Its own models, as JSON Schema: the package itself asks for an older pydantic than we use."""
    manifest = YAML(typ="safe").load(written["fideslang.yml"])
    Draft202012Validator(json.loads((HERE / "fideslang_taxonomy.json").read_text(encoding="utf-8"))).validate(manifest)
    said = [one for system in manifest["system"] for one in system["privacy_declarations"]]
    assert {name for one in said for name in one["data_categories"]} <= pinned_categories()
    assert {one["data_use"] for one in said} <= data_uses()
    fields = [field for dataset in manifest["dataset"] for table in dataset["collections"] for field in table["fields"]]
    assert len(fields) == sum(len(table.read) for table in policy.tables)


class Outline(HTMLParser):
    """What a screen reader goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.languages: list[str | None] = []
        self.cells: list[tuple[str, bool]] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.languages.append(said.get("lang"))
        if tag == "th":
            self.cells.append((tag, said.get("scope") in ("col", "row")))
        self.fetched += [str(said[name]) for name in ("src", "href") if name in said and not str(said[name]).startswith("#")]


@pytest.mark.parametrize(
    "name", ["notice-sv.html", "notice-en.html", "register-sv.html", "register-en.html", "concept-sv.html", "concept-en.html"]
)
def test_a_page_can_be_read_without_eyes_and_fetches_nothing(written: dict[str, str], name: str) -> None:
    page = Outline()
    page.feed(written[name])
    assert page.languages == [name[-7:-5]]
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert all(scoped for _, scoped in page.cells)
    assert not page.fetched


def test_every_purpose_is_in_notice_register_and_concept_under_its_title(policy: Policy, written: dict[str, str]) -> None:
    for language in policy.company.languages:
        for purpose in policy.purposes:
            title = dict(purpose.title)[language]
            assert f"#### {title}\n" in written[f"notice-{language}.md"]
            assert f">{title}</th>" in written[f"register-{language}.html"]
            assert f">{title}</th>" in written[f"concept-{language}.html"]


def test_who_is_reached_through_links_and_consents_is_named(policy: Policy) -> None:
    found = {one.purpose.name: one.subjects for one in activities(policy)}
    assert found["bookkeeping"] == ("customer",)
    assert found["newsletter"] == ("customer",)
    assert found["payroll_bookkeeping"] == ("employee",)
    assert "job_applicant" in found["consent_proof"]
