"""One attempt over each way, against real servers: what arrives, and what is said where it does not."""

from __future__ import annotations

import pytest

from privacy_pipelines.alerting.alert import Withheld, night_failed, plan_withheld
from privacy_pipelines.alerting.sending import attempt
from privacy_pipelines.alerting.settings import Way, alerting
from privacy_pipelines.errors import InputError
from tests.alerting.conftest import Hook, Post

PART = Withheld("crm.people", "newsletter", "more than the limit", 60, "ab" * 32)
ALERT = plan_withheld([PART], run="r1", as_of="2026-03-11", link="https://ui.example/runs/r1")
SECRET = "s3cret"  # noqa: S105  it must not get out, and is none
MAIL = {"FROM": "dagster@firm.example", "TO": "dpo@firm.example, ops@firm.example"}


def way(**said: str) -> Way:
    ((_, found),) = alerting({f"PRIVACY_PIPELINES_ALERTS_{name}": value for name, value in said.items()}).ways
    return found


def test_a_webhook_gets_the_alert_as_text_and_in_fields(hook: Hook) -> None:
    assert attempt(ALERT, way(WEBHOOK=hook.url, TOKEN=SECRET)) == ""

    (got,) = hook.got
    assert (got["kind"], got["run"], got["as_of"], got["parts"][0]["table"]) == ("plan_withheld", "r1", "2026-03-11", "crm.people")
    assert got["text"].startswith("1 part waits for a person before they are erased (plan of 2026-03-11)")
    assert hook.headers[0]["Authorization"] == "Bearer s3cret"


def test_mail_goes_to_everyone_who_is_named(post: Post) -> None:
    assert attempt(ALERT, way(SMTP=post.url, **MAIL)) == ""

    (got,) = post.got
    assert (got["To"], got["From"], got["Auto-Submitted"]) == (
        "dpo@firm.example, ops@firm.example",
        "dagster@firm.example",
        "auto-generated",
    )
    assert "crm.people newsletter: more than the limit, 60 rows, digest abababababab" in str(got.get_payload())


@pytest.mark.parametrize("answer", [500, 404, 302, 307])
def test_an_answer_that_is_no_success_counts_as_not_told_and_is_never_followed(hook: Hook, answer: int) -> None:
    hook.answer = answer

    assert attempt(ALERT, way(WEBHOOK=hook.url, TOKEN=SECRET)) == f"it answered {answer}"
    assert len(hook.got) == 1


def test_a_mail_server_that_refuses_is_named_by_its_code_alone(post: Post) -> None:
    post.answer = "554 5.7.1 dpo@firm.example is blocked"

    assert attempt(ALERT, way(SMTP=post.url, **MAIL)) == "it answered 554"


def test_a_password_never_goes_over_a_line_without_tls(post: Post) -> None:
    named = post.url.replace("smtp://", "smtp://me@")

    assert attempt(ALERT, way(SMTP=named, PASSWORD=SECRET, **MAIL)) == "it cannot be reached (SMTPNotSupportedError)"
    assert post.got == []


def test_nobody_there_is_said_without_the_address() -> None:
    for nowhere in (way(WEBHOOK="http://127.0.0.1:9/secret-path"), way(SMTP="smtp://127.0.0.1:9", **MAIL)):
        assert attempt(ALERT, nowhere, patience=2) in {"it cannot be reached (URLError)", "it cannot be reached (ConnectionRefusedError)"}


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"WEBHOOK": "file:///etc/s3cret"}, "ALERTS_WEBHOOK: not an address"),
        ({"WEBHOOK": "https://"}, "ALERTS_WEBHOOK: not an address"),
        ({"TO": "dpo@firm.example"}, "ALERTS_SMTP: not set"),
        ({"SMTP": "smtp://me:s3cret@mail.example", **MAIL}, "the password into PASSWORD"),
        ({"SMTP": "smtp://mail.example:s3cret", **MAIL}, "ALERTS_SMTP: not an address"),
        ({"SMTP": "smtps://mail.example", **MAIL, "TO": "s3cret"}, "ALERTS_TO: not a mail address"),
        ({"SMTP": "smtps://mail.example", **MAIL, "FROM": "a@b\nBcc: s3cret"}, "ALERTS_FROM: not a mail address"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_quoted(said: dict[str, str], names: str) -> None:
    with pytest.raises(InputError, match=names) as error:
        way(**said)

    assert "s3cret" not in str(error.value)


def test_secrets_are_in_no_repr() -> None:
    assert "s3cret" not in repr(way(WEBHOOK="https://x.example", TOKEN=SECRET))
    assert "s3cret" not in repr(way(SMTP="smtps://me@mail.example", PASSWORD=SECRET, **MAIL))


def test_a_failure_says_where_and_what() -> None:
    alert = night_failed("night", run="r1", as_of="2026-03-11", said=["inbox: company.yaml:3: unknown key 'zon'"])

    assert alert.text == "night of 2026-03-11 failed\n\ninbox: company.yaml:3: unknown key 'zon'"


def test_many_parts_are_counted_and_not_all_listed() -> None:
    assert "… and 5 more" in plan_withheld([PART] * 25, run="r", as_of="").text
