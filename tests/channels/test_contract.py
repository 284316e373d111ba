"""The contract that every adapter keeps, proved over real HTTP: what each ending is called."""

from __future__ import annotations

import json
import logging
import socket
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from channels.base import (
    ChannelError,
    NeedsReauth,
    Outcome,
    Probes,
    Recalls,
    Receipt,
    Rejected,
    StaleToken,
    Unavailable,
    Unsure,
    post_from_json,
)
from channels.remedies import remedy
from tests.channels.cases import CASES, REFRESH, SECRET, TOKEN, Case
from tests.channels.platform import BAD_GATEWAY, CUT_JSON, DROPPED, Answer, Platform, Reaction
from tests.channels.twins import FILES, MemoryFiles

every_adapter = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
uploading = pytest.mark.parametrize("case", [c for c in CASES if c.upload], ids=lambda c: c.name)
carrying = pytest.mark.parametrize(
    "case", [c for c in CASES if c.edition().media], ids=lambda c: c.name
)
renewing = pytest.mark.parametrize("case", [c for c in CASES if c.renewal], ids=lambda c: c.name)


@pytest.fixture
def closed_port() -> Iterator[str]:
    """An address at which nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@every_adapter
def test_a_composed_post_is_sent_once_and_leaves_evidence(case: Case, platform: Platform) -> None:
    channel = case.play(platform)
    assert case.channel.check(case.edition()) == []

    parcel = channel.prepare(case.post())
    receipt = channel.publish(case.post(), json.loads(json.dumps(parcel)))

    assert receipt.outcome is case.outcome
    assert receipt.remote_id or receipt.task_id
    assert receipt.evidence
    assert len(platform.asked(case.create)) == 1
    assert SECRET not in json.dumps(dict(receipt.evidence))


@every_adapter
def test_a_post_survives_storage_unchanged(case: Case) -> None:
    stored = json.loads(json.dumps(case.post().as_json()))
    assert post_from_json(stored) == case.post()
    assert post_from_json(stored).payload_hash == case.post().payload_hash


@every_adapter
def test_a_refusal_carries_code_words_and_a_remedy(case: Case, platform: Platform) -> None:
    error = _failing(case, platform, case.refused)
    assert type(error) is Rejected
    assert error.code == case.refused_code
    found = remedy(case.channel.key, error.code)
    assert found is not None
    assert found.error is Rejected
    assert len(platform.asked(case.create)) == 1


@every_adapter
@pytest.mark.parametrize(
    "fault", [DROPPED, BAD_GATEWAY, CUT_JSON, Answer("[]"), Answer("", 302)], ids=repr
)
def test_an_unclear_ending_is_unsure_and_never_sent_again(
    case: Case, platform: Platform, fault: Reaction
) -> None:
    error = _failing(case, platform, fault)
    assert type(error) is Unsure
    assert len(platform.asked(case.create)) == 1


@every_adapter
def test_success_without_the_id_that_we_need_is_unsure(case: Case, platform: Platform) -> None:
    good = {"error_code": 0}
    empty = {"errcode": 0, "result": 1, "code": 0, "data": good, "extra": good}
    assert type(_failing(case, platform, Answer(empty))) is Unsure


@every_adapter
def test_a_refused_connection_proves_that_nothing_was_sent(
    case: Case, platform: Platform, closed_port: str
) -> None:
    parcel = case.play(platform).prepare(case.post())
    with pytest.raises(Unavailable) as caught:
        case.open(closed_port).publish(case.post(), parcel)
    assert caught.value.code == "unsent"


@every_adapter
def test_a_rate_limit_is_a_proved_refusal(case: Case, platform: Platform) -> None:
    error = _failing(case, platform, case.rate)
    assert isinstance(error, Unavailable)
    assert error.retry_after is not None
    assert error.retry_after.total_seconds() > 0


@renewing
def test_a_stale_token_is_renewed_once_and_the_call_made_again(
    case: Case, platform: Platform
) -> None:
    channel = case.play(platform)
    parcel = channel.prepare(case.post())
    renewed = len(platform.asked(case.renewal))
    platform.once(case.create, case.auth)

    assert channel.publish(case.post(), parcel).outcome is case.outcome
    assert len(platform.asked(case.create)) == 2
    assert len(platform.asked(case.renewal)) > renewed


@every_adapter
def test_a_token_that_stays_bad_needs_a_person(case: Case, platform: Platform) -> None:
    channel = case.play(platform)
    parcel = channel.prepare(case.post())
    platform.once(case.create, *[case.auth] * 5)
    with pytest.raises(NeedsReauth) as caught:
        channel.publish(case.post(), parcel)
    assert len(platform.asked(case.create)) == (2 if case.renewal else 1)
    found = remedy(case.channel.key, caught.value.code)
    assert found is not None
    assert found.error in (NeedsReauth, StaleToken)


@renewing
@pytest.mark.parametrize("fault", [DROPPED, BAD_GATEWAY, CUT_JSON], ids=repr)
def test_a_failed_renewal_proves_that_nothing_was_published(
    case: Case, platform: Platform, fault: Reaction
) -> None:
    channel = case.play(platform)
    platform.once(case.renewal, fault)
    with pytest.raises(Unavailable):
        channel.prepare(case.post())
    assert platform.asked(case.create) == []


@uploading
@pytest.mark.parametrize("fault", [DROPPED, BAD_GATEWAY, CUT_JSON], ids=repr)
def test_an_unclear_upload_may_simply_be_repeated(
    case: Case, platform: Platform, fault: Reaction
) -> None:
    channel = case.play(platform)
    platform.once(case.upload, fault)
    with pytest.raises(Unavailable):
        channel.prepare(case.post())
    assert channel.prepare(case.post())
    assert platform.asked(case.create) == []


@carrying
def test_bytes_that_were_not_approved_never_leave(case: Case, platform: Platform) -> None:
    case.play(platform)
    files = MemoryFiles(*FILES)
    files.contents = {sha: data + b"!" for sha, data in files.contents.items()}
    channel = case.open_with(platform.url, files)
    with pytest.raises(Rejected) as caught:
        channel.prepare(case.post())
    assert caught.value.code == "media_changed"
    assert not any(data in request.body for request in platform.requests for data in FILES)


@carrying
def test_a_file_that_is_gone_is_refused_by_name(case: Case, platform: Platform) -> None:
    case.play(platform)
    channel = case.open_with(platform.url, MemoryFiles())
    with pytest.raises(Rejected) as caught:
        channel.prepare(case.post())
    assert caught.value.code == "media_missing"


@every_adapter
@pytest.mark.parametrize("fault", ["auth", "refused", "rate", "dropped", "gateway"])
def test_no_secret_is_in_an_exception_its_traceback_or_a_log_line(
    case: Case, platform: Platform, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    known = [TOKEN] * bool(case.renewal) + list(case.settings.values())
    own = [secret for secret in (SECRET, TOKEN, REFRESH) if secret in known]
    echo = Answer(f"<p>{' '.join(own)}</p>", 502)
    reactions: dict[str, Reaction] = {"dropped": DROPPED, "gateway": echo}
    reaction = reactions[fault] if fault in reactions else getattr(case, fault)
    error = _failing(case, platform, reaction)
    shown = "\n".join(
        [*traceback.format_exception(error), repr(error), json.dumps(error.evidence), caplog.text]
    )
    context = error.__context__
    shown += repr(context) + repr(getattr(context, "request", ""))
    assert not [secret for secret in (SECRET, TOKEN, REFRESH) if secret in shown]


@pytest.mark.parametrize(
    "case", [c for c in CASES if issubclass(c.channel, Probes)], ids=lambda c: c.name
)
def test_probing_reads_only_and_tells_a_bad_account(case: Case, platform: Platform) -> None:
    channel = case.play(platform)
    platform.once("*", *[case.auth] * 9)
    assert isinstance(channel, Probes)
    with pytest.raises(NeedsReauth):
        channel.probe()
    assert platform.asked(case.create) == [] or case.name == "outlet"
    assert {request.method for request in platform.asked(case.create)} <= {"GET"}


@pytest.mark.parametrize(
    "case", [c for c in CASES if issubclass(c.channel, Recalls)], ids=lambda c: c.name
)
def test_a_live_post_whose_id_nobody_knows_is_never_said_to_be_removed(
    case: Case, platform: Platform
) -> None:
    channel = case.play(platform)
    assert isinstance(channel, Recalls)
    with pytest.raises(Rejected):
        channel.recall(Receipt(Outcome.LIVE, remote_url="https://platform.example/1"))
    assert platform.requests == []


@every_adapter
@pytest.mark.parametrize("fault", [DROPPED, BAD_GATEWAY, CUT_JSON, Answer({})], ids=repr)
def test_a_look_that_fails_is_never_an_absence(
    case: Case, platform: Platform, fault: Reaction
) -> None:
    channel = case.play(platform)
    parcel = channel.prepare(case.post())
    platform.once("*", *[fault] * 9)
    with pytest.raises((Unavailable, Unsure)):
        channel.find(case.post(), parcel, datetime.now(UTC))


def _failing(case: Case, platform: Platform, reaction: Reaction) -> ChannelError:
    """What publishing raises when the creating call is always answered so."""
    channel = case.play(platform)
    parcel = channel.prepare(case.post())
    platform.once(case.create, *[reaction] * 3)
    with pytest.raises(ChannelError) as caught:
        channel.publish(case.post(), parcel)
    return caught.value
