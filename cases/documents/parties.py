"""The parties of a court paper, who acts for them, and who represents them.

Papers list the parties before the account of the proceedings: a role, a name, what is known of it, then its representatives
and agents. Where a source leaves that list out, `from_course` reads them from the sentence of 一案.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from cases.documents.causes import cause_before
from cases.documents.names import is_organisation, is_person, kind_of
from cases.documents.paper import HIGH, MIDDLE, Agent, Extraction, Party, Sureness
from cases.documents.sections import Sections

CLAIMANTS = (
    "原告",
    "上诉人",
    "再审申请人",
    "申请再审人",
    "申请人",
    "申请执行人",
    "起诉人",
    "申诉人",
    "异议人",
    "自诉人",
    "赔偿请求人",
    "复议申请人",
    "申请复议人",
    "案外人",
    "公益诉讼起诉人",
    "债权人",
)
RESPONDENTS = ("被告", "被上诉人", "被申请人", "被执行人", "被申请执行人", "被申诉人", "被告人", "债务人", "赔偿义务机关", "利害关系人")
_PARTY = (
    r"反诉原告|反诉被告|本诉原告|本诉被告|附带民事诉讼原告人|附带民事诉讼被告人|刑事附带民事公益诉讼起诉人|"
    r"公益诉讼起诉人|申请执行人|被申请执行人|申请再审人|再审申请人|被申请人|申请复议人|复议申请人|"
    r"申请人|被执行人|被上诉人|上诉人|原审第三人|一审第三人|二审第三人|原审原告|原审被告|一审原告|"
    r"一审被告|二审上诉人|二审被上诉人|原告人|被告人|原告|被告|第三人|起诉人|申诉人|被申诉人|异议人|"
    r"案外人|"
    r"利害关系人|自诉人|赔偿请求人|赔偿义务机关|复议机关|债权人|债务人"
)
_AGENT = (
    r"(?:共同)?(?:的)?(?:特别授权)?(?:委托诉讼代理人|委托代理人|委托授权代理人|授权委托代理人|诉讼代理人|委托人代理人|委托辩护人|"
    r"特别授权代理人|指定代理人|诉讼委托代理人|委托诉讼代人|代理人|辩护人)"
)

_STAND = (
    r"(?:法定代表人|法人代表人?|主要负责人|负责人|经营者|业主|投资人|执行事务合伙人(?:委派代表)?|"
    r"法定代理人|监护人|诉讼代表人|代表人|行政机关负责人|出庭负责人|出庭应诉负责人|出庭行政负责人|"
    r"管理人)"
)

_GROUP = r"(?:(?:上列|以上|上述|前述|该)?(?:[两二三四五六七八九十]|\d{1,2})?(?:位|名|个)?)"
_LEAD = r"(?:(?<=^)|(?<=[\n。；，,;：、…）×*\d ])|(?<=身份证号码)|(?<=号))"
_MARK = re.compile(


            rf"(?:^|(?<=[\n。；，,;…×*X）\d])|(?<=、)(?=委托|法定代表人|第三人[:（]))(?:(?P<agent>{_GROUP}(?P<whose>(?:{_PARTY})?)(?:["
            rf"\u4e00-\u9fa5]{{0,30}}?等)?(?:均|"
        
        rf"之|的)?{_AGENT})|(?P<stand>{_STAND})"
    

        rf"|(?P<role>{_PARTY})(?:之?[一二三四五六七八九十]{{1,2}}(?=:)|\d{{1,2}}(?=[:\u4e00-\u9fa5]))?)(?P<paren>（[^（）]{{1,60}}"
        rf"(?:（[^（）]*）[^（）]*)?）)?(?P<colon>[:，、]?)"
    
    rf"|(?P<glued>(?<=[\u4e00-\u9fa5])(?:{_STAND}|(?:共同)?委托(?:诉讼)?代理人|(?:被告|第三人)(?=[:（])|(?<![系与为即同的和及诉对])(?:被告|第三人)(?=[\u4e00-\u9fa5]{{2,3}}(?:\n|$|被告|第三人)))(?P<gparen>（[^（）]{{1,30}}）)?[:]?)"
)  # fmt: skip
_FIRM = re.compile(
    r"(?:系|均系|均为|为)?(?P<firm>[\u4e00-\u9fa5（）·\d]{3,40}?(?:律师事务所|法律服务所|法律服务部|法律援助中心|法律服务中心|律师楼|法律援助处))"
)
_BORN = re.compile(r"[，,](?:男|女)(?:[，,。（]|$)|(?:出生|生于|\d日生|月生|汉族|[回满壮苗藏彝侗瑶白傣]族)|公民身份|身份证")
_CREDIT = re.compile(r"(?:统一社会信用代码|社会信用代码|信用代码|营业执照注册号|注册号)[:为是]?（?([0-9A-Z]{15,18})(?![0-9A-Z])")
_PERSONAL = re.compile(r"(?:身份证号码?|公民身份号码|身份号码|公民身份证号码?|身份证件号码|居民身份证号码?)[:为是]?(\d{17}[\dXx]|\d{15})(?!\d)")
_ALSO = re.compile(
    r"（(?:以下|下)?(?:简?称|合称|统称|或简称|均?简称)[^（）]*(?:（[^（）]*）[^（）]*)*）|（(?:以下|"
    r"下称|下文|曾用名|又名|别名|原名|原称|现名称|经营者|业主|负责人|登记|住|原系|系|缺席|特别授权|一般授权|身份|反诉|本诉|原审|一审|二审|"
    r"未到庭|自报|现名|户籍|公民|统一|组织|简称|已死亡|兼)[^（）]*(?:（[^（）]*）[^（）]*)*）"
)
_SUFFIX = re.compile(r"(?:等[\d一二三四五六七八九十百两]{1,4}[人名位户家][^，]{0,4}|等)$")
_BEHIND = re.compile(r"[、（](?:住所|住址|住|统一社会信用|组织机构|经营场所|注册|营业执照|身份证|公民身份|法定代表|男|女)")
_NO_NAME = re.compile(rf"(?:员工|职员|职工|工作人员|之[妻夫子女父母]|法务|顾问|股东|配偶)$|^[及和与、]|{_PARTY}")
_END = re.compile(r"[，,。；;\n:]")


def read_parties(sections: Sections, extraction: Extraction) -> None:
    """Read the list of parties and agents into an extraction."""
    start = sections.block
    flat = "\n" + _without_ordinals(sections.flat[start : sections.course])
    marks = list(_MARK.finditer(flat))
    current: list[Party] = []
    torn = False
    for mark, after in zip(marks, [*marks[1:], None], strict=False):
        stop = after.start() if after else len(flat)
        body = flat[mark.end() : stop]
        words = sections.text[start + mark.start() - 1 : start + stop - 1].strip()
        if mark["role"] or (mark["glued"] and mark["glued"].startswith(("被告", "第三人"))):
            current = _parties(mark["role"] or mark["glued"][: 2 if mark["glued"].startswith("被告") else 3], mark["paren"] or "", body, words)
            extraction.parties += current
            torn = False
        elif mark["agent"] or (mark["glued"] and "代理人" in mark["glued"] and "法定" not in mark["glued"]):
            side = mark["whose"] or (current[-1].role if current and not torn else "")
            extraction.agents += _agents(side, body, words, mark["paren"] or "")
        elif current and current[-1].kind != "自然人":
            _add_numbers(current[-1:], body)
        elif current and (mark["stand"] or mark["glued"] or "").startswith("法定代表人"):
            torn = True  # a natural person has no legal representative: the party's own line is missing
    _drop_repeats(extraction)


def _without_ordinals(text: str) -> str:
    """被告一某公司, 被告二某公司: the ordinal becomes a colon; every character keeps its place."""
    for role in ("被告", "原告", "第三人"):
        if role + "一" in text and role + "二" in text:
            text = re.sub(role + "[一二三四五六七八九十](?!:)", role + ":", text)
    return text


def _parties(role: str, paren: str, body: str, words: str) -> list[Party]:
    """The parties that one role introduces: 原告:张三、李四，均住… or 被告某公司，住所地…"""
    body = body.lstrip(":，、")
    end = _END.search(_ALSO.sub(lambda m: "＃" * len(m[0]), body))
    written = body[: end.start()] if end else body
    rest = body[end.start() :] if end else ""
    born = _BORN.search(rest[:80]) is not None
    found = [Party(role, name, kind_of(name, born=born), former=_former(paren), words=words) for name in split_names(written)]
    _add_numbers(found, body)
    return found


def _former(paren: str) -> str:
    """原告, 被告 or 第三人 of the first instance, as the brackets behind a role say: （一审原告、二审上诉人）."""
    for word in ("原告", "被告", "第三人", "起诉人"):
        if word in paren and ("一审" + word in paren or "原审" + word in paren or "反诉" not in paren):
            return "原告" if word == "起诉人" else word
    return ""


def _add_numbers(parties: Sequence[Party], body: str) -> None:
    """Give a lone party the certificate number printed behind it."""
    match = _CREDIT.search(body) or _PERSONAL.search(body)
    if match and len(parties) == 1 and not parties[0].number and "XXX" not in match[1].upper():  # XXX hides digits
        parties[0].number = match[1].upper()


def split_names(written: str) -> list[str]:
    """The names in a list; brackets that only explain are dropped, those of a company's name stay."""
    bare = _BEHIND.split(_ALSO.sub("", written).strip("、，。:;； "))[0]
    bare = _SUFFIX.sub("", bare.strip("、，。:;（ "))
    pieces = [p.strip("、，: ") for p in re.split(r"、|和(?=[\u4e00-\u9fa5]{2,4}$)|及(?=[\u4e00-\u9fa5（）]{2,30}(?:公司|局|政府)$)", bare)]
    if len(pieces) > 1 and all(is_person(p) or is_organisation(p) for p in pieces):
        return [_SUFFIX.sub("", p) for p in pieces]
    name = _trailing(bare)
    return [name] if 1 < len(name) <= 60 and re.search(r"[\u4e00-\u9fa5A-Za-z]", name) and not _NO_NAME.search(name) else []


def _trailing(name: str) -> str:
    """A name without a bracket behind it that is no part of it: 张三（男）."""
    if name.count("（") > name.count("）"):
        name = name[: name.rfind("（")]
    match = re.fullmatch(r"(.+?)（([^（）]*)）", name)
    if match and not is_organisation(name) and "合伙" not in match[2] and len(match[1]) > 1:
        return match[1] if is_person(match[1]) or is_organisation(match[1]) else name
    return name


def _agents(side: str, body: str, words: str, paren: str) -> list[Agent]:
    """The agents that one mark introduces: 张三、李四，某某律师事务所律师."""
    body = _ALSO.sub("", re.sub(r"^[:，、（）\s]+", "", body))
    sentence = re.split(r"[。；\n]", body)[0]
    sentence = re.sub(r"（[^（）]*）(?=[，、,]|$)", "", sentence)
    firm = _FIRM.search(sentence)
    people = re.split(r"[，,、:]|和(?=[\u4e00-\u9fa5]{2,3}(?:[，,]|$))", sentence[: firm.start()] if firm else sentence)
    office = ""
    if firm:
        office = re.split(r"[，,]", firm["firm"])[-1].removeprefix("均系").removeprefix("系").removeprefix("均为")
    names: list[str] = []
    for token in people:
        token = re.sub(r"（.*|系.{2,}$", "", token.strip())
        if is_person(token):
            names.append(token)
        elif token and names:
            break
    return [Agent(side, name, office, words) for name in names[:8]]


def _drop_repeats(extraction: Extraction) -> None:
    """A party named twice in the list is one; so is an agent of one side."""
    parties: dict[tuple[str, str, str], Party] = {}
    for party in extraction.parties:
        parties.setdefault((party.role, party.name, party.number), party)
    extraction.parties = list(parties.values())
    agents: dict[tuple[str, str], Agent] = {}
    for agent in extraction.agents:
        kept = agents.setdefault((agent.side, agent.name), agent)
        kept.firm = kept.firm or agent.firm
    extraction.agents = list(agents.values())


_ATTENDS = re.compile(
    rf"(?:(?P<role>{_PARTY})(?P<who>[^，。；\n]{{0,80}}?))?(?:及其|的|之|及)?(?:共同)?(?:委托诉讼代理人|委托代理人|诉讼代理人|委托人代理人)"
    rf"(?P<names>[\u4e00-\u9fa5·×某\d]{{2,5}}?(?:[、和][\u4e00-\u9fa5·×某\d]{{2,4}}?)*?)(?=[，。；]|、(?:{_PARTY})|到庭|均|参加|出庭|在线|$)"
)


def agents_from_course(sections: Sections, extraction: Extraction) -> None:
    """Read who acted for whom from the sentence of attendance, for papers without a list of agents."""
    role = ""
    found: dict[tuple[str, str], Agent] = {}
    for match in _ATTENDS.finditer(sections.flat, sections.course, sections.course_end):
        role = match["role"] or role
        if role and (inner := re.search(rf"(?:{_PARTY})(?!.*(?:{_PARTY}))", match["who"] or "")):
            role = inner[0]
        for name in re.split("[、和]", match["names"]):
            if role and is_person(name):
                found.setdefault((role, name), Agent(role, name, "", match[0]))
    extraction.agents = list(found.values())


def settle_sides(sections: Sections, extraction: Extraction) -> None:
    """Put right the side of agents that stand behind the wrong party because a line of the list is missing."""
    for agent in extraction.agents:
        if agent.side:
            continue
        at = sections.flat.find(agent.name, sections.course, sections.course_end)
        clause = re.split(r"[。；\n，]", sections.flat[max(sections.course, at - 120) : at])[-1] if at >= 0 else ""
        roles = re.findall(_PARTY, clause)
        agent.side = roles[-1] if roles else ""


_SIDE = re.compile(
    rf"(?P<role>{_PARTY})(?P<paren>（[^（）]{{1,30}}）)?(?P<names>[^，。；:\n]{{2,200}}?)(?=(?:诉|"
    rf"因|与|不服|申请|向|要求|对|和|及|、|，|于|以)?(?:{_PARTY})|因(?!素)|不服|诉(?!讼)|向本院|"
    rf"于[12二]|申请(?:强制)?执行|一案|[，。；]|以被|作出的?)"
)
_IN_ONE_CASE = re.compile("[^，。]{0,2}案")
_STOPS = re.compile(r"^(?:与|诉|和|及|、|，|:)+|(?:与|诉|和|及|、|因|之间|之间的|之)+$")


def from_course(sections: Sections, names: Sequence[str], title: str, extraction: Extraction) -> None:
    """Read the parties from the account of the proceedings, for papers without a list: 原告甲诉被告乙、丙…一案.

    `names`: the parties' names as the source lists them; they settle where a name ends. `title`: 甲与乙…纠纷一审判决书.
    """
    if names and not extraction.parties:
        _place_names(sections, names, title, extraction)
        return
    seen = {(p.role, p.name): p for p in extraction.parties}
    have = {p.role for p in extraction.parties}
    for role, former, named, words in _sides(sections):
        for name in named if role not in have else ():
            if is_person(name) or is_organisation(name):
                seen.setdefault((role, name), Party(role, name, kind_of(name), "", former, words, MIDDLE))
    extraction.parties = list(seen.values())


def _place_names(sections: Sections, names: Sequence[str], title: str, extraction: Extraction) -> None:
    flat = sections.flat
    default = _default_roles(extraction)
    title = title.replace("(", "（").replace(")", "）")
    known = list(dict.fromkeys(n for written in names for n in split_names(written.replace("(", "（").replace(")", "）"))))
    for place, name in enumerate(known):
        role, words, sure = _role_before(flat, name, sections.course, sections.course_end)
        if not role:
            role, words, sure = _role_before(flat, name, sections.course_end, sections.foot)
        if not role:
            role, words, sure = _role_by_title(name, place, known, title, default, extraction), title, MIDDLE
        if role:
            extraction.parties.append(Party(role, name, kind_of(name), "", "", words, sure))
        else:
            extraction.notes.append(f"来源列出的当事人“{name}”在正文里看不出诉讼地位")
    have = {p.name for p in extraction.parties}
    for role, _, named, words in _sides(sections):
        if have & set(named) and all(is_person(n) or is_organisation(n) for n in named):  # 原告甲、乙、丙: the source lists not all
            new = [n for n in named if n not in have and not get_close_matches(n, have, 1, 0.85 if len(n) > 4 else 1)]
            extraction.parties += [Party(role, n, kind_of(n), "", "", words, MIDDLE) for n in new]
            have |= set(new)


def _sides(sections: Sections) -> Iterator[tuple[str, str, list[str], str]]:
    """Each role in the sentence of 一案, the role before in its brackets, the names it introduces, and its words."""
    course = _ALSO.sub("", sections.flat[sections.course : min(sections.course_end, sections.course + 600)])
    for match in _SIDE.finditer(course):
        written = match["names"]
        cause, _ = cause_before(written, len(written))
        yield match["role"], _former(match["paren"] or ""), split_names(_STOPS.sub("", written.removesuffix(cause))), match[0]
        if _IN_ONE_CASE.match(course, match.end()):
            return


def _default_roles(extraction: Extraction) -> tuple[str, str]:
    """The roles of the two sides that the kind of case number implies."""
    kind = extraction.get("type")
    if extraction.matter in ("非诉", "执行"):
        return "申请执行人", "被执行人"
    if "终" in kind:
        return "上诉人", "被上诉人"
    if any(c in kind for c in "申再监抗提"):
        return "再审申请人", "被申请人"
    return "原告", "被告"


_LAST_ROLE = re.compile(rf"(?P<role>{_PARTY})(?P<between>[^，。；\n]*)$")
_LISTED = re.compile(r"(?:^|[、和及])$")
_LAST_ACT = re.compile(r"因诉|(?<!非)诉(?!讼)|不服|与")
_TURNS = re.compile(r"(?:诉|与|不服|申请(?:强制)?执行)$")
_AGENCY = re.compile(r"(?:局|厅|委员会|政府|委|署|支队|大队|总队|派出所|办事处|中心|办公室|管委会)$")


def _role_before(flat: str, name: str, start: int, stop: int) -> tuple[str, str, Sureness]:
    """The role printed before the first mention of a name between two offsets."""
    at = flat.find(name, start, stop)
    while at >= 0:
        clause = re.sub(r"（[^（）]*）", "", flat[max(start, at - 160) : at])
        clause = re.split(r"[。；\n，]", clause)[-1]
        match = _LAST_ROLE.search(clause)
        while match and (later := _LAST_ROLE.search(clause, match.end("role"))):
            match = later
        if match:
            between, words = match["between"], flat[max(start, at - 20) : at + len(name)]
            if _LISTED.search(between) and not _LAST_ACT.search(between):
                return match["role"], words, HIGH
            if _TURNS.search(between) and (other := _OPPOSITE.get(match["role"])):
                return other, words, MIDDLE
            if _LISTED.search(between) and _LAST_ACT.search(between) and (other := _OPPOSITE.get(match["role"])):
                return other, words, MIDDLE
        at = flat.find(name, at + 1, stop)
    return "", "", MIDDLE


_OPPOSITE = {"原告": "被告", "上诉人": "被上诉人", "再审申请人": "被申请人", "申请再审人": "被申请人", "申请执行人": "被执行人", "申请人": "被申请人"}
_DIVIDE = re.compile(r"与(?!审判监督)(?!.*与(?!审判监督))|(?<!非)诉(?!讼)|申请(?:强制)?执行|不服")


def _role_by_title(name: str, place: int, names: Sequence[str], title: str, default: tuple[str, str], extraction: Extraction) -> str:
    """The side of a name in a title 甲与乙…, 甲诉乙…, 甲申请执行乙…; "" where the title has no such divide.

    Sites list the agency first among the parties of a ruling on the enforcement of its decision.
    """
    at, divide = title.find(name), _DIVIDE.search(title)
    if extraction.matter == "非诉" and is_organisation(names[0]):
        return default[0] if place == 0 else default[1]
    if at < 0 or divide is None:
        return default[1] if extraction.matter == "行政" and _AGENCY.search(name) and extraction.parties else ""
    if at < divide.start():
        return default[0]
    first = not any(divide.end() <= title.find(n) < at for n in names)
    return default[1] if first or extraction.matter != "行政" or _AGENCY.search(name) else ""
