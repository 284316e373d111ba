"""What people are told of a feed's troubles; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_

TROUBLES = {
    "no_feed": N_("那里没有能读的订阅源：要 RSS、Atom 或 JSON Feed。请核对地址。"),
    "not_public": N_("这个地址不在公网上，不能访问。请换一个公开的地址。"),
    "http_301": N_("地址搬走了。请到对方网站找到新的地址，改在这里。"),
    "http_302": N_("地址搬走了。请到对方网站找到新的地址，改在这里。"),
    "http_307": N_("地址搬走了。请到对方网站找到新的地址，改在这里。"),
    "http_308": N_("地址搬走了。请到对方网站找到新的地址，改在这里。"),
    "http_401": N_("对方要求登录才能看，不能订阅。"),
    "http_403": N_("对方不让访问。请与对方联系，或者停用。"),
    "http_404": N_("地址已经不在了。请核对，或者停用。"),
    "http_410": N_("对方已经停掉了这个订阅源，请停用。"),
    "http_429": N_("看得太勤，对方让歇一会儿。可以把间隔调长。"),
    "unsent": N_("连不上对方。系统会隔一段时间再试。"),
    "no_answer": N_("对方没有答完，或者内容超过 1 MB。系统会隔一段时间再试。"),
}
OTHERWISE = N_("对方答得不对（%(code)s）。系统会隔一段时间再试。")
