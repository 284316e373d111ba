"""How a message sounds (S27): by words that the centre keeps, negated or not, explained."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from kitchen.core import clock
from kitchen.feedback import intake, monitor
from kitchen.feedback.intake import Place, Said
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import Kind, Tone
from kitchen.feedback.tones import sound_of
from kitchen.feedback.words import finder
from kitchen.matrix import queries
from kitchen.wordlists import service
from kitchen.wordlists.compiled import as_shipped
from kitchen.wordlists.matching import Match, Words
from kitchen.wordlists.normal import Plain
from kitchen.wordlists.rules import Entry, Setting
from kitchen.wordlists.rules import Kind as List
from tests.fixtures.newsroom import Door, Newsroom
from tests.matrix.conftest import Register, register

__all__ = ["register"]

TODAY = Setting(date(2026, 11, 27))


@pytest.mark.parametrize(
    ("text", "tone", "words"),
    [
        ("这条路天天堵车，投诉了没人管，太差了", Tone.NEGATIVE, "堵车、没人管、太差"),
        ("感谢师傅，修得又快又好，点赞", Tone.POSITIVE, "感谢、点赞"),
        ("对答复不满意", Tone.NEGATIVE, "不满意"),
        ("并不是很满意", Tone.NEGATIVE, "不是很满意"),
        ("服务不错", Tone.POSITIVE, "不错"),
        ("这里从来没堵车", Tone.POSITIVE, "没堵车"),
        ("不，我很满意", Tone.POSITIVE, "满意"),
        ("不能不感谢他们", Tone.POSITIVE, "感谢"),
        ("感谢，就是有点噪音", Tone.MIXED, "噪音、感谢"),
        ("请问几点开门？", Tone.NONE, ""),
        ("", Tone.NONE, ""),
    ],
)
def test_a_message_sounds_as_its_words_do(text: str, tone: Tone, words: str) -> None:
    sound = sound_of(text, as_shipped().tones, TODAY)
    assert (sound.tone, sound.words) == (tone, words)


def test_the_centre_says_which_words_count_and_where_not() -> None:
    lists = Words([Entry(List.COMPLAINT, "黑心", exceptions=("黑心棉被检出率",))])
    assert sound_of("黑心商家", lists, TODAY).tone is Tone.NEGATIVE
    assert sound_of("黑心棉被检出率下降", lists, TODAY).tone is Tone.NONE


def test_words_of_tone_never_blame_a_story() -> None:
    assert not {it.entry.kind for it in _matches("这条路天天堵车，感谢支持")}


def _matches(text: str) -> list[Match]:
    return list(as_shipped().words.matches(Plain(text), TODAY))


def test_what_comes_in_is_counted_by_how_it_sounds(
    newsroom: Newsroom, register: Register, sign_in: Door
) -> None:
    uid = register()
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        now = clock.now(session)
        place = Place(account.id, account.unit_id, account.channel)
        texts = ["太差了，没人管", "天天堵车", "感谢", "几点开门？"]
        told = [Said(str(n), Kind.LETTER, "读者", text, now) for n, text in enumerate(texts)]
        assert intake.take_in(session, place, told) == 4
        assert intake.take_in(session, place, told) == 0
        day = monitor.trend(session)[-1]
        assert (day.count, day.negative, day.positive) == (4, 2, 1)
        voice = session.scalars(select(Voice).order_by(Voice.id)).first()
        assert voice is not None
        shown = voice.uid
    operator = sign_in("operator")
    assert "偏负面词 2 个：太差、没人管" in operator.get(f"/inbox/{shown}?state=all").text
    assert "偏负面" in operator.get("/inbox/trend").text
    (*_days, last) = operator.call("GET", "/api/v1/voice_trend").json["items"]
    assert (last["negative"], last["positive"]) == (2, 1)


def test_a_new_word_counts_from_the_next_message_on(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        service.add_entry(session, newsroom.chief, Entry(List.COMPLAINT, "磨洋工"))
    with newsroom.database.unit() as session:
        marks = finder(session, "wechat").marks("一天到晚磨洋工")
        assert (marks["tone"], marks["tone_words"]) == ("negative", "磨洋工")
