"""JSON by POST, as chat services and incident tools take it."""

from __future__ import annotations

import json
import urllib.request

from privacy_pipelines.alerting.alert import Alert
from privacy_pipelines.alerting.settings import Webhook


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An address that points elsewhere is a mistake: the token is meant for this one alone."""

    def redirect_request(self, *_: object) -> None:
        """Never followed; the answer counts as an error."""


def post(alert: Alert, to: Webhook, *, patience: float) -> None:
    """One attempt, of so many seconds. Raises OSError for every answer but a 2xx, and for none."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {to.token}"} if to.token else {})}
    body = json.dumps(alert.fields()).encode()
    request = urllib.request.Request(to.url, body, headers, method="POST")  # noqa: S310  settings.py lets http and https in
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=patience):
        pass
