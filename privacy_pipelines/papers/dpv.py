"""The record of processing in the W3C Data Privacy Vocabulary, as JSON-LD. Its terms are pinned in `dpv_terms.csv`; it claims no
conformance: DPV has no profile of the record to conform with. Pure."""

from __future__ import annotations

import json
from typing import Any

from privacy_pipelines.papers.activities import Activity, activities
from privacy_pipelines.papers.wording import kept
from privacy_pipelines.policy.model import Policy, Recipient, Text

DPV, GDPR = "https://w3id.org/dpv#", "https://w3id.org/dpv/legal/eu/gdpr#"
CONTEXT = {
    "dpv": DPV, "eu-gdpr": GDPR, "dct": "http://purl.org/dc/terms/", "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
SUBJECTS = {
    "customer": "dpv:Customer", "employee": "dpv:Employee", "job_applicant": "dpv:JobApplicant", "participant": "dpv:Participant",
    "subscriber": "dpv:Subscriber", "visitor": "dpv:Visitor", "user": "dpv:User", "patient": "dpv:Patient", "student": "dpv:Student",
}  # fmt: skip
"""Kinds of data subject that DPV has a class for; of the others it is only said that they are data subjects."""

Node = dict[str, Any]


def register_jsonld(policy: Policy) -> str:
    """The record as a JSON-LD document; one node for each purpose, with its own time limits."""
    company, said = policy.company, policy.company.notice
    controller: Node = {
        "@id": "urn:privacy-pipelines:controller", "@type": "dpv:DataController", "dpv:hasName": company.name,
        "dpv:hasContact": company.contact,
        "dpv:hasDataProtectionOfficer": {"@type": "dpv:DataProtectionOfficer", "dpv:hasContact": company.dpo},
    }  # fmt: skip
    if said.address:
        controller["dpv:hasAddress"] = said.address
    if said.representative:
        controller["dpv:hasRepresentative"] = said.representative
    if said.joint_controllers:
        controller["dpv:hasJointDataControllers"] = list(said.joint_controllers)
    graph = [controller, *(_process(policy, one) for one in activities(policy))]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=2) + "\n"


def _process(policy: Policy, one: Activity) -> Node:
    purpose = one.purpose
    node: Node = {
        "@id": f"urn:privacy-pipelines:activity:{purpose.name}",
        "@type": "dpv:Process",
        "dct:title": _tagged(purpose.title),
        "dct:source": purpose.source,
        "dpv:hasDataController": {"@id": "urn:privacy-pipelines:controller"},
        "dpv:hasPurpose": {"@type": "dpv:Purpose", "skos:prefLabel": _tagged(purpose.title), "dct:identifier": purpose.data_use},
        "dpv:hasLegalBasis": {"@id": purpose.legal_basis},
        "dpv:hasDataSubject": [_subject(name) for name in one.subjects],
        "dpv:hasPersonalData": [_data(name, special=name in one.special) for name in one.categories],
        "dpv:hasRecipient": [_recipient(to, abroad=to in one.abroad) for to in one.recipients],
        "dpv:hasStorageCondition": _storage(policy, one),
    }
    if policy.company.notice.security:
        measures = {"@type": "dpv:TechnicalOrganisationalMeasure", "dct:description": _tagged(policy.company.notice.security)}
        node["dpv:hasTechnicalOrganisationalMeasure"] = measures
    return {key: value for key, value in node.items() if value}


def _subject(name: str) -> Node:
    return {"@type": SUBJECTS.get(name, "dpv:DataSubject"), "dct:identifier": name}


def _data(category: str, *, special: bool) -> Node:
    return {"@type": "dpv:SpecialCategoryPersonalData" if special else "dpv:PersonalData", "dct:identifier": category}


def _recipient(to: Recipient, *, abroad: bool) -> Node:
    where = "dpv:hasThirdCountry" if abroad else "dpv:hasCountry"
    node: Node = {"@type": "dpv:Recipient", "dpv:hasName": _tagged(to.title), where: to.country}
    return {**node, "dpv:hasLegalMeasure": _tagged(to.safeguard)} if to.safeguard else node


def _storage(policy: Policy, one: Activity) -> Node:
    """The time limit: until an event, or a span after one."""
    purpose, languages = one.purpose, [language for language in policy.company.languages if language in ("en", "sv")]
    lives = bool(purpose.period.months or purpose.period.days)
    span = {"@value": str(purpose.period), "@type": "xsd:duration"}
    duration: Node = {"@type": "dpv:TemporalDuration", "dct:extent": span} if lives else {"@type": "dpv:UntilEventDuration"}
    duration["dct:description"] = [{"@language": language, "@value": kept(purpose, policy, language)} for language in languages]
    return {"@type": "dpv:StorageDuration", "dpv:hasDuration": duration}


def _tagged(text: Text) -> list[Node]:
    return [{"@language": language, "@value": words} for language, words in text]
