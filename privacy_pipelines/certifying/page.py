"""A certificate for people: one HTML file, nothing fetched from anywhere. Pure, but for reading its own template."""

from __future__ import annotations

from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from privacy_pipelines import report
from privacy_pipelines.evidence.certificate import Certificate
from privacy_pipelines.evidence.entries import read
from privacy_pipelines.evidence.heads import read_head
from privacy_pipelines.evidence.signing import fingerprint
from privacy_pipelines.report import words

EXEMPT = {"held": "held", "unexpected_erasure": "waits for a person", "undeclared": "no longer named by the policy"}


def render(certificate: Certificate, digest: str) -> str:
    """The page. `digest` is the SHA-256 of the JSON file that it shows."""
    folders = [FileSystemLoader(Path(__file__).parent), FileSystemLoader(Path(report.__file__).parent)]
    environment = Environment(
        loader=ChoiceLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["spaced"] = words.spaced
    head = read_head(certificate.head.encode())
    entries = [read(one.line.encode() + b"\n", seq=one.seq) for one in certificate.entries]
    return environment.get_template("certificate.html").render(
        c=certificate, deed=certificate.deed, digest=digest, head=head, entries=entries, fingerprint=fingerprint(certificate.key),
        actions=words.ACTIONS, exempt=EXEMPT,
    )  # fmt: skip
