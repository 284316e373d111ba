"""When two leads are the same, and how a lead lives."""

from __future__ import annotations

import pytest

from kitchen.leads.rules import ALIKE, MACHINE, State, likeness, shingles

FIRE = (
    "文汇街道一处仓库起火",
    "今天上午九点，文汇街道东环路一处旧仓库起火，消防已到场，暂无人员伤亡。",
)


@pytest.mark.parametrize(
    ("title", "body", "same"),
    [
        ("文汇街道仓库起火了", "东环路旧仓库今天上午起火，消防到场。", True),
        ("文汇街道一处仓库起火", "", True),
        ("青禾大道路口积水", "暴雨后路口积水三十厘米，车辆绕行。", False),
        ("文汇街道举办读书会", "周六上午九点，文汇街道在社区书房办读书会。", False),
        ("火", "", False),
    ],
)
def test_leads_about_the_same_event_are_told_apart_from_others(
    title: str, body: str, same: bool
) -> None:
    score = likeness(shingles(*FIRE), shingles(title, body))
    assert (score >= ALIKE) is same, score


def test_likeness_ignores_width_case_and_punctuation() -> None:
    assert shingles("ＡＢＣ，１２３！", "") == shingles("abc123", "")


def test_every_state_of_a_lead_can_be_reached() -> None:
    assert MACHINE.reachable() == {str(state) for state in State}
