"""Who may do what with evaluation."""

from __future__ import annotations

from enum import StrEnum


class May(StrEnum):
    """Permissions of this station."""

    READ = "evaluation.read"
    """Figures of stories, accounts and desks, and one's own points."""
    ENTER = "evaluation.enter"
    """Figures that no platform tells, ranks of others, pick-ups."""
    DEFINE = "evaluation.define"
    """Indices, targets, the formula of points, quotas."""
    GRADE = "evaluation.grade"
    """The committee's grade of a story, and the answer to an appeal."""
    SEE_POINTS = "evaluation.see_points"
    """Everybody's points, not one's own alone."""
    SETTLE = "evaluation.settle"
    """Publish a month of points to the staff, lock it, hand it to the pay office."""
    REPORT = "evaluation.report"
    """Make reports and have them sent."""


COMPUTERS = (May.ENTER, May.DEFINE)
"""Either of these lets a person have an index worked out for a window: whoever brings in figures
sees what came of them, and so does whoever answers for the formula."""
