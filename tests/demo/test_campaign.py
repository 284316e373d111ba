"""The source's own clean-up, replayed from 112 accounts: what adds up, and what does not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

COMPUTED = {
    "登记备案微博、微信、手机APP等": ("112", "112", True),
    "各类政务微信、微博账号": ("112", "106", False),
    "关注量不足百且日均发稿不到1条": ("20多个", "23", True),
    "首批关停政务微信": ("64", "64", True),
    "首批关停政务微博": ("11", "11", True),
    "自办新闻信息类APP全部停办": ("全部", "6/6", True),
    "关停数量超过总量的70%（微信加微博）": (">70%", "66.96%", False),
    "关停数量超过总量的70%（连同APP）": (">70%", "72.32%", True),
    "保留的区直部门": ("21", "21", True),
    "除21个部门外一律关停": ("91", "81", False),
    "一个街道关停的账号": ("8", "8", True),
    "运维人员": ("2", "2", True),
    "每人每天三四个小时": ("6–8", "7", True),
    "每条信息百十人看": ("100–199", "110", True),
}


@pytest.mark.slow
def test_every_figure_of_the_source_is_computed_and_what_does_not_add_up_is_shown() -> None:
    command = [sys.executable, "-m", "kitchen", "replay", "--json"]
    answer = subprocess.run(command, capture_output=True, check=True, timeout=90)
    claims = json.loads(answer.stdout)
    shown = {it["words"]: (it["stated"], it["computed"], it["agrees"]) for it in claims}
    assert shown == COMPUTED
    assert all(it["remark"] for it in claims if not it["agrees"])
