"""What goes along into a lead: what was ticked, bare, in a name of its own, and nothing else."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import func, select

from assets import aigc
from kitchen.core import audit
from kitchen.core.errors import Forbidden
from kitchen.leads.models import Lead
from kitchen.media import provenance
from kitchen.media.lineage_models import MediaLineage
from kitchen.media.models import MediaAsset
from kitchen.media.queries import of_subject
from kitchen.media.shape_models import Provenance, Shaping
from kitchen.tips import carrying, service
from kitchen.tips.models import Tip
from kitchen.tips.rules import State
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door
from tests.tips.conftest import TipDesk

OWN_WORDS = {"title": "化工园疑似夜间排污", "body": "有群众反映化工园附近河水发黑，需要现场核实。"}
GENERATED = {"Label": "1", "ContentProducer": "account of a source", "ProduceID": "x"}


def _generated() -> bytes:
    info = PngInfo()
    info.add_text(aigc.KEY, json.dumps(GENERATED))
    return encoded(photo(90, 70), "PNG", pnginfo=info)


def _told(tips: TipDesk, *given: tuple[bytes, str]) -> tuple[str, Tip]:
    """A tip with these files, of which the worker has made what it can: its code, and itself."""
    code = tips.tell(files=[(io.BytesIO(raw), name) for raw, name in given])
    tips.make_all()
    return code, tips.find(code)


def _files(tips: TipDesk, code: str) -> list[str]:
    tip = tips.find(code)
    with tips.unit() as session:
        return [file.uid for file in session.merge(tip).files]


def _adopt(sign_in: Door, tip: Tip, along: Sequence[str], **more: Any) -> Any:
    told = {**OWN_WORDS, "along": list(along), **more}
    return sign_in("duty").post_form(f"/tips/{tip.uid}/adopt", told)


def _carried(tips: TipDesk) -> list[MediaAsset]:
    with tips.unit() as session:
        return of_subject(session, session.scalars(select(Lead)).one(), "picture")


def test_what_is_ticked_goes_along_and_nothing_else(tips: TipDesk, sign_in: Door) -> None:
    pictures = [(encoded(photo(1600, 900)), "王老师家.jpg"), (encoded(photo(300, 200)), "二.jpg")]
    code, tip = _told(tips, *pictures)
    first, _ = _files(tips, code)
    assert _adopt(sign_in, tip, [first]).status_code == 302
    (asset,) = _carried(tips)
    assert (asset.width, asset.height) == (1280, 720)
    assert (asset.filename, asset.title, asset.caption, asset.credit) == ("file.jpg", "", "", "")
    assert (asset.source, asset.taken_at, asset.derived_from) == ("", None, [])
    assert (asset.rights, asset.uploaded_by_id) == ("supplied", tips.newsroom.duty.id)
    assert asset.sealed_as
    shown = sign_in("editor").get(f"/media/{asset.uid}/preview")
    assert shown.status_code == 200
    shown.close()


def test_no_row_leads_from_what_went_along_to_its_source(tips: TipDesk, sign_in: Door) -> None:
    code, tip = _told(tips, (encoded(photo(300, 200)), "一.jpg"))
    (ticked,) = _files(tips, code)
    _adopt(sign_in, tip, [ticked])
    (asset,) = _carried(tips)
    with tips.unit() as session:
        assert session.scalar(select(func.count()).select_from(MediaLineage)) == 0
        row = " ".join(map(str, vars(session.merge(asset)).values()))
        acts = " ".join(f"{it.before}{it.after}{it.note}" for it in audit.history(session, asset))
        noted = {it.action: it.after for it in audit.history(session, tip)}
    for trace in (tip.uid, ticked, code):
        assert trace not in row + acts
    assert noted["take_along"] == {"files": 1}
    assert ticked not in str(noted)


def test_words_papers_and_what_waits_stay(tips: TipDesk, sign_in: Door) -> None:
    given = [("夜里两点".encode() * 5, "a.txt"), (b"%PDF-1.7 contract", "b.pdf")]
    code, tip = _told(tips, *given)
    assert 'name="along"' not in sign_in("duty").get(f"/tips/{tip.uid}").text
    for file in (*_files(tips, code), "nobody"):
        refused = _adopt(sign_in, tip, [file])
        assert refused.status_code == 422
        assert OWN_WORDS["body"] in refused.text
        assert "只有做好了可看版本的" in refused.text
    assert tips.find(code).state == State.NEW


def test_a_file_of_another_tip_does_not_go_along(tips: TipDesk, sign_in: Door) -> None:
    other, _ = _told(tips, (encoded(photo(300, 200)), "一.jpg"))
    code, tip = _told(tips, (encoded(photo(310, 200)), "二.jpg"))
    assert _adopt(sign_in, tip, _files(tips, other)).status_code == 422
    refused = _adopt(sign_in, tip, _files(tips, code), title="短")
    assert refused.status_code == 422
    assert f'value="{_files(tips, code)[0]}" checked' in refused.text
    with tips.unit() as session:
        assert session.scalar(select(func.count(MediaAsset.id))) == 0


def test_a_machines_picture_stays_one_and_its_label_names_nobody(
    tips: TipDesk, sign_in: Door
) -> None:
    code, tip = _told(tips, (_generated(), "x.png"))
    _adopt(sign_in, tip, _files(tips, code))
    (asset,) = _carried(tips)
    assert (asset.aigc, asset.aigc_in_file) == (1, 1)
    with tips.unit() as session:
        asset = session.merge(asset)
        assert session.scalar(select(Shaping.due).where(Shaping.asset_id == asset.id))
        assert session.get(Provenance, asset.id) is None
        label = provenance.label_of(session, asset)
        assert label is not None
        assert "source" not in str(label)


def test_only_who_sorts_takes_files_out_and_only_of_a_new_tip(tips: TipDesk, sign_in: Door) -> None:
    code, tip = _told(tips, (encoded(photo(300, 200)), "一.jpg"))
    database, along = tips.newsroom.database, _files(tips, code)
    with pytest.raises(Forbidden):
        carrying.taken_out(database, tips.newsroom.deputy, tip.uid, along)
    assert list(tips.newsroom.ports.store.names()) == []
    assert _adopt(sign_in, tip, along).status_code == 302
    assert _adopt(sign_in, tip, along).status_code == 409


def test_what_went_along_stays_when_the_tip_is_erased(tips: TipDesk, sign_in: Door) -> None:
    code, tip = _told(tips, (encoded(photo(300, 200)), "一.jpg"))
    _adopt(sign_in, tip, _files(tips, code))
    chief = tips.newsroom.chief
    tips.do(code, lambda session, it: service.erase(session, chief, it))
    (asset,) = _carried(tips)
    with sign_in("editor").get(f"/media/{asset.uid}/preview") as shown:
        assert shown.status_code == 200


def test_the_program_interface_takes_files_along(tips: TipDesk, sign_in: Door) -> None:
    code, tip = _told(tips, (encoded(photo(300, 200)), "一.jpg"))
    duty, at = sign_in("duty"), f"/api/v1/tips/{tip.uid}"
    (attached,) = duty.call("GET", at).json["attached"]
    wrong = duty.call("POST", f"{at}/adopt", {**OWN_WORDS, "along": ["nobody"]})
    assert (wrong.status_code, "along" in str(wrong.json)) == (422, True)
    adopted = duty.call("POST", f"{at}/adopt", {**OWN_WORDS, "along": [attached["uid"]]})
    assert adopted.json["state"] == "adopted"
    assert len(_carried(tips)) == 1
    assert tips.find(code).lead_id
