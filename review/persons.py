"""Where natural persons stand in a text: in a cell of names, before the crime in a case's title, in a sentence.

A cell of names is taken for persons wherever nothing says that it is a body's; in a sentence only what its surroundings show to be a name
is one. In doubt a name is hidden: a masked village harms nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cases.documents.names import COMPOUND, SURNAMES, is_organisation, is_plain_person

OPEN, CLOSE = "(\uff08[\uff3b【〔<《{\u201c\u2018", ")\uff09]\uff3d】〕>》}\u201d\u2019"
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DOT = "·・•‧∙⋅･.\uff0e"
_STRONG = re.compile(
    "公司|集团|银行|委员会|居委|村委|合作社|政府|法院|检察院|企业|协会|商会|基金|事务所|医院|学校|大学|学院|中学|小学|幼儿园|支行|分行|超市|超级市场|商行|商店|商场|商贸|"
    "中心|经营部|门市部|服务部|工厂|饭店|酒店|宾馆|旅馆|药房|工作室|合伙|管理处|派出所|[支大总分]队|[分总支]局|[县市区省乡镇]局|某某[厂店局院社]"
)
"""Words of which one makes a body, wherever it stands."""
_END = re.compile(
    "[厂店局院社村部所站队会处科矿场馆行铺摊室吧坊庄园屋府宫台网楼苑港厦轩阁斋堂号市县区镇乡省州盟旗厅委组]$|餐厅|食堂|工地|项目部|有限合伙|个体|小吃|烧烤|美甲|美容|理发|养生|有限$|[栈圃]$|"
    "..(?:物业|地产|百货|电力|电信|移动|联通|路桥|建筑|建设|钢铁|矿业|科技|实业|物流|传媒|食品|药业|置业|投资|股份|保险|人寿|证券|信托|化工|机械|汽车|能源|石油|石化|水务|燃气|热力|环保|林业|贸易)$"
)
"""Personal names end like this too (刘新村, 张会): then only length or a first character that is no surname tells a body."""
_ROLES = (
    "法定代表人|法人代表|代表人|经营者|负责人|业主|投资人|实际控制人|联系人|经办人|曾用名|又名|别名|化名|绰号|外号|小名|乳名|艺名|网名|自称|原名|译名|英文名|中文名|户名|姓名|"
    "被告人|犯罪嫌疑人|嫌疑人|被害人|控告人|报案人|举报人|上诉人|申请执行人|被执行人|被申请人|申请人|当事人|代理人|监护人|个体工商户|个体户|"
    "其(?:妻子?|丈夫|父亲?|母亲?|儿子|女儿|[兄弟姐妹])"
)
_POSTS = (
    "[局厅院所处科队村镇乡厂校]长|主任|经理|老板|股东|合伙人|司机|驾驶员|村民|居民|"
    "职工|员工|工人|男子|女子|学生|患者|死者|伤者|原告|被告|第三人|车主|户主|房主|法人|业务员|会计|"
    "证人|案外人|担保人|保证人|借款人|出借人|收款人|付款人|债务人|债权人|介绍人|鉴定人"
)
"""Behind these a body may stand as well (村民委员会): a person only where nothing else can."""
_POST = re.compile(rf"(?:{_POSTS})(?=\S{{2,4}}$)")
_ROLE = re.compile(rf"(?:{_ROLES})(?:[:\uff1a]|为|系|是)?\s*(?=\S\S)")
_SEPARATOR = re.compile(r"[、,\uff0c;\uff1b/\uff0f|\uff5c\\\n\r\t。:\uff1a]+")
_GAP = re.compile(rf"(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])")
_AND = re.compile(rf"(?<=[{_HAN}]{{2}})(?:以及|和|与|及|伙同)(?=[{_HAN}]{{2}})")
_COUNTED = re.compile(
    r"(?:以及|及)?(?:其他|其余)?(?:等(?:[\d一二两三四五六七八九十百]*[人名]*|多人|其他人)|等?(?:[\d一二两三四五六七八九十百]+)[人名])(?:案)?$"
)
_BEHIND = re.compile(r"(?:合伙|夫妇|夫妻|父子|母子|兄弟|先生|女士|同志|个体(?:工商)?户)$")
_NOBODY = re.compile(
    rf"(?:{_ROLES})|等.*|男性?|女性?|.{{1,3}}族|不详|未知|无|空白|本人|身份不明|无名[氏男女]?|已?死亡|在逃|另案处理"
    r"|未成年人|(?:其他|其余).*|多人|群众|法官|审判员|某+|[〔(].*"
)
_STAFF = re.compile("(?:职工|员工|经理|老板|股东|会计|工人|司机|董事长|业务员|职员|主任|法定代表人|负责人)$")
_LATIN = re.compile(rf"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f {_DOT},'\u2019-]*")
_LATIN_BODY = re.compile(r"\b(?:ltd|limited|co|company|corp|corporation|inc|llc|gmbh|bank|group|plc|sa|ag)\b", re.IGNORECASE)


def pieces(cell: str) -> Iterator[tuple[str, bool]]:
    """A cell of names cut into what names one person or body each (True), and what stands between (False); brackets are not cut."""
    begun = depth = i = 0
    while i < len(cell):
        depth = depth + 1 if cell[i] in OPEN else max(depth - 1, 0) if cell[i] in CLOSE else depth
        found = None if depth else _SEPARATOR.match(cell, i)
        if found:
            yield from _spaced(cell[begun:i])
            yield found[0], False
            begun = i = found.end()
        else:
            i += 1
    yield from _spaced(cell[begun:])


def _spaced(text: str) -> Iterator[tuple[str, bool]]:
    """A piece cut at its spaces, unless they spread one name over the width of its cell (王 棠, 欧阳 棠棠)."""
    words = [*filter(None, _GAP.split(text))]
    is_one = any(c in text for c in OPEN) or all(len(w) == 1 or w in COMPOUND for w in words[:2]) or min(map(len, words), default=0) == 1
    begun = 0
    for gap in () if is_one else _GAP.finditer(text):
        yield from _joined(text[begun : gap.start()])
        yield gap[0], False
        begun = gap.end()
    yield from _joined(text[begun:])


def _joined(text: str) -> Iterator[tuple[str, bool]]:
    """A piece cut where two persons are joined by a word, at what a person is (经营者张三), and before 等三人."""
    tail = _COUNTED.search(text)
    core = text[: tail.start()] if tail and tail.start() else text
    begun = 0
    for cut in () if is_body(core) else (m for m in _AND.finditer(core) if _can_be(core[: m.start()]) and _can_be(core[m.end() :])):
        yield core[begun : cut.start()], True
        yield cut[0], False
        begun = cut.end()
    core_left = core[begun:]
    head = next((i for i, c in enumerate(core_left) if c in OPEN), len(core_left))
    begun = 0
    posts = (m for m in _POST.finditer(core_left[:head]) if _is_plain(core_left[m.end() : head]))
    for role in sorted((*_ROLE.finditer(core_left, 0, head), *posts), key=lambda m: m.start()):
        if role.start() < begun:
            continue
        yield core_left[begun : role.start()], True
        yield role[0], False
        begun = role.end()
    yield core_left[begun:], True
    yield text[len(core) :], False


def _can_be(text: str) -> bool:
    words = re.split("以及|和|与|及|伙同", text)
    return all(is_plain_person(w) or _surnamed(w) or any(d in w for d in _DOT) for w in words)


def _surnamed(name: str) -> bool:
    """Whether a name that ends like a body's is a person's all the same."""
    return (name[:2] in COMPOUND and 2 < len(name) <= 4) or (1 < len(name) <= 3 and name[:1] in SURNAMES)


def is_body(name: str) -> bool:
    """Whether a piece without brackets behind it is a body's name."""
    flat = re.sub(rf"[{re.escape(OPEN)}][^{re.escape(OPEN + CLOSE)}]*[{re.escape(CLOSE)}](?=.)", "", name).strip()
    if _LATIN_BODY.search(flat) and not _surnamed(flat):
        return True
    if strong := [*_STRONG.finditer(flat)]:
        tail = flat[strong[-1].end() :]
        return not (_surnamed(flat) and len(flat) < 4 and not flat.endswith("公司")) and not (_STAFF.search(tail) and _surnamed(flat[:3]))
    if _END.search(flat) or is_organisation(flat):
        is_name = len(flat) == 3 and flat[-1] not in "局厅院所处科队站" and is_plain_person(flat)
        return not _surnamed(flat) and not is_name
    return flat[:1].isdigit() and not re.search(f"[{_HAN}]{{2}}$", flat)


def employed(name: str) -> str:
    """The person behind a body that the same piece names before (某公司张三); "" where there is none."""
    found = [*_STRONG.finditer(name)]
    tail = name[found[-1].end() :] if found else ""
    return tail if _surnamed(tail) and not _END.search(tail) and not tail.endswith("路") else ""


def is_person(name: str) -> bool:
    """Whether a piece of a cell of names without brackets, which is no body's, tells who a person is."""
    bare = _BEHIND.sub("", name.strip())
    if len(bare) < 2 or _NOBODY.fullmatch(bare) or not any(c.isalpha() for c in bare):
        return False
    return not (bare.isascii() and bare.isupper() and bare.isalpha() and len(bare) <= 3)


# -- a cell of names ---------------------------------------------------------------------------------------------------
_PLACES = frozenset(("安徽", "江苏", "江西", "宁夏", "宁波", "温州", "金华", "成都", "沈阳", "常州", "徐州", "柳州", "海宁", "龙泉", "乐清", "文成"))
_SHOP = re.compile(
    rf"([{_HAN}]{{2,4}}?)的?(?:个体|(?:水果|蔬菜|果蔬|食品|副食|百货|五金|建材|服装|鞋|理发|美发|美容|美甲|餐|小吃|烟|酒|茶|日杂|日用|粮油|便利|杂货|土杂|超市|诊所|口腔|中医|药|"
    r"修|汽|电动车|摩托|加工|废品|废旧|农资|农机|种子|饲料|饭|面|早点|快餐|烧烤|火锅|肉|鱼|水产|海鲜|菜|家具|家电|电器|木材|石材|养殖|化妆|养生|照相|打印|装饰|装潢|零售|批发|商店|[店铺摊厂](?:$|[(\uff08])))"
)
_BRACKETED = re.compile(rf"([{re.escape(OPEN)}])([^{re.escape(OPEN + CLOSE)}]*)([{re.escape(CLOSE)}]?)")


def named(cell: str) -> Iterator[str]:
    """The full names of natural persons in a cell of names, as they may stand elsewhere alone."""
    for piece, is_name in pieces(cell):
        if is_name:
            head, is_whole = head_of(piece)
            if is_whole and (name := head if is_person(head) else ""):
                yield _BEHIND.sub("", name)
            elif not is_whole:
                yield from filter(None, (employed(head),))
                yield from keeper(head)
            for found in _BRACKETED.finditer(piece):
                yield from bracketed(found[2])


def keeper(body: str) -> Iterator[str]:
    """The person whose name a shop bears (张三水果店)."""
    found = _SHOP.match(body)
    if found and "公司" not in body and _is_plain(found[1]) and found[1] not in _PLACES:
        yield found[1]


def head_of(piece: str) -> tuple[str, bool]:
    """The text of a piece before its brackets, and whether it names a person (False: a body)."""
    bare = re.sub(r"^(?:\d+[.\uff0e)\uff09]\s*|[\s*\u201c\u2018\"'-]+)", "", piece.strip())
    head = re.split(rf"[{re.escape(OPEN + CLOSE)}\"]", bare, maxsplit=1)[0].strip()
    flat = _BRACKETED.sub("", bare).strip()
    # 李四(上海)有限公司 goes on behind its bracket; 张三(男)(在逃) does not.
    return (flat, False) if is_body(flat) else (head, True)


def bracketed(text: str) -> Iterator[str]:
    """The persons in a bracket behind a name: those that a word says to be some (经营者张三), or that look like nothing else."""
    told = _ROLE.search(text) is not None
    for piece, is_name in pieces(text):
        bare = _BEHIND.sub("", piece.strip())
        if not is_name or is_body(bare) or not is_person(bare) or bare in _PLACES or bare.endswith("州"):
            continue
        if told or _surnamed(bare) or is_plain_person(bare) or _dotted(bare):
            yield bare


def _dotted(name: str) -> bool:
    return re.fullmatch(rf"[{_HAN}]{{1,7}}(?:\s*[{_DOT}]\s*[{_HAN}]{{1,7}})+", name) is not None


# -- a sentence --------------------------------------------------------------------------------------------------------
_ACT = (
    "涉嫌|被控|被诉|被害|被盗|被骗|被抢|被打|被拘|合同|集资|信用卡|保险|职务|故意|过失|非法|违法|虚开|生产|销售|危险|交通|寻衅|聚众|敲诈|开设|妨害|拒不|挪用|贪污|受贿|行贿|盗窃|诈骗|抢劫|抢夺|侵犯|侵占|假冒|串通|强迫|组织|"
    "传播|走私|贩卖|容留|污染|逃税|偷税|骗取|帮助|掩饰|损害|破坏|伪造|变造|强奸|绑架|放火|重大|高利|擅自|未经|未按|未取得|发布|违反|违规|无证|驾驶|醉酒|酒后|吸食|殴打|赌博|虚假|买卖|倒卖|民间借贷|劳动争议|机动车|"
    r"名下|向|对(?=[^联])|将|允许|一案|诉(?!讼)|等(?:[\d一二两三四五六七八九十百]*[人名]|人)"
)
_CRIME = re.compile(rf"{_ACT}|伙同|与|和|及|被|案")
_ONLY_CRIME = re.compile(
    rf"(?=..)(?!向|对|将|诉|等)(?:{_ACT}|电信|网络|特大|系列|跨境|跨省|入室|团伙|制[售造]|套路|走私|虚报|抽逃|欺诈|隐匿|为境外|为亲友|签订|出[售具]|购买|运输|持有|使用|变造|转让|"
    "骗|窃取|收买|内幕|泄露|编造|诱骗|操纵|逃[税汇避]|洗钱|贷款|票据|金融|信用|有价|偷税|抗税|提供|领导|倒卖|侮辱|诽谤|拐卖|虐待|遗弃|猥亵|阻碍|招摇|煽动|引诱|介绍|窝藏|包庇|"
    "徇私|滥用|玩忽|枉法|刑讯|暴力|投放|爆炸|失火|滥伐|盗伐|利用|私分|巨额|隐瞒|单位|聚众|确认|海[上事商]|产品|房地产|房屋|劳[动务]|买卖|租赁|承揽|委托|申请|铁路|知识|家政|特许|有线|相邻)"
)
# What follows a name in free text; what may stand before it.
_ON = (
    rf"(?:{_ACT}|伙同|案|经营|借款|离婚|继承|抚养|赡养|侵权|返还|确认|服务|租赁|承揽|建设|追偿|保证|担保|人身|健康|生命|名誉|物业|不当得利|劳务|纠纷|所有|本人|家[中里]|批准|的|在|于|因|被|与|和|及|未|系|是|身份证|护照|"
    r"[(\uff08](?:男|女|身份证|公民身份|护照|绰号|曾用名|\d{6})|[,\uff0c](?:男|女)[,\uff0c])"
)
_CUT = re.compile(rf"{_ON}|案|到|从|驾|称|说|为|等|、|$")
_BEFORE = rf"(?:^|(?<=[^{_HAN}])|(?<=[省市县区镇乡村组年月日时系由向与和及给被诉对])|(?<=关于)|(?<=伙同))"
_NAMED = re.compile(rf"{_BEFORE}(?=([{_HAN}]{{2,4}}?){_ON})|[(\uff08](?=([{_HAN}]{{2,4}})[)\uff09])")
# What follows nothing but a name; before it anything may stand.
_CERTAIN = re.compile(rf"(?=([{_HAN}]{{2,4}})(?:名下|涉嫌|身份证|[(\uff08](?:男|女|身份证|公民身份)|[,\uff0c](?:男|女)[,\uff0c]))")
_TOLD = re.compile(rf"(?:{_ROLES})(?:[:\uff1a]|为|系|是)?\s*([{_HAN}]{{2,8}}|[A-Z][A-Za-z]+(?: [A-Z][A-Za-z.]*)+)")
_POSTED = re.compile(rf"(?:{_POSTS})([{_HAN}]{{2,8}})")
_DOTTED = re.compile(rf"[{_HAN}]{{1,7}}(?:[·・•‧][{_HAN}]{{1,7}})+")
_FOREIGN = re.compile(r"[A-Z][A-Za-z]+(?: [A-Z][A-Za-z.]*)+(?=护照|名下|涉嫌|[(\uff08](?:男|女|护照))")
_WORDS = re.compile(
    "战时|储存|权属|管制|车辆|房屋|双方|单位|安排|暴力|林业|铁路|国资|农业|历史|肖像|车[位库主祸票船]|[向对][原被]|.*[省市县区镇乡州业罪某]$|.*某"
)
"""What begins with a surname and is no name."""


def mentioned(text: str) -> Iterator[str]:
    """The persons in free text that its words show to be some: 法定代表人张三, 李四涉嫌, 王五(男. Others cannot be told from other words."""
    for found in _NAMED.finditer(text):
        if _is_plain(found[1] or found[2]):
            yield found[1] or found[2]
    yield from (name for found in _CERTAIN.finditer(text) for name in (found[1], found[1][-2:]) if _is_plain(name))
    for found in _TOLD.finditer(text):
        if found[1].isascii() or found[1][0] in SURNAMES or _is_plain(found[1][:2]):
            yield _cut(found[1])
    yield from (name for found in _POSTED.finditer(text) if _is_plain(name := _cut(found[1])))
    for found in _DOTTED.finditer(text):
        end = _CUT.search(found[0], max(found[0].rfind(d) for d in "·・•‧") + 2)
        name = found[0][: end.start() if end else None]
        if not _STRONG.search(found[0]) and not _END.search(name):
            yield name
    yield from (found[0] for found in _FOREIGN.finditer(text))


def _is_plain(name: str) -> bool:
    return is_plain_person(name) and not is_body(name) and not _WORDS.match(name)


def _cut(words: str) -> str:
    """The name at the start of words that may run on behind it: as much as a name may take."""
    if words.isascii():
        return words
    end = _CUT.search(words, 2)
    return words[: min(end.start() if end else 8, 4 if words[:2] in COMPOUND else 3)]


def accused(title: str) -> Iterator[str]:
    """The persons in a case's title: whoever stands before the crime, and who else its words show."""
    begun = re.match(r"(?:关于|[\d.\-年月日/\s\u201c\u201d\"]+)*", title)
    told = False
    for piece, is_name in pieces(title[begun.end() if begun else 0 :]):
        if not is_name:
            told = _ROLE.match(piece + "..") is not None
            continue
        yield from keeper(piece)
        name, is_last = _before_crime(piece.strip())
        if name and (not told or _surnamed(name) or is_plain_person(name) or _dotted(name) or name.isascii()):
            yield from named(name)
        if is_last:
            break
    yield from mentioned(title)


def _before_crime(piece: str) -> tuple[str, bool]:
    """The person that a piece of a title begins with ("" where it is a body), and whether the crime has begun in it."""
    if _ONLY_CRIME.match(piece):
        return "", True
    crime = _CRIME.search(piece, 2)
    name = piece[: crime.start()] if crime else piece
    if (place := re.match(r"[^\s]{1,10}?[省市县区镇乡村](?=..)", name)) and is_plain_person(name[place.end() :]):
        name = name[place.end() :]
    if is_plain_person(name) or _surnamed(name) or _dotted(name) or _LATIN.fullmatch(name):
        return name, crime is not None and crime[0] not in ("伙同", "与", "和", "及")
    if body := [*_STRONG.finditer(piece)]:
        behind = piece[body[-1].end() :]
        return "", crime is not None or (len(behind) > 1 and not _END.search(behind))
    if crime and is_body(name):
        return "", True
    if len(name) < 7 and not is_body(name):
        # A crime that is not known may begin in what looks like a name: as much is hidden as a name may take.
        return name if len(name) < 5 or not _surnamed(name[:3]) else name[: 4 if name[:2] in COMPOUND else 3], crime is not None
    return (name[: 4 if name[:2] in COMPOUND else 3] if _surnamed(name[:3]) and not is_body(name) else ""), True
