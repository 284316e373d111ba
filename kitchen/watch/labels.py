"""What people call the values of the watch; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.watch.rules import State

STATES = {
    State.OPEN: N_("待核对"),
    State.OURS: N_("我们手工发的"),
    State.ALIEN: N_("不是我们发的"),
}
TONES = {State.OPEN: "warn", State.OURS: "plain", State.ALIEN: "danger"}
