"""Where alerts go. Everything is said by environment variables, for two of them are secrets; none set, nobody is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from privacy_pipelines.errors import InputError

PREFIX = "PRIVACY_PIPELINES_ALERTS_"
DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that takes JSON by POST."""

    url: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server, and between whom."""

    host: str
    port: int
    implicit_tls: bool
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def insists_on_tls(self) -> bool:
        """Whether a server without TLS is refused: all but one on this machine that needs no password."""
        return bool(self.user) or self.host not in LOOPBACK


Way = Webhook | Mail


@dataclass(frozen=True, slots=True)
class Alerting:
    """The ways by name, and the address under which people reach the UI."""

    ways: tuple[tuple[str, Way], ...] = ()
    ui: str = ""

    def way(self, name: str) -> Way | None:
        """The way of that name; None where it is no longer configured."""
        return dict(self.ways).get(name)


def alerting(environment: Mapping[str, str]) -> Alerting:
    """What the environment says.

    >>> found = alerting({"PRIVACY_PIPELINES_ALERTS_WEBHOOK": "https://hooks.example/x", "PRIVACY_PIPELINES_ALERTS_UI": "https://ui.example/"})
    >>> [name for name, _ in found.ways], found.ui
    (['webhook'], 'https://ui.example')

    Raises:
        InputError: a variable cannot be used; the message names it and never says what it holds.
    """
    said = {name.removeprefix(PREFIX): value.strip() for name, value in environment.items() if name.startswith(PREFIX) and value.strip()}
    ways: list[tuple[str, Way]] = []
    if "WEBHOOK" in said:
        ways.append(("webhook", Webhook(_address("WEBHOOK", said["WEBHOOK"], ("https", "http")), said.get("TOKEN", ""))))
    if "TO" in said or "SMTP" in said:
        ways.append(("mail", _mail(said)))
    return Alerting(tuple(ways), said.get("UI", "").rstrip("/"))


def _mail(said: Mapping[str, str]) -> Mail:
    missing = [name for name in ("SMTP", "FROM", "TO") if name not in said]
    if missing:
        raise InputError(f"{PREFIX}{missing[0]}: not set. Mail needs SMTP, FROM and TO")
    server = urlsplit(_address("SMTP", said["SMTP"], tuple(DEFAULT_PORTS)))
    to = tuple(one.strip() for one in said["TO"].split(",") if one.strip())
    for name, addresses in (("TO", to), ("FROM", (said["FROM"],))):
        if not all("@" in one and one.isprintable() for one in addresses):
            raise InputError(f"{PREFIX}{name}: not a mail address. Several in TO are separated by commas")
    return Mail(
        host=server.hostname or "", port=server.port or DEFAULT_PORTS[server.scheme], implicit_tls=server.scheme == "smtps",
        sender=said["FROM"], to=to, user=unquote(server.username or ""), password=said.get("PASSWORD", ""),
    )  # fmt: skip


def _address(name: str, value: str, schemes: tuple[str, ...]) -> str:
    try:
        found = urlsplit(value)
        usable = found.scheme in schemes and bool(found.hostname) and found.port != 0 and not (name == "SMTP" and found.password)
    except ValueError:
        usable = False
    if not usable:
        hint = f"Write it as {schemes[0]}://{'user@' if name == 'SMTP' else ''}host:port"
        raise InputError(f"{PREFIX}{name}: not an address that can be used. {hint}{', and the password into PASSWORD' * (name == 'SMTP')}")
    return value
