"""How the house says no: codes and sentences here, statuses and languages at the edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


def N_(message: str) -> str:  # noqa: N802 - gettext's customary name for "translate later"
    """Mark a sentence for the catalogues where no request, and so no language, is at hand."""
    return message


@dataclass(frozen=True, slots=True)
class Sentence:
    """A catalogue id with the values for its ``%(name)s`` places."""

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    """Plain values, or further sentences to be said in the same language."""

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Refusal(Exception):
    """A request that is understood and not carried out. Raising it undoes the unit of work.

    ``message`` is a catalogue id with ``%(name)s`` places filled from ``params``; ``code`` is
    stable and may be relied on by programs.
    """

    code: ClassVar[str] = "refused"
    default: ClassVar[str] = N_("这个操作没有办成。")

    def __init__(self, message: str = "", *, code: str = "", **params: Any) -> None:
        self.message = message or self.default
        self.params = params
        self.reason = code or self.code
        super().__init__(self.message % params if params else self.message)


class Invalid(Refusal):
    """What was given cannot be used. ``fields`` maps each field to its :class:`Sentence`."""

    code = "invalid"
    default = N_("有几处需要修改，请看标红的地方。")

    def __init__(
        self, message: str = "", *, fields: Mapping[str, str | Sentence] | None = None, **rest: Any
    ) -> None:
        super().__init__(message, **rest)
        self.fields = {
            name: told if isinstance(told, Sentence) else Sentence(told)
            for name, told in (fields or {}).items()
        }


class NotFound(Refusal):
    code = "not_found"
    default = N_("没有找到，可能已被合并或移走。")


class NotSignedIn(Refusal):
    code = "not_signed_in"
    default = N_("请先登录。")


class Forbidden(Refusal):
    """The actor lacks the permission, here or at all. The edge records it in the audit."""

    code = "forbidden"
    default = N_("您没有这项权限。如工作需要，请联系管理员调整岗位。")


class WrongState(Refusal):
    code = "wrong_state"
    default = N_("现在的状态不能这样做，请刷新后再看。")


class Stale(Refusal):
    """Someone changed it in the meantime; ``theirs`` is what stands now."""

    code = "stale"
    default = N_("别人刚刚改过这里。两个版本都在，请比较后再保存。")

    def __init__(
        self, message: str = "", *, theirs: Mapping[str, Any] | None = None, **rest: Any
    ) -> None:
        super().__init__(message, **rest)
        self.theirs = dict(theirs or {})


class Duplicate(Refusal):
    code = "duplicate"
    default = N_("已经有了，没有重复建立。")


class TooLarge(Refusal):
    code = "too_large"
    default = N_("文件太大。")


class TooOften(Refusal):
    """``seconds`` says when to try again."""

    code = "too_often"
    default = N_("尝试太频繁，请 %(seconds)s 秒后再试。")
