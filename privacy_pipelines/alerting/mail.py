"""A plain text message by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import make_msgid

from privacy_pipelines.alerting.alert import Alert
from privacy_pipelines.alerting.settings import Mail


def send_mail(alert: Alert, to: Mail, *, patience: float) -> None:
    """One attempt; each answer of the server may take so many seconds. Raises OSError, of which smtplib.SMTPException is one."""
    context = ssl.create_default_context()
    if to.implicit_tls:
        with smtplib.SMTP_SSL(to.host, to.port, timeout=patience, context=context) as server:
            _hand_over(server, alert, to)
        return
    with smtplib.SMTP(to.host, to.port, timeout=patience) as server:
        server.ehlo()
        if to.insists_on_tls or server.has_extn("starttls"):
            server.starttls(context=context)
        _hand_over(server, alert, to)


def _hand_over(server: smtplib.SMTP, alert: Alert, to: Mail) -> None:
    if to.user:
        server.login(to.user, to.password)
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = alert.title, to.sender, ", ".join(to.to)
    message["Message-ID"], message["Auto-Submitted"] = make_msgid(domain=to.sender.rpartition("@")[2]), "auto-generated"
    message.set_content(alert.text)
    server.send_message(message)
