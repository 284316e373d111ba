"""The store in a bucket of any server that speaks S3, named by hash like the folder.

Bytes are hashed while they come down to a file of this machine, sent from there in pieces of
bounded size, and appear under their name whole or not at all, because that is how the protocol
writes. What the server then says to hold is compared before anything is acknowledged; what it
gives out is hashed before anybody sees it. Whatever goes wrong on the way there is
:class:`StoreUnavailable`, within bounded time.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from botocore.exceptions import BotoCoreError, ClientError

from assets.local_copies import LocalCopies
from assets.object_wire import GONE, TRIES, Body, Upward, code_of, md5_of, speaking
from assets.parts import Leaves, Parts
from assets.refusals import Refused
from assets.store import (
    CHUNK,
    STALE_AFTER,
    Absent,
    Blob,
    Damaged,
    Kept,
    StoreUnavailable,
    demand_name,
    is_name,
)

PIECE: Final = 16 * 1024**2
"""Bytes sent in one request; larger files go in several. 10,000 are allowed: 160 GB."""
IN_PARTS: Final = 8 * 1024**2
"""Bytes from which on a file can be read in parts; a smaller one is soon here as a whole."""
REMEMBERED: Final = 64
"""Large files whose leaves one process remembers: of a film of 2 GB 64 kB."""
_LOST: Final = frozenset({"409", "412", "PreconditionFailed", "ConditionalRequestConflict"})


class ObjectStore:
    """A store under ``prefix`` of a bucket, with ``copies`` of what is in use on this machine.

    ``readers`` is a client by the address at which readers reach the same server, for links that
    are given to them; without it there are none.
    """

    def __init__(
        self, client: Any, bucket: str, prefix: str, copies: LocalCopies, *, readers: Any = None
    ) -> None:
        self._client = client
        self._readers = readers
        self._leaves: OrderedDict[str, Leaves] = OrderedDict()
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._copies = copies

    def put(self, stream: BinaryIO, *, limit: int | None = None) -> Blob:
        blob = self._copies.take(stream, limit=limit)
        path = self._copies.path(blob.sha256)
        if path is None:
            raise StoreUnavailable(f"the copy of {blob.sha256} did not stay on this machine")
        try:
            with path.open("rb") as file, speaking():
                self._send(blob, file)
                if blob.size >= IN_PARTS:
                    self._keep_leaves(blob, Leaves.of(file))
        except BaseException:
            self._copies.drop(blob.sha256)  # nobody acknowledged it
            raise
        return blob

    def open(self, sha256: str) -> BinaryIO:
        path = self.path(sha256)
        if path is None:
            raise Absent(sha256)
        return path.open("rb")

    def path(self, sha256: str) -> Path | None:
        demand_name(sha256)
        try:
            return self._copies.path(sha256) or self._fetched(sha256)
        except Damaged:
            raise
        except Absent:
            return None

    def has(self, sha256: str) -> bool:
        keys = (self._key(sha256), self._aside(sha256))
        with speaking():
            return any(self._head(key) is not None for key in keys)

    def delete(self, sha256: str) -> bool:
        there = self.has(sha256)
        self._remove(self._key(sha256))
        self._remove(self._aside(sha256))
        self._remove(self._beside(sha256))
        self._copies.drop(sha256)
        return there

    def parts(self, sha256: str) -> Parts | None:
        demand_name(sha256)
        if self._copies.path(sha256) is not None:
            return None
        leaves = self._leaves_of(sha256)
        return Parts(leaves, partial(self._part, sha256)) if leaves else None

    def link(self, sha256: str, seconds: int, *, mime: str = "", disposition: str = "") -> str:
        """What is fetched there nobody has checked since the last scrub."""
        if self._readers is None:
            return ""
        key = self._key(sha256)
        with speaking():
            lies_there = self._head(key) is not None
        if not lies_there:
            self.bring_back(sha256)
        wishes = {"ResponseContentType": mime, "ResponseContentDisposition": disposition}
        asked = self._named(key) | {name: wish for name, wish in wishes.items() if wish}
        with speaking():
            link: str = self._readers.generate_presigned_url(
                "get_object", Params=asked, ExpiresIn=seconds
            )
        return link

    def names(self, after: str = "") -> Iterator[Kept]:
        start = f"{self._prefix}{after[:2]}/{after[2:4]}/{after}" if after else ""
        for kept in self._listed(self._prefix, start):
            folder, _, name = kept.sha256.rpartition("/")
            if is_name(name) and folder == f"{name[:2]}/{name[2:4]}" and name > after:
                yield Kept(name, kept.size, kept.since)

    def is_sound(self, sha256: str) -> bool:
        with speaking():
            return self._hash_there(self._key(sha256)) == sha256

    def quarantine(self, sha256: str) -> None:
        key, away = self._key(sha256), f"{self._prefix}damaged/{sha256}"
        self._move(key, away)
        self._copies.drop(sha256)
        if self._hash_there(away) == sha256:  # healed in this moment
            self._move(away, key)

    def set_aside(self, sha256: str) -> None:
        self._move(self._key(sha256), self._aside(sha256))

    def aside(self) -> Iterator[Kept]:
        return (each for each in self._listed(f"{self._prefix}aside/") if is_name(each.sha256))

    def bring_back(self, sha256: str) -> None:
        key, aside = self._key(sha256), self._aside(sha256)
        with speaking():
            came_anew = self._head(key) is not None and self._head(aside) is not None
        if came_anew:
            self._remove(aside)
        else:
            self._move(aside, key)

    def forget_aside(self, sha256: str) -> None:
        self._remove(self._aside(sha256))
        with speaking():
            came_anew = self._head(self._key(sha256)) is not None
        if not came_anew:
            self._remove(self._beside(sha256))

    def sweep(self, now: float | None = None) -> int:
        eldest = (time.time() if now is None else now) - STALE_AFTER
        with speaking():
            found = self._client.list_multipart_uploads(Bucket=self._bucket, Prefix=self._prefix)
            stale = [e for e in found.get("Uploads", ()) if e["Initiated"].timestamp() < eldest]
            for each in stale:
                self._give_up(each["Key"], each["UploadId"])
        return len(stale)

    def _send(self, blob: Blob, file: BinaryIO) -> None:
        """See to it that the server holds these bytes under their name."""
        key, tag = self._key(blob.sha256), _tag_of(file)
        there = self._head(key)
        if there is None:
            self._write(key, blob, file, {"IfNoneMatch": "*"})
        elif self._is_this(there, blob, tag):
            return
        else:
            self._write(key, blob, file, {})  # what lies there is damaged: this heals it
        if not self._is_this(self._head(key), blob, tag):
            raise StoreUnavailable(f"the store did not keep {blob.sha256} as it was sent")

    def _is_this(self, there: dict[str, Any] | None, blob: Blob, tag: str) -> bool:
        """Whether an object is ``blob``: by its tag, or where that says nothing, by reading it."""
        if there is None or there["ContentLength"] != blob.size:
            return False
        return there["ETag"].strip('"') == tag or (
            self._hash_there(self._key(blob.sha256)) == blob.sha256
        )

    def _write(self, key: str, blob: Blob, file: BinaryIO, terms: dict[str, str]) -> None:
        """Write the object whole or not at all; another who wrote the same name first has won."""
        file.seek(0)
        try:
            if blob.size <= PIECE:
                data = file.read()
                body = Upward(data)
                self._client.put_object(Body=body, **self._named(key), **md5_of(data), **terms)
            else:
                self._write_in_pieces(key, file, terms)
        except ClientError as error:
            if not terms or code_of(error) not in _LOST:
                raise

    def _write_in_pieces(self, key: str, file: BinaryIO, terms: dict[str, str]) -> None:
        named = self._named(key)
        upload = self._client.create_multipart_upload(**named)["UploadId"]
        try:
            parts: list[dict[str, Any]] = []
            while data := file.read(PIECE):
                number = len(parts) + 1
                sent = self._client.upload_part(
                    Body=Upward(data), UploadId=upload, PartNumber=number, **named, **md5_of(data)
                )
                parts.append({"ETag": sent["ETag"], "PartNumber": number})
            self._client.complete_multipart_upload(
                UploadId=upload, MultipartUpload={"Parts": parts}, **named, **terms
            )
        except BaseException:
            self._give_up(key, upload)
            raise

    def _give_up(self, key: str, upload: str) -> None:
        with suppress(BotoCoreError, ClientError):  # then the sweep does it tomorrow
            self._client.abort_multipart_upload(UploadId=upload, **self._named(key))

    def _fetched(self, sha256: str) -> Path | None:
        """A checked copy from the server. Raises :class:`Absent`, :class:`Damaged`."""
        for left in reversed(range(TRIES)):
            try:
                with speaking(), closing(self._body(sha256)) as body:
                    got = self._copies.take(cast(BinaryIO, body))
            except StoreUnavailable:
                if not left:
                    raise
                continue
            except Refused:
                got = None  # not a single byte
            if got is not None and got.sha256 == sha256:
                return self._copies.path(sha256)
            if got is not None:
                self._copies.drop(got.sha256)
        raise Damaged(sha256)

    def _body(self, sha256: str, span: str = "") -> Body:
        try:
            return self._get(self._key(sha256), span)
        except Absent:
            self.bring_back(sha256)
            return self._get(self._key(sha256), span)

    def _get(self, key: str, span: str = "") -> Body:
        asked = self._named(key) | ({"Range": span} if span else {})
        with speaking():
            return Body(self._client.get_object(**asked))

    def _part(self, sha256: str, begin: int, end: int) -> bytes:
        """The bytes from one place to before another, by one request."""
        with speaking(), closing(self._body(sha256, f"bytes={begin}-{end - 1}")) as body:
            return b"".join(iter(lambda: body.read(CHUNK), b""))

    def _keep_leaves(self, blob: Blob, leaves: Leaves) -> None:
        """Written after the file itself: without them it is whole all the same."""
        data = leaves.to_bytes()
        self._client.put_object(
            Body=Upward(data), **self._named(self._beside(blob.sha256)), **md5_of(data)
        )

    def _leaves_of(self, sha256: str) -> Leaves | None:
        """Its leaves, as they are known or kept; None for a small file, or where they are lost."""
        if sha256 in self._leaves:
            return self._leaves[sha256]
        try:
            with speaking(), closing(self._get(self._beside(sha256))) as body:
                kept = b"".join(iter(lambda: body.read(CHUNK), b""))
            leaves = Leaves.from_bytes(kept)
        except (Absent, ValueError):
            return None
        self._leaves[sha256] = leaves
        while len(self._leaves) > REMEMBERED:
            self._leaves.popitem(last=False)
        return leaves

    def _hash_there(self, key: str) -> str:
        digest = hashlib.sha256()
        with closing(self._get(key)) as body:
            while chunk := body.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def _head(self, key: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._client.head_object(**self._named(key))
        except ClientError as error:
            if code_of(error) in GONE:
                return None
            raise
        return found

    def _move(self, source: str, target: str) -> None:
        """Copy, then remove: killed in between, both are there, and they are the same."""
        with speaking():
            before = self._head(source)
            if before is None:
                raise Absent(source.rpartition("/")[2])
            self._client.copy_object(CopySource=self._named(source), **self._named(target))
            after = self._head(target)
            if after is None or after["ContentLength"] != before["ContentLength"]:
                raise StoreUnavailable(f"the store did not copy {source}")
        self._remove(source)

    def _remove(self, key: str) -> None:
        with speaking():
            self._client.delete_object(**self._named(key))

    def _listed(self, prefix: str, start: str = "") -> Iterator[Kept]:
        """What lies under a prefix, named by the rest of its key."""
        asked = {"Bucket": self._bucket, "Prefix": prefix}
        if start:
            asked["StartAfter"] = start
        with speaking():
            for page in self._client.get_paginator("list_objects_v2").paginate(**asked):
                for each in page.get("Contents", ()):
                    name = each["Key"].removeprefix(prefix)
                    yield Kept(name, each["Size"], each["LastModified"].timestamp())

    def _named(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": key}

    def _key(self, sha256: str) -> str:
        demand_name(sha256)
        return f"{self._prefix}{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def _aside(self, sha256: str) -> str:
        return f"{self._prefix}aside/{sha256}"

    def _beside(self, sha256: str) -> str:
        """Where the leaves of a large file are kept; they hold for its name wherever it lies."""
        return f"{self._prefix}leaves/{sha256}"


def _tag_of(file: BinaryIO) -> str:
    """The ETag that servers give: the MD5, or of a file in pieces that of the pieces' MD5s."""
    pieces = []
    while data := file.read(PIECE):
        pieces.append(hashlib.md5(data, usedforsecurity=False))
    if len(pieces) == 1:
        return pieces[0].hexdigest()
    whole = hashlib.md5(b"".join(each.digest() for each in pieces), usedforsecurity=False)
    return f"{whole.hexdigest()}-{len(pieces)}"
