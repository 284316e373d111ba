"""The code by which somebody without an account follows what they sent: nobody can guess it, and
nobody keeps it.

It is made of the secret of the house, the key of the form and what was sent, so that a form that
is sent twice gets the same code and the same receipt, with nothing kept but the code's hash.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What cannot be taken for another when it is read aloud or copied by hand."""
LENGTH = 16
"""Some 79 bits."""
_GROUP = 4


def code_for(secret: str, key: str, *sent: str) -> str:
    """The code of what was sent by the form with this key, in groups of four."""
    told = "\x00".join((key, *sent)).encode()
    number = int.from_bytes(hmac.new(secret.encode(), told, hashlib.sha256).digest(), "big")
    letters = ""
    for _ in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters += ALPHABET[letter]
    return grouped(letters)


def grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def hash_of(code: str) -> str:
    """SHA-256 (hex) of a code however it is written: small letters, full width, gaps, no dashes."""
    plain = unicodedata.normalize("NFKC", code).upper()
    return hashlib.sha256("".join(filter(str.isalnum, plain)).encode()).hexdigest()
