"""What comes in and goes out about people."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kitchen.web.schema import Answer, Schema


class SignIn(Schema):
    username: str = Field(min_length=1, max_length=40)
    password: str = Field(min_length=1, max_length=128)


class Credentials(SignIn):
    otp: str | None = None


class TokenOut(Answer):
    token: str
    expires_at: datetime


class Language(Schema):
    lang: str = Field(pattern="^(zh|en)$")


class StaffOut(Answer):
    uid: str
    username: str
    name: str
    initials: str
