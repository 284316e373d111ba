"""Documents with everything that a story may hold, and some that it may not."""

from __future__ import annotations

from typing import Any

A, B, C = "a" * 64, "b" * 64, "c" * 64
Block = dict[str, Any]


def words(text: str, *marks: str) -> Block:
    return {
        "type": "text",
        "text": text,
        **({"marks": [{"type": m} for m in marks]} if marks else {}),
    }


def block(kind: str, *content: Block | str, **attrs: Any) -> Block:
    """A node; strings stand for their text."""
    inner = [words(it) if isinstance(it, str) else it for it in content]
    return {
        "type": kind,
        **({"attrs": attrs} if attrs else {}),
        **({"content": inner} if inner else {}),
    }


def document(*blocks: Block) -> Block:
    return {"type": "doc", "content": list(blocks)}


def cell(text: str, kind: str = "table_cell", **spans: int) -> Block:
    return block(kind, text, **{"colspan": 1, "rowspan": 1, **spans})


def table(*rows: list[Block]) -> Block:
    return block("table", *(block("table_row", *row) for row in rows))


FIGURE = block(
    "figure", asset="f1", sha256=A, src="/media/f1/preview", caption="江边", credit="周远", alt=""
)
FILM = block("film", asset="v1", sha256=B, src="/media/v1/preview", caption="合龙瞬间")
CODE = block(
    "qr_code",
    asset="q1",
    sha256=C,
    src="/media/q1/preview",
    address="https://a.example/live",
    words="扫码看直播",
)
LEAD = block("lead", "大桥", words("昨日", "strong"), "合龙。")
PULL = block(
    "pull_quote",
    block("pull_words", "这一天等了", words("三年", "em")),
    block("pull_source", "—— 张师傅"),
)
CARD = block(
    "data_card",
    block("data_figure", "1280"),
    block("data_unit", "米"),
    block("data_words", "主桥全长"),
)
BOX = block(
    "fact_box",
    block("box_title", "新闻背景"),
    block("paragraph", "2023 年开工。"),
    block("bullet_list", block("list_item", block("paragraph", "双向六车道"))),
)
AUTHOR = block("author_note", "本报记者 周远")
ORIGIN = block("source_note", "资料来自区交通运输局")
TABLE = table(
    [cell("标段", "table_header"), cell("进度", "table_header", colspan=2)],
    [
        cell("一"),
        block("table_cell", "完成", {"type": "hard_break"}, "已验收", colspan=1, rowspan=1),
        cell("好"),
    ],
)
HOUSE = {
    "lead": LEAD,
    "pull": PULL,
    "card": CARD,
    "box": BOX,
    "author": AUTHOR,
    "origin": ORIGIN,
    "table": TABLE,
    "figure": FIGURE,
    "film": FILM,
    "code": CODE,
}

OLD = document(
    block("heading", "进展", level=2),
    block("paragraph", "正文。", words("重点", "em")),
    block("blockquote", block("paragraph", "引文")),
    block("ordered_list", block("list_item", block("paragraph", "一")), order=3),
    FIGURE,
    block("horizontal_rule"),
)
"""What a story could hold before there were house blocks."""

SOUND = {
    **{name: document(one) for name, one in HOUSE.items()},
    "everything": document(*HOUSE.values()),
    "before house blocks": OLD,
    "empty parts": document(
        block("pull_quote", block("pull_words"), block("pull_source")),
        block("data_card", block("data_figure"), block("data_unit"), block("data_words")),
    ),
    "a row that spans cover": document(table([cell("甲", rowspan=2)], [])),
}
UNSOUND = {
    "a part alone": document(block("pull_words", "字")),
    "parts in the wrong order": document(
        block("pull_quote", block("pull_source"), block("pull_words"))
    ),
    "a card without its unit": document(
        block("data_card", block("data_figure"), block("data_words"))
    ),
    "a mark where only words go": document(
        block(
            "data_card",
            block("data_figure", words("1", "strong")),
            block("data_unit"),
            block("data_words"),
        )
    ),
    "a break where only words go": document(
        block("pull_quote", block("pull_words"), block("pull_source", {"type": "hard_break"}))
    ),
    "a table in a table": document(table([block("table_cell", TABLE, colspan=1, rowspan=1)])),
    "a paragraph in a cell": document(
        table([block("table_cell", block("paragraph", "字"), colspan=1, rowspan=1)])
    ),
    "a table without rows": document(block("table")),
    "a cell alone": document(cell("字")),
    "a span in words": document(table([{**cell("字"), "attrs": {"colspan": "2", "rowspan": 1}}])),
    "a quote in a box": document(
        block("fact_box", block("box_title"), block("blockquote", block("paragraph")))
    ),
    "a film without a file": document(block("film", caption="x")),
    "a block that nobody knows": document(block("html", "x")),
    "no block at all": {"type": "doc"},
}
"""What neither the schema in the browser nor that on the server takes."""
REFUSED = {
    "a table too wide": document(table([cell("字", colspan=21)])),
    "a table too long": document(table(*([cell("字")] for _ in range(201)))),
    "a table of empty rows": document(table([])),
    "a span of nothing": document(table([cell("字", colspan=0)])),
    "a span of a half": document(table([cell("字", rowspan=1.5)])),  # type: ignore[arg-type]
    "a code that runs": document(
        {**CODE, "attrs": {**CODE["attrs"], "address": "javascript:alert(1)"}}
    ),
    "a film from nowhere": document({**FILM, "attrs": {**FILM["attrs"], "sha256": "x"}}),
    "a code from nowhere": document({**CODE, "attrs": {**CODE["attrs"], "asset": "../x"}}),
    "two films": document(FILM, {**FILM, "attrs": {**FILM["attrs"], "asset": "v2"}}),
}
"""What the schema would take and the server does not."""
