"""The house in numbers, as Prometheus reads them; counted at every scrape, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from kitchen.leads import queries as leads
from kitchen.media.upkeep import queries as upkeep
from kitchen.screens import vitals


class Numbers(Collector):
    """Few grouped queries; labels are channels and states, never names."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def describe(self) -> Iterator[Metric]:
        """Nothing is counted before somebody asks."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        yield self._publications()
        yield from self._ages()
        yield self._gauge("leads_waiting", "Leads to triage", leads.waiting(self._session))
        yield self._store_findings()
        audited = vitals.audit_entries(self._session)
        yield self._gauge("audit_entries", "Acts in the audit", audited)

    def _publications(self) -> Metric:
        family = GaugeMetricFamily(
            "kitchen_publications", "Deliveries by channel and state", labels=["channel", "state"]
        )
        for channel, state, count in vitals.publications(self._session):
            family.add_metric([channel, state], count)
        return family

    def _store_findings(self) -> Metric:
        family = GaugeMetricFamily(
            "kitchen_store_findings", "Files damaged or missing, by store", labels=["store", "kind"]
        )
        for store, kind, count in upkeep.findings(self._session):
            family.add_metric([store, kind], count)
        return family

    def _ages(self) -> Iterator[Metric]:
        for name, seconds in vitals.open_ages(self._session).items():
            told = f"Seconds since the oldest {name} delivery became so; 0 for none"
            yield self._gauge(f"oldest_{name}_seconds", told, seconds or 0.0)

    def _gauge(self, name: str, told: str, value: float) -> Metric:
        return GaugeMetricFamily(f"kitchen_{name}", told, value=value)
