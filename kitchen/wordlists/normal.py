"""A text as word lists read it: one width, one case, simplified, without blanks and marks.

What was written differently only to the eye becomes the same, and every place in the plain text
leads back to its place in the text as written. Lines stay apart.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from itertools import chain

_KEPT_MARKS = {"%", "\n"}
"""A percent sign changes what a number means; a line ends what was said."""
PLANE = 0x10000
"""Beyond it stand rare characters, pictures and flags, which no list writes in two ways."""
Table = list[int | None]
APART = re.compile("[，。、；：？！,;:?!…—“”‘’《》〈〉（）()【】「」『』\n]")  # noqa: RUF001
"""Marks that end or part what is said; a word that goes across one is two words."""
_PAIRS = (
    "愛爱礙碍襖袄罷罢擺摆敗败頒颁辦办絆绊幫帮綁绑報报飽饱寶宝備备貝贝筆笔畢毕閉闭邊边編编標标錶表"
    "別别賓宾餅饼撥拨補补財财參参倉仓產产長长場场廠厂車车塵尘陳陈稱称懲惩遲迟蟲虫籌筹處处觸触傳传"
    "創创純纯詞词聰聪從从達达帶带單单擔担當当黨党導导島岛燈灯鄧邓敵敌電电調调頂顶東东動动獨独讀读"
    "賭赌斷断對对隊队噸吨奪夺額额惡恶兒儿爾尔發发髮发罰罚範范飯饭訪访飛飞費费紛纷墳坟豐丰風风鳳凤"
    "婦妇復复複复負负該该蓋盖幹干趕赶剛刚綱纲崗岗個个給给鞏巩溝沟構构購购顧顾關关觀观館馆慣惯廣广"
    "規规軌轨櫃柜貴贵國国過过漢汉號号賀贺後后護护華华畫画話话懷怀壞坏環环還还換换黃黄匯汇會会誨诲"
    "貨货機机積积極极際际繼继級级價价間间艱艰監监減减檢检見见薦荐將将講讲獎奖膠胶階阶節节結结潔洁"
    "緊紧僅仅進进盡尽經经驚惊靜静鏡镜舊旧舉举據据覺觉絕绝軍军開开課课墾垦誇夸塊块虧亏擴扩來来藍蓝"
    "攔拦樂乐類类離离裡里裏里禮礼歷历曆历麗丽聯联連连練练糧粮兩两療疗遼辽獵猎臨临鄰邻靈灵領领劉刘"
    "龍龙樓楼錄录陸陆綠绿亂乱論论羅罗馬马買买賣卖滿满門门夢梦麵面廟庙滅灭鳴鸣畝亩難难鳥鸟寧宁農农"
    "諾诺歐欧盤盘賠赔噴喷頻频評评憑凭樸朴齊齐騎骑啟启氣气遷迁錢钱潛潜牆墙強强搶抢橋桥親亲輕轻傾倾"
    "請请慶庆窮穷區区權权勸劝確确讓让擾扰熱热認认榮荣軟软銳锐賽赛傘伞喪丧掃扫殺杀曬晒閃闪傷伤賞赏"
    "燒烧紹绍設设聲声勝胜師师詩诗時时實实識识適适勢势釋释試试視视壽寿書书術术樹树數数雙双誰谁順顺"
    "說说絲丝蘇苏訴诉雖虽隨随歲岁孫孙損损鎖锁臺台態态談谈湯汤濤涛題题體体條条鐵铁聽听廳厅頭头圖图"
    "團团網网為为圍围偉伟衛卫聞闻穩稳問问無无務务誤误習习係系戲戏細细嚇吓賢贤險险現现線线縣县憲宪"
    "鄉乡響响項项協协寫写謝谢興兴許许選选學学尋寻訓训訊讯壓压亞亚嚴严鹽盐陽阳養养樣样藥药爺爷業业"
    "頁页葉叶醫医遺遗億亿憶忆義义藝艺議议陰阴銀银應应贏赢優优郵邮遊游魚鱼與与語语預预園园員员圓圆"
    "遠远願愿約约閱阅運运雜杂載载贊赞則则擇择責责賊贼增增戰战張张帳帐趙赵這这針针偵侦陣阵鎮镇徵征"
    "爭争證证職职執执紙纸製制質质種种眾众週周晝昼豬猪術术築筑專专轉转莊庄裝装狀状準准資资總总組组"
    "違违濟济灣湾鐘钟繳缴毀毁檔档幣币彈弹遞递獻献鄭郑韓韩魯鲁齡龄鬥斗顏颜顛颠韻韵頓顿頌颂壟垄斃毙"
    "鑽钻羣群峯峰綫线於于纔才歸归滬沪僑侨"
)
"""Traditional and simplified, in turn: the characters that news has most use for."""


class Plain:
    """A text as lists read it (``words``), that knows where in the text as written it stands."""

    __slots__ = ("_gaps", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = text.translate(_table())
        self._gaps: list[int] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where ``words[start:end]`` stands in the text as written; it must not be empty."""
        gaps = self._dropped()
        return start + bisect_right(gaps, start), end + bisect_right(gaps, end - 1)

    def _dropped(self) -> list[int]:
        """Of each character left out, how many stood before it that were kept; in order."""
        if self._gaps is None:
            found = enumerate(_left_out().finditer(self.text))
            self._gaps = [each.start() - number for number, each in found]
        return self._gaps

    def in_one_breath(self, start: int, end: int) -> bool:
        """Whether no mark that parts what is said stands within a span of the text as written."""
        return APART.search(self.text, start, end) is None


def plain_of(word: str) -> str:
    """A word as lists read it; empty where nothing but blanks and marks is left."""
    return word.translate(_table()).replace("\n", "")


@cache
def _table() -> Table:
    """One character by its code; ``None``: left out. Nothing becomes two characters."""
    changed: dict[int, int | None] = {}
    for code in chain(range(0x3400), range(0xF900, PLANE)):
        plain = _read(chr(code))
        if plain != chr(code):
            changed[code] = ord(plain) if plain else None
    pairs = zip(_PAIRS[::2], _PAIRS[1::2], strict=True)
    return table_of({**changed, **{ord(old): ord(new) for old, new in pairs}})


def table_of(changed: Mapping[int, int | None]) -> Table:
    """A translation by place rather than by key: it is the same one thrice as fast."""
    return [changed.get(code, code) for code in range(PLANE)]


@cache
def _left_out() -> re.Pattern[str]:
    """What stands in a text as written and not in the plain one."""
    gone = "".join(re.escape(chr(code)) for code, plain in enumerate(_table()) if plain is None)
    return re.compile(f"[{gone}]")


def _read(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).lower()
    if plain in _KEPT_MARKS:
        return plain
    if unicodedata.category(character)[0] in "PZC" or plain.isspace():
        return ""
    return plain if len(plain) == 1 else character
