"""What follows what: every event of the house and its consequences, in one table.

``follows`` run inside the unit of work that emitted the event, or not at all; ``echoes`` run once
it is committed and may be lost without harm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kitchen import notices
from kitchen.core.bus import Echo, Reaction, Reactions
from kitchen.leads.events import LeadReported, LeadSettled
from kitchen.media.events import AssetCatalogued, ClipFailed, ClipMade
from kitchen.ports import Ports
from kitchen.topics.events import MeetingChanged, TopicDecided


def table(ports: Ports) -> Reactions:
    """The table for one house; echoes speak through its ports."""

    def tell(topic: str | Callable[[Any], str]) -> Echo:
        def echo(event: Any) -> None:
            ports.live.tell(topic if isinstance(topic, str) else topic(event))

        return echo

    return {
        LeadReported: Reaction(follows=[notices.lead_reported], echoes=[tell("leads")]),
        TopicDecided: Reaction(follows=[notices.topic_decided]),
        MeetingChanged: Reaction(echoes=[tell("meeting")]),
        LeadSettled: Reaction(follows=[notices.lead_settled], echoes=[tell("leads")]),
        AssetCatalogued: Reaction(echoes=[tell("assets")]),
        ClipMade: Reaction(echoes=[tell("assets")]),
        ClipFailed: Reaction(echoes=[tell("assets")]),
    }
