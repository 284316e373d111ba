"""Files by signed address, and the code that a person scans to finish a delivery."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from channels.base import Media, Unavailable
from channels.medialinks import media_link
from kitchen import app
from kitchen.core import clock
from kitchen.matrix.models import Account
from kitchen.ports import Ports, of
from kitchen.publishing.models import Publication
from kitchen.review.models import Approval
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import Outside, Platform, Recalling, handed

SECRET = "a secret of the links"  # noqa: S105
BYTES = b"\xff\xd8\xff\xe0 a picture"


class TestFilesBySignedAddress:
    @pytest.fixture
    def medium(self, outside: Outside) -> Media:
        """A stored file, and an account whose platform fetches files by address."""
        with outside.database.unit() as session:
            account = Account(
                channel="douyin_share",
                name="知青禾抖音号",
                handle="open-1",
                unit_id=outside.newsroom.operator.unit_id,
                settings={"media_base_url": "http://127.0.0.1:8001"},
            )
            session.add(account)
            session.flush()
            secrets = {"media_secret": SECRET}
            account.secrets_sealed = of(session).sealer.seal(account.uid, secrets)
            kept = of(session).store.put(io.BytesIO(BYTES))
        return Media(kept.sha256, "image/jpeg", len(BYTES))

    def _get(self, outside: Outside, medium: Media, until: datetime, secret: str = SECRET) -> Any:
        link = media_link("", secret, medium, until)
        return app.create_public(outside.newsroom.house).test_client().get(link, buffered=True)

    def _now(self, outside: Outside) -> datetime:
        with outside.database.unit(write=False) as session:
            return clock.now(session)

    def test_it_is_served_while_its_time_runs(self, outside: Outside, medium: Media) -> None:
        answer = self._get(outside, medium, self._now(outside) + timedelta(hours=1))
        assert (answer.status_code, answer.data, answer.mimetype) == (200, BYTES, "image/jpeg")
        assert "Set-Cookie" not in answer.headers

    def test_afterwards_it_is_not(self, outside: Outside, medium: Media) -> None:
        answer = self._get(outside, medium, self._now(outside) - timedelta(seconds=2))
        assert answer.status_code == 404

    def test_an_address_that_others_made_leads_nowhere(
        self, outside: Outside, medium: Media
    ) -> None:
        later = self._now(outside) + timedelta(hours=1)
        assert self._get(outside, medium, later, "guessed").status_code == 404


class TestTheCodeToScan:
    @pytest.fixture
    def ports(self, ports: Ports, platform: Platform) -> Ports:
        class Scanning(Recalling):
            def scan_link(self, parcel: Any) -> str:
                if self.platform.finds:
                    raise self.platform.finds.pop(0)
                return f"snssdk1128://share?state={parcel['draft']}"

        return replace(ports, open_channel=lambda key, settings, uid: Scanning(platform, uid))

    @pytest.fixture
    def uid(self, outside: Outside) -> str:
        outside.approve()
        outside.platform.play(outside.accounts[0].uid, handed)
        outside.carry()
        assert outside.row().state == "awaiting_hand"
        return outside.row().uid

    def test_it_is_drawn_anew_for_who_may_publish(self, uid: str, sign_in: Door) -> None:
        answer = sign_in("operator").get(f"/publish/scan/{uid}.svg")
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
        assert answer.text.startswith("<svg")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert sign_in("reporter").get(f"/publish/scan/{uid}.svg").status_code == 403

    def test_it_is_not_for_who_publishes_for_another_unit(
        self, outside: Outside, uid: str, sign_in: Door
    ) -> None:
        code = f"/publish/scan/{uid}.svg"
        with outside.database.unit() as session:
            session.execute(update(Publication).values(channel="douyin_share"))
        assert code in sign_in("operator").get(f"/publish/{uid}").text
        with outside.database.unit() as session:
            town = outside.newsroom.units["云溪街道"]
            session.execute(update(Publication).values(unit_id=town.id))
        assert sign_in("operator").get(code).status_code == 403
        assert code not in sign_in("operator").get(f"/publish/{uid}").text

    def test_a_platform_without_a_ticket_is_told_plainly(
        self, outside: Outside, uid: str, sign_in: Door
    ) -> None:
        outside.platform.finds.append(Unavailable("busy"))
        answer = sign_in("operator").get(f"/publish/scan/{uid}.svg")
        assert answer.status_code == 409
        assert "请稍后再试" in answer.text

    def test_without_an_approval_there_is_no_code_no_package_and_no_finish(
        self, outside: Outside, uid: str, sign_in: Door
    ) -> None:
        """Whatever the row says: nothing leads a person's hands to what was revoked."""
        with outside.database.unit() as session:
            session.query(Approval).one().revoked_at = clock.now(session)
        operator = sign_in("operator")
        answers = [
            operator.get(f"/publish/scan/{uid}.svg"),
            operator.get(f"/publish/{uid}/package"),
            operator.post_form(
                f"/publish/{uid}/finish_by_hand", {"url": "https://platform.example/a/1"}
            ),
        ]
        assert [answer.status_code for answer in answers] == [409] * 3
        assert all("签发已撤销" in answer.text for answer in answers)
        assert outside.row().state == "awaiting_hand"

    def test_where_the_seal_is_broken_it_is_said_what_to_do(
        self, outside: Outside, uid: str, sign_in: Door
    ) -> None:
        outside.break_seal(0)
        operator = sign_in("operator")
        answers = [
            operator.get(f"/publish/{uid}"),
            operator.get(f"/publish/scan/{uid}.svg"),
            operator.get(f"/publish/{uid}/package"),
            operator.post_form(
                f"/publish/{uid}/finish_by_hand", {"url": "https://platform.example/a/1"}
            ),
        ]
        assert [answer.status_code for answer in answers] == [200] + [409] * 3
        assert all("封存密钥" in answer.text for answer in answers[1:])
        assert "https://platform.example/a/1" in answers[-1].text

    def test_what_is_out_needs_no_scan(self, outside: Outside, sign_in: Door) -> None:
        outside.approve()
        outside.carry()
        answer = sign_in("operator").get(f"/publish/scan/{outside.row().uid}.svg")
        assert answer.status_code == 409
