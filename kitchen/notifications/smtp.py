"""Mail by SMTP: one letter, one connection, and errors that say what they prove.

Until the letter itself goes over the line nothing can have been taken. From there on only the
server's word counts; where it breaks off, the letter is not sent again.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from kitchen.config import LOOPBACK
from kitchen.ports import Letter, Mailer, NotSent, PerhapsSent, QuietMailer

SECONDS = 20.0
PORTS = {"smtp": 25, "smtps": 465}


class SmtpMailer:
    """A mail server. TLS is demanded, except on this machine itself."""

    on = True

    def __init__(self, url: str, sender: str, seconds: float = SECONDS) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._scheme, self._host = parts.scheme, parts.hostname
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender
        self._seconds = seconds

    def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises :class:`NotSent` or :class:`PerhapsSent`."""
        try:
            content = self._written(letter).as_bytes()
            server = self._connected()
        except Exception as error:
            raise _not_sent(error) from error
        try:
            self._announce(server, letter.to)
            _hand_over(server, content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        tls = ssl.create_default_context()
        if self._scheme == "smtps":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._seconds, context=tls)
        server = smtplib.SMTP(self._host, self._port, timeout=self._seconds)
        try:
            server.ehlo()
            if self._host not in LOOPBACK:
                server.starttls(context=tls)
                server.ehlo()
        except BaseException:
            server.close()
            raise
        return server

    def _announce(self, server: smtplib.SMTP, to: str) -> None:
        """Everything before the letter itself."""
        try:
            if self._user:
                server.login(self._user, self._password)
            server.ehlo_or_helo_if_needed()
            for code, said in (server.mail(self._sender), server.rcpt(to)):
                if code // 100 != 2:
                    raise smtplib.SMTPResponseException(code, said)
        except Exception as error:
            raise _not_sent(error) from error

    def _written(self, letter: Letter) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, letter.to, letter.subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{letter.uid}@{self._sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text, cte="base64")
        return mail


def _hand_over(server: smtplib.SMTP, content: bytes) -> None:
    try:
        code, said = server.data(content)
    except smtplib.SMTPDataError as error:
        raise _not_sent(error) from error
    except Exception as error:
        raise PerhapsSent(_words(error)) from error
    if code // 100 != 2:
        raise _not_sent(smtplib.SMTPDataError(code, said))


def _not_sent(error: Exception) -> NotSent:
    """What the server refused for good, or no line can carry, is not tried again."""
    refused = isinstance(error, smtplib.SMTPResponseException) and error.smtp_code // 100 == 5
    broken_line = isinstance(error, OSError | smtplib.SMTPException)
    return NotSent(_words(error), later=broken_line and not refused)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        told = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {told}"
    return f"{type(error).__name__}: {error}"


def mailer_of(url: str, sender: str) -> Mailer:
    """The way out for mail; without an address of a server there is none."""
    return SmtpMailer(url, sender) if url else QuietMailer()
