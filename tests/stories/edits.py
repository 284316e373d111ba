"""Changes of a text at random, of the kinds that people make in the editor."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from prosemirror.model import Node
from prosemirror.transform import Step, Transform, find_wrapping

from kitchen.stories import doc as text


def places(doc: Node) -> list[int]:
    """Every place in which a caret may stand."""
    return [at for at in range(doc.content.size + 1) if doc.resolve(at).parent.is_textblock]


def edited(chance: Random, doc: Node, most: int) -> Transform:
    """One to ``most`` changes, one on top of the other; some of them take several steps."""
    change = Transform(doc)
    for _ in range(chance.randint(1, most)):
        chance.choice([_types, _types, _types, _deletes, _splits, _marks, _heads, _quotes])(
            chance, change
        )
    return change


def fitting(doc: Node, given: Sequence[Step]) -> Node | None:
    """The text after these steps; ``None`` where one does not fit, which no server takes."""
    try:
        for step in given:
            made = step.apply(doc).doc
            if made is None:
                return None
            doc = made
    except ValueError:  # the library's word for what a node may not hold
        return None
    return doc


def _span(chance: Random, change: Transform) -> tuple[int, int]:
    start, stop = sorted(chance.choices(places(change.doc), k=2))
    return start, min(stop, start + chance.choice([1, 3, 12]))


def _types(chance: Random, change: Transform) -> None:
    typed = "".join(chance.choices("的一是不了在人有我他", k=chance.randint(1, 3)))
    change.insert(chance.choice(places(change.doc)), text.schema().text(typed))


def _deletes(chance: Random, change: Transform) -> None:
    change.delete(*_span(chance, change))


def _splits(chance: Random, change: Transform) -> None:
    change.split(chance.choice(places(change.doc)))


def _marks(chance: Random, change: Transform) -> None:
    strong = text.schema().marks["strong"]
    act = chance.choice([change.add_mark, change.remove_mark])
    act(*_span(chance, change), strong.create())


def _heads(chance: Random, change: Transform) -> None:
    start, stop = _span(chance, change)
    change.set_block_type(start, stop, text.schema().nodes["heading"], {"level": 2})


def _quotes(chance: Random, change: Transform) -> None:
    at = change.doc.resolve(chance.choice(places(change.doc)))
    around = at.block_range()
    kind = text.schema().nodes["blockquote"]
    wrapping = find_wrapping(around, kind) if around else None
    if wrapping is not None:
        change.wrap(around, wrapping)
