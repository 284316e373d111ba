"""Pictures that lie in a text, taken in one by one; what cannot be used harms no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assets.refusals import Refused
from assets.store import Store
from kitchen.core.errors import N_, Refusal, Sentence
from kitchen.media import intake
from kitchen.media.intake import Intake
from kitchen.stories.importing import reading
from kitchen.stories.importing.faults import LEFT_OUT
from kitchen.stories.importing.reading import Manuscript

REFUSED = N_("第 %(number)s 张图片没有导入：格式不支持或已损坏，请单独上传。")


@dataclass(frozen=True, slots=True)
class Taken:
    """The pictures by their number, and sentences about all that stayed out."""

    pictures: Mapping[int, Intake]
    remarks: Sequence[Sentence]


def take_in(
    store: Store,
    path: Path,
    manuscript: Manuscript,
    progress: Callable[[int], object] = lambda done: None,
) -> Taken:
    """Take in the pictures of the file at ``path``; ``progress`` hears how many are done."""
    pictures: dict[int, Intake] = {}
    remarks = [Sentence(LEFT_OUT[code]) for code in manuscript.told]
    for number, member in enumerate(manuscript.pictures):
        found = _picture(store, path, member)
        if found is None:
            remarks.append(Sentence(REFUSED, {"number": number + 1}))
        else:
            pictures[number] = found
        progress(number + 1)
    return Taken(pictures, remarks)


def _picture(store: Store, path: Path, member: str) -> Intake | None:
    try:
        with reading.opened(path, member) as stream:
            return intake.receive(store, stream, PurePosixPath(member).name)
    except (Refusal, Refused):
        return None
