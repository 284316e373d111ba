"""By which id a platform knows a post of ours, and what to do where nobody told us."""

from __future__ import annotations

from channels.base import Receipt, Rejected

NO_ID = "no_remote_id"
"""The code of a call about a live post whose id on the platform we never learned."""


def identity_of(receipt: Receipt) -> str:
    """The platform's id of a live post.

    Raises :class:`Rejected` where nobody told it, as when a person testified by address. Asked to
    delete no id at all, platforms answer that it is gone, which would be believed.
    """
    if not receipt.remote_id:
        raise Rejected("", code=NO_ID)
    return receipt.remote_id
