"""What the lists hold before anybody changes them: small, neutral, and plainly invented.

No list of sensitive words is shipped: a newsroom brings its own. The leaders, places and wordings
are samples that name nobody, there to show what a line looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from kitchen.wordlists.rules import Entry, Kind, Level

_SUPERLATIVES = (
    *("全网最低", "全国第一", "世界第一", "全球第一", "行业第一", "第一品牌", "唯一指定"),
    *("最先进", "最高级", "最佳", "最优惠", "最便宜", "史上最", "顶级", "极品", "极致"),
    *("绝无仅有", "独一无二", "前所未有", "空前绝后", "百分百有效", "100%有效", "万能"),
    *("零风险", "稳赚不赔", "保本保息", "包治百病", "根治", "永不反弹", "特效药"),
)
"""Words that the advertising law forbids in advertisements and that news uses with a source."""
_TYPOS = (
    *(("按装", "安装"), ("部暑", "部署"), ("布署", "部署"), ("步署", "部署"), ("侯车", "候车")),
    *(("气侯", "气候"), ("侯选", "候选"), ("既使", "即使"), ("既便", "即便"), ("即然", "既然")),
    *(("己经", "已经"), ("巳经", "已经"), ("自已", "自己"), ("以经", "已经"), ("渡假", "度假")),
    *(("震憾", "震撼"), ("幅射", "辐射"), ("复盖", "覆盖"), ("座落", "坐落"), ("松驰", "松弛")),
    *(("坐谈会", "座谈会"), ("迫不急待", "迫不及待"), ("再接再励", "再接再厉")),
    *(("一愁莫展", "一筹莫展"), ("不径而走", "不胫而走"), ("谈笑风声", "谈笑风生")),
    *(("名符其实", "名副其实"), ("走头无路", "走投无路"), ("金壁辉煌", "金碧辉煌")),
    *(("穿流不息", "川流不息"), ("直接了当", "直截了当"), ("黄梁美梦", "黄粱美梦")),
    *(("美仑美奂", "美轮美奂"), ("鼎立相助", "鼎力相助"), ("水笼头", "水龙头")),
    *(("脉博", "脉搏"), ("粗旷", "粗犷"), ("竟赛", "竞赛"), ("竟争", "竞争"), ("竞然", "竟然")),
    *(("究竞", "究竟"), ("冒然", "贸然"), ("凑和着", "凑合着"), ("必竟", "毕竟"), ("急燥", "急躁")),
)
"""Characters that look or sound alike, in words that exist with one of them only."""
_PARTICLES = (
    *(("高兴的说", "高兴地说"), ("激动的说", "激动地说"), ("高兴的告诉", "高兴地告诉")),
    *(("积极的开展", "积极地开展"), ("不断的提高", "不断地提高"), ("有序的推进", "有序地推进")),
    *(("认真的做好", "认真地做好"), ("慢慢的走", "慢慢地走"), ("热情的接待", "热情地接待")),
    *(("跑的快", "跑得快"), ("做的好", "做得好"), ("长的高", "长得高"), ("变的更", "变得更")),
    *(("值的一提", "值得一提"), ("来的及", "来得及"), ("舍不的", "舍不得"), ("取的了", "取得了")),
)
"""的、地、得 where the words around leave little choice."""
_EXCEPTIONS: Mapping[str, tuple[str, ...]] = {
    "万能": ("万能险",),
    "根治": ("根治欠薪", "根治水患"),
    "最佳": ("最佳影片", "最佳男", "最佳女", "最佳新人", "最佳导演"),
    "自已": ("自已故",),
    "复盖": ("重复盖",),
    "以经": ("以经济", "以经营", "以经验", "以经典", "以经费", "以经贸"),
    "座落": ("座落地", "座落成", "座落户", "座落下"),
    "做的好": ("做的好事", "做的好人", "做的好处", "做的好饭"),
    "跑的快": ("跑的快递", "跑的快车"),
}
"""Other words in which these characters stand beside each other by chance."""
_PRAISE = (
    *(
        "点赞",
        "感谢",
        "谢谢",
        "满意",
        "支持",
        "期待",
        "漂亮",
        "好评",
        "给力",
        "暖心",
        "贴心",
        "及时",
    ),
    *("辛苦了", "不错", "真好", "加油", "欣慰", "方便", "放心", "真棒", "越来越好", "没毛病"),
)
_COMPLAINTS = (
    *(
        "差评",
        "失望",
        "糟糕",
        "太差",
        "推诿",
        "扯皮",
        "没人管",
        "没人理",
        "不作为",
        "乱收费",
        "黑心",
    ),
    *(
        "噪音",
        "扰民",
        "堵车",
        "漏水",
        "停水",
        "停电",
        "脏乱",
        "臭气",
        "污染",
        "坑人",
        "骗人",
        "气愤",
    ),
    *(
        "不满",
        "不满意",
        "无语",
        "离谱",
        "拖欠",
        "敷衍",
        "踢皮球",
        "形同虚设",
        "怨声载道",
        "投诉无门",
    ),
)
_LEADERS = (("甲示范", "示例区委书记", 1), ("乙示范", "示例区委副书记、示例区区长", 2))
_PHRASES = ("示例区五项便民服务行动",)
_PLACES = ("示例区交通运输服务中心",)
_SOURCES = ("示例市日报社",)
_SAMPLE = "示例，请换成本单位的"


def _superlatives() -> list[Entry]:
    return [_word(Kind.SUPERLATIVE, word) for word in _SUPERLATIVES]


def _typos() -> list[Entry]:
    likely = [_word(Kind.TYPO, wrong, right) for wrong, right in _TYPOS]
    perhaps = [_word(Kind.TYPO, wrong, right, Level.NOTE) for wrong, right in _PARTICLES]
    return likely + perhaps


def _word(kind: Kind, word: str, right: str = "", level: Level = Level.CARE) -> Entry:
    return Entry(kind, word, level, right, exceptions=_EXCEPTIONS.get(word, ()))


def _leaders() -> list[Entry]:
    return [
        Entry(Kind.PERSON, name, title=title, rank=rank, note=_SAMPLE)
        for name, title, rank in _LEADERS
    ]


_SHIPPED: Mapping[Kind, Callable[[], list[Entry]]] = {
    Kind.SUPERLATIVE: _superlatives,
    Kind.TYPO: _typos,
    Kind.PERSON: _leaders,
    Kind.PHRASE: lambda: [Entry(Kind.PHRASE, it, note=_SAMPLE) for it in _PHRASES],
    Kind.PLACE: lambda: [Entry(Kind.PLACE, it, note=_SAMPLE) for it in _PLACES],
    Kind.SOURCE: lambda: [Entry(Kind.SOURCE, it, note=_SAMPLE) for it in _SOURCES],
    Kind.PRAISE: lambda: [Entry(Kind.PRAISE, it, Level.NOTE) for it in _PRAISE],
    Kind.COMPLAINT: lambda: [Entry(Kind.COMPLAINT, it, Level.NOTE) for it in _COMPLAINTS],
}


@cache
def shipped(kind: Kind) -> tuple[Entry, ...]:
    """The entries of one list as shipped; each has the uid that it keeps once the list is begun."""
    entries = _SHIPPED[kind]() if kind in _SHIPPED else []
    return tuple(replace(entry, uid=f"seed{kind}{number}") for number, entry in enumerate(entries))
