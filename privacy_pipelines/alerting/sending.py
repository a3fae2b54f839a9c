"""One attempt over one way: told, or why not."""

from __future__ import annotations

import smtplib
import urllib.error
from http.client import HTTPException

from privacy_pipelines.alerting.alert import Alert
from privacy_pipelines.alerting.mail import send_mail
from privacy_pipelines.alerting.settings import Way, Webhook
from privacy_pipelines.alerting.webhook import post

PATIENCE_S = 10.0


def attempt(alert: Alert, way: Way, *, patience: float = PATIENCE_S) -> str:
    """'' where it was told, else why not. A server's own words are left out: they may repeat an address or a secret."""
    try:
        if isinstance(way, Webhook):
            post(alert, way, patience=patience)
        else:
            send_mail(alert, way, patience=patience)
    except urllib.error.HTTPError as error:
        error.close()
        return f"it answered {error.code}"
    except smtplib.SMTPResponseException as error:
        return f"it answered {error.smtp_code}"
    except (OSError, ValueError, HTTPException) as error:
        return f"it cannot be reached ({type(error).__name__})"
    return ""
