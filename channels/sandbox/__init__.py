"""The platform sandbox: eight platforms played over real HTTP.

WeChat, Weibo, Toutiao, Douyin, Kuaishou and Bilibili; JPush and Getui with the phones behind them.

A small Flask application of its own, written from the platforms' public contracts alone. It
imports no adapter and no adapter imports it, so that two independent readings of each contract
test one another. It keeps what was published, counts copies, enforces limits, breaks on demand
(``/__sim__/faults``) and shows what a reader would see (``/``). It is never for production.
"""
