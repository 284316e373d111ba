"""What comes in and goes out about films: the forms that are wished, and how far they are."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from assets.film_presets import Fit
from kitchen.media.filming.models import FilmWork
from kitchen.media.filming.rules import State
from kitchen.web.schema import Answer, Schema

Second = Annotated[float, Field(ge=0, le=6 * 3600)]
Percent = Annotated[float, Field(ge=0, le=100)]


class WishesIn(Schema):
    """One or more forms of a film, all with the same part and the same crop."""

    presets: list[str] = Field(min_length=1, max_length=12)
    fit: Fit = Fit.BLUR
    x: Percent = 50
    """Where the middle of a crop lies, in percent from the left; ``y`` from the top."""
    y: Percent = 50
    start: Second = 0
    end: Second = 0
    """0 is the end of the film."""
    burn: bool = False

    def placed(self) -> dict[str, Any]:
        """The wishes for one form, with shares instead of percent."""
        said = self.model_dump(exclude={"presets"})
        return {**said, "x": said["x"] / 100, "y": said["y"] / 100}


class CoverIn(Schema):
    """Which frame stands for the film."""

    at: Second


class WorkOut(Answer):
    """One form of a film, and how far it is."""

    uid: str
    preset: str
    state: State
    percent: int
    failure: str
    """Why it could not be made, in Chinese; empty unless it failed."""
    sha256: str
    size: int
    width: int
    height: int
    seconds: float
    wishes: dict[str, Any]
    facts: dict[str, Any]

    @classmethod
    def of(cls, work: FilmWork) -> WorkOut:
        """The work with its failure as a sentence."""
        told = {name: getattr(work, name) for name in cls.model_fields if name != "failure"}
        said = work.failure % work.failure_params if work.failure else ""
        return cls(**told, failure=said)


class WorksOut(Answer):
    """Every form of one film."""

    items: list[WorkOut]
