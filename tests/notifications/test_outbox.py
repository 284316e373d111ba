"""What leaves the house: once, in time, with nothing secret in it, and told where it failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from smtplib import SMTP

import pytest

from kitchen.core.errors import Invalid
from kitchen.notifications import jobs, outbox, service
from kitchen.notifications.models import Notice, NoticeSetting
from kitchen.notifications.rules import GATHER, Fate, Kind, Robot
from kitchen.notifications.smtp import SmtpMailer, mailer_of
from kitchen.people.models import Staff
from kitchen.ports import Letter, NotSent, PerhapsSent, QuietBell
from tests.channels.platform import Answer, Platform
from tests.fixtures.newsroom import Door, Newsroom
from tests.notifications.conftest import NOON, messages, reach, stand, tell
from tests.notifications.smtp_sink import Sink


def test_an_urgent_notice_leaves_at_once_with_its_title_and_a_link_only(
    outside: Newsroom, mail: Sink
) -> None:
    reach(outside, outside.editor)
    tell(outside, outside.editor)
    assert isinstance(outside.bell, QuietBell)
    assert ("notify", 0) in outside.bell.rung
    jobs.carry(outside.database)
    (letter,) = mail.letters
    assert letter["To"] == "editor@example.com"
    assert letter["Subject"] == "【中央厨房】突发线索：旧仓库起火"
    body = letter.get_content()
    assert body.split() == ["突发线索：旧仓库起火", "https://desk.example/leads/x"]
    assert "老张" not in body
    (sent,) = messages(outside)
    assert (sent.sent_at, sent.due_at) == (NOON, None)
    assert letter["Message-ID"] == f"<{sent.uid}@example.com>"


def test_whoever_may_not_read_it_gets_no_title(outside: Newsroom, mail: Sink) -> None:
    reach(outside, outside.admin)
    tell(outside, outside.admin)
    jobs.carry(outside.database)
    assert "起火" not in mail.letters[0].as_string() + mail.letters[0].get_content()


def test_no_header_can_be_slipped_in_by_a_title(outside: Newsroom, mail: Sink) -> None:
    reach(outside, outside.editor)
    with outside.database.unit() as session:
        title = "起火\r\nBcc: stranger@example.com"
        heard, words = [outside.editor.id], "突发线索：%(title)s"
        service.tell(session, heard, words, "/leads/x", kind=Kind.BREAKING, title=title)
    jobs.carry(outside.database)
    (letter,) = mail.letters
    assert letter["Bcc"] is None
    assert letter["To"] == "editor@example.com"


def test_others_wait_a_little_and_what_was_read_meanwhile_stays(
    outside: Newsroom, mail: Sink
) -> None:
    reach(outside, outside.editor)
    reach(outside, outside.reporter)
    tell(outside, outside.editor, outside.reporter, kind=Kind.TASK)
    jobs.carry(outside.database)
    assert mail.tries == 0
    with outside.database.unit() as session:
        service.read_all(session, outside.reporter)
    stand(outside, NOON + GATHER)
    jobs.carry(outside.database)
    assert [letter["To"] for letter in mail.letters] == ["editor@example.com"]


def test_what_comes_at_night_comes_in_the_morning(outside: Newsroom, mail: Sink) -> None:
    stand(outside, NOON.replace(hour=23))
    reach(outside, outside.editor, quiet_since=time(22), quiet_until=time(7))
    tell(outside, outside.editor, kind=Kind.TASK, url="/assignments/x")
    tell(outside, outside.editor, kind=Kind.BREAKING)
    assert [message.due_at for message in messages(outside)] == [
        (NOON + timedelta(days=1)).replace(hour=7),
        NOON.replace(hour=23),
    ]


def test_a_storm_is_one_message_with_a_count(outside: Newsroom, mail: Sink) -> None:
    reach(outside, outside.editor)
    for _ in range(7):
        tell(outside, outside.editor, kind=Kind.DELIVERY, url="/publish/x")
    stand(outside, NOON + GATHER)
    jobs.carry(outside.database)
    (letter,) = mail.letters
    assert "7 次" in letter["Subject"]
    with outside.database.unit(write=False) as session:
        assert [notice.count for notice in session.query(Notice)] == [7]


@pytest.mark.parametrize(
    ("changes", "fate", "again"),
    [
        ({"rcpt": "550 no such person"}, Fate.FAILED, False),
        ({"rcpt": "451 later"}, Fate.LATER, True),
        ({"rcpt": ""}, Fate.LATER, True),
        ({"data": "554 no"}, Fate.FAILED, False),
        ({"data": "421 busy"}, Fate.LATER, True),
        ({"end": "452 full"}, Fate.LATER, True),
        ({"end": "554 spam"}, Fate.FAILED, False),
        ({"end": ""}, Fate.PERHAPS, False),
    ],
)
def test_what_the_servers_answer_proves(
    outside: Newsroom, mail: Sink, changes: dict[str, str], fate: Fate, again: bool
) -> None:
    for name, value in changes.items():
        setattr(mail, name, value)
    reach(outside, outside.editor)
    tell(outside, outside.editor)
    jobs.carry(outside.database)
    (message,) = messages(outside)
    assert (message.due_at is not None) is again
    assert (message.failed_at is not None) is not again
    assert message.words
    assert mail.tries == 1
    mail.rcpt, mail.data, mail.end = "250 ok", "354 go on", "250 taken"
    stand(outside, NOON + timedelta(minutes=1))
    jobs.carry(outside.database)
    assert mail.tries == (2 if again else 1), fate


def test_a_server_that_falls_silent_after_the_letter_gets_it_once(
    outside: Newsroom, mail: Sink
) -> None:
    mail.silent.set()
    reach(outside, outside.editor)
    tell(outside, outside.editor)
    jobs.carry(outside.database)
    stand(outside, NOON + timedelta(hours=3))
    jobs.carry(outside.database)
    assert mail.tries == 1
    assert messages(outside)[0].failed_at == NOON


def test_a_sender_that_died_is_not_followed_by_a_second(outside: Newsroom, mail: Sink) -> None:
    reach(outside, outside.editor)
    tell(outside, outside.editor)
    with outside.database.unit() as session:
        (parcel,) = outbox.take(session)  # and here it dies
    jobs.carry(outside.database)
    stand(outside, NOON + outbox.HELD)
    jobs.carry(outside.database)
    (message,) = messages(outside)
    assert mail.tries == 0
    assert (message.words, message.due_at) == (outbox.LOST, None)
    with outside.database.unit() as session:
        outbox.settle(session, parcel, Fate.SENT)
    assert messages(outside)[0].sent_at is None, "whoever comes back late changes nothing"


def test_tries_end_after_hours(outside: Newsroom, mail: Sink) -> None:
    mail.rcpt = "451 later"
    reach(outside, outside.editor)
    tell(outside, outside.editor)
    now = NOON
    for _ in range(12):
        jobs.carry(outside.database)
        now += timedelta(hours=5)
        stand(outside, now)
    assert mail.tries == 6
    assert messages(outside)[0].failed_at


def test_a_failure_is_told_quietly(outside: Newsroom, mail: Sink, sign_in: Door) -> None:
    mail.rcpt = "550 no such person"
    reach(outside, outside.editor)
    tell(outside, outside.editor)
    jobs.carry(outside.database)
    page = sign_in("editor").get("/notifications").text
    assert "没能送到" in page
    assert "no such person" in page
    assert "没能送到" not in sign_in("reporter").get("/notifications").text
    assert sign_in.stranger().get("/truthz").json["unsent"] == 0.0


def test_nobody_listening_and_no_tls_are_not_sent() -> None:
    letter = Letter("a@example.com", "x", "y", "uid")
    with pytest.raises(NotSent) as refused:
        SmtpMailer("smtp://127.0.0.1:1", "k@example.com", seconds=1).send(letter)
    assert refused.value.later
    assert not mailer_of("", "k@example.com").on


def test_a_silent_server_is_perhaps(mail: Sink) -> None:
    mail.silent.set()
    with pytest.raises(PerhapsSent):
        SmtpMailer(mail.url, "k@example.com", seconds=1).send(Letter("a@b.cn", "x", "y", "uid"))


def test_a_robot_speaks_and_its_address_is_sealed(outside: Newsroom, chat: Platform) -> None:
    chat.on("/hook", Answer({"errcode": 0}))
    url = f"{chat.url}/hook?key=very-secret"
    given = {"robot": Robot.WECOM, "robot_url": url, "mail_address": ""}
    reach(outside, outside.editor, **given)
    tell(outside, outside.editor)
    jobs.carry(outside.database)
    (request,) = chat.asked("/hook")
    assert request.json["text"]["content"].startswith("突发线索：旧仓库起火\nhttps://desk")
    with outside.database.unit(write=False) as session:
        row = session.get_one(NoticeSetting, outside.editor.id)
        assert "very-secret" not in row.robot_sealed
        assert row.robot == Robot.WECOM


def test_a_robots_refusal_is_final_and_a_rate_limit_is_not(
    outside: Newsroom, chat: Platform
) -> None:
    chat.once("/hook", Answer({"errcode": 45009}), Answer({"errcode": 93000, "errmsg": "gone"}))
    given = {"robot": Robot.WECOM, "robot_url": f"{chat.url}/hook?key=k", "mail_address": ""}
    reach(outside, outside.editor, **given)
    tell(outside, outside.editor)
    jobs.carry(outside.database)
    assert messages(outside)[0].due_at
    stand(outside, NOON + timedelta(minutes=1))
    jobs.carry(outside.database)
    assert messages(outside)[0].words == "93000 gone"
    assert messages(outside)[0].failed_at


@pytest.mark.parametrize("mistyped", ["zhang@x.com。", "张三@报社.cn", "a@[b.c"])
def test_a_mistyped_address_keeps_nobody_elses_letter(
    outside: Newsroom, mail: Sink, mistyped: str
) -> None:
    """As one that was kept before addresses were looked at."""
    reach(outside, outside.reporter, mail_address=mistyped)
    reach(outside, outside.editor)
    tell(outside, outside.reporter, outside.editor)
    jobs.carry(outside.database)
    broken, sent = messages(outside)
    assert (broken.failed_at, broken.due_at) == (NOON, None)
    assert broken.words
    assert sent.sent_at == NOON
    assert [letter["To"] for letter in mail.letters] == ["editor@example.com"]


class _Broken:
    """A way out with a mistake in it."""

    on = True

    def send(self, letter: Letter) -> None:
        raise ZeroDivisionError("a secret")


def test_whatever_goes_wrong_with_a_letter_is_settled(outside: Newsroom) -> None:
    reach(outside, outside.reporter)
    reach(outside, outside.editor)
    tell(outside, outside.reporter, outside.editor)
    outside.database.info["ports"] = replace(outside.database.info["ports"], mailer=_Broken())
    jobs.carry(outside.database)
    assert [(it.failed_at, it.words) for it in messages(outside)] == [(NOON, outbox.BROKEN)] * 2


def test_a_line_that_breaks_after_the_letter_is_perhaps(
    outside: Newsroom, mail: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def garbled(*_args: object) -> None:
        raise ValueError("no number")

    monkeypatch.setattr(SMTP, "data", garbled)
    with pytest.raises(PerhapsSent):
        SmtpMailer(mail.url, "k@example.com", seconds=1).send(Letter("a@b.cn", "x", "y", "uid"))


def test_a_seal_that_does_not_open_keeps_nobody_elses_letter(
    outside: Newsroom, mail: Sink, chat: Platform
) -> None:
    given = {"robot": Robot.WECOM, "robot_url": f"{chat.url}/hook?key=k", "mail_address": ""}
    reach(outside, outside.reporter, **given)
    reach(outside, outside.editor)
    tell(outside, outside.reporter, outside.editor)
    with outside.database.unit() as session:
        session.get_one(NoticeSetting, outside.reporter.id).robot_sealed = "damaged"
    jobs.carry(outside.database)
    broken, sent = messages(outside)
    assert (broken.failed_at, broken.due_at, broken.words) == (NOON, None, outbox.BROKEN)
    assert sent.sent_at == NOON


def test_a_batch_of_broken_ones_does_not_end_the_round(
    outside: Newsroom, mail: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 1)
    for actor in (outside.reporter, outside.editor):
        reach(outside, actor)
        tell(outside, actor)
    with outside.database.unit() as session:
        session.get_one(Staff, outside.reporter.id).active = False
    jobs.carry(outside.database)
    assert [letter["To"] for letter in mail.letters] == ["editor@example.com"]


@pytest.mark.parametrize("kind", [Kind.TASK, Kind.BREAKING])
def test_what_happens_after_the_message_left_leaves_as_well_and_gathered(
    outside: Newsroom, mail: Sink, kind: Kind
) -> None:
    reach(outside, outside.reporter)
    tell(outside, outside.reporter, kind=kind)
    stand(outside, NOON + timedelta(minutes=2))
    jobs.carry(outside.database)
    assert len(mail.letters) == 1
    for _ in range(3):
        tell(outside, outside.reporter, kind=kind)
    jobs.carry(outside.database)
    assert len(mail.letters) == 1
    stand(outside, NOON + timedelta(minutes=2) + GATHER)
    jobs.carry(outside.database)
    assert "4 次" in mail.letters[1]["Subject"]
    assert len(messages(outside)) == 2


@pytest.mark.parametrize(("kind", "at_night"), [(Kind.TASK, False), (Kind.BREAKING, True)])
def test_a_second_try_waits_for_the_morning_as_the_first_would(
    outside: Newsroom, mail: Sink, kind: Kind, at_night: bool
) -> None:
    evening = NOON.replace(hour=21, minute=57)
    stand(outside, evening)
    reach(outside, outside.editor, quiet_since=time(22), quiet_until=time(7))
    reach(outside, outside.reporter)
    tell(outside, outside.editor, kind=kind)
    mail.rcpt = "451 later"
    stand(outside, evening + GATHER)
    jobs.carry(outside.database)
    mail.rcpt = "250 ok"
    tell(outside, outside.reporter, kind=kind, url="/leads/y")
    night = NOON.replace(hour=22, minute=10)
    stand(outside, night)
    jobs.carry(outside.database)
    assert "reporter@example.com" in {letter["To"] for letter in mail.letters}
    assert (messages(outside)[0].sent_at == night) is at_night
    if not at_night:
        morning = (NOON + timedelta(days=1)).replace(hour=7)
        assert messages(outside)[0].due_at == morning
        stand(outside, morning)
        jobs.carry(outside.database)
        assert messages(outside)[0].sent_at == morning


@pytest.mark.parametrize(
    "typed",
    [
        *("zhang@x.com。", "张三@报社.cn", "zhang@报社.cn", "a@[b.c", "a@[1.2.3.4]", "a@b"),
        *("a b@x.com", "a@x.com (b)", "a@x.com, b@x.com", "a@x.com;"),
    ],
)
def test_an_address_that_no_server_takes_is_refused(sign_in: Door, typed: str) -> None:
    answer = sign_in("editor").call(
        "PUT", "/api/v1/notifications/settings", json={"mail_address": typed}
    )
    assert answer.status_code == 422
    assert "邮箱" in answer.json["fields"]["mail_address"]


@pytest.mark.parametrize("typed", ["", " zhang.san+desk@news.example.com ", "a_b-c@x-y.cn"])
def test_an_address_that_can_be_written_to_is_kept(sign_in: Door, typed: str) -> None:
    answer = sign_in("editor").call(
        "PUT", "/api/v1/notifications/settings", json={"mail_address": typed}
    )
    assert answer.json["mail_address"] == typed.strip()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"robot": Robot.FEISHU, "robot_url": "http://open.feishu.cn/hook"}, "robot_url"),
        ({"robot": Robot.FEISHU, "robot_url": "https://x@open.feishu.cn/"}, "robot_url"),
        ({"robot": None, "robot_url": "https://open.feishu.cn/hook"}, "robot"),
        ({"quiet_since": time(22)}, "quiet_until"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    newsroom: Newsroom, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        reach(newsroom, newsroom.editor, **given)
    assert field in refused.value.fields


def test_the_page_keeps_what_was_typed_and_never_shows_the_robot(sign_in: Door) -> None:
    editor = sign_in("editor")
    typed = {"mail_address": "e@example.com", "robot": "wecom", "quiet_since": "22:00"}
    refused = editor.post_form("/notifications/settings", typed)
    assert refused.status_code == 422
    assert 'value="e@example.com"' in refused.text
    robot = {"robot_url": "https://qyapi.weixin.qq.com/hook?key=very-secret"}
    good = {**typed, **robot, "quiet_until": "07:00", "wants": ["review:chat"]}
    assert editor.post_form("/notifications/settings", good).status_code == 302
    assert "very-secret" not in editor.get("/notifications/settings").text
    told = editor.call("GET", "/api/v1/notifications/settings").json
    assert told["wants"] == ["review:chat"]
    assert (told["robot"], told["quiet_since"]) == ("wecom", "22:00:00")


def test_without_a_mail_server_nothing_waits(newsroom: Newsroom) -> None:
    reach(newsroom, newsroom.editor)
    tell(newsroom, newsroom.editor)
    assert messages(newsroom) == []
