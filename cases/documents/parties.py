"""The parties of a court paper, who acts for them, and who represents them.

Papers list the parties before the account of the proceedings: a role, a name, what is known of it, then its representatives
and agents. Where a source leaves that list out, they are read elsewhere (`sides`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cases.documents.names import is_organisation, is_person, kind_of
from cases.documents.paper import Agent, Extraction, Party
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
PARTY = (
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


            rf"(?:^|(?<=[\n。；，,;…×*X）\d])|(?<=、)(?=委托|法定代表人|第三人[:（]))(?:(?P<agent>{_GROUP}(?P<whose>(?:{PARTY})?)(?:["
            rf"\u4e00-\u9fa5]{{0,30}}?等)?(?:均|"
        
        rf"之|的)?{_AGENT})|(?P<stand>{_STAND})"
    

        rf"|(?P<role>{PARTY})(?:之?[一二三四五六七八九十]{{1,2}}(?=:)|\d{{1,2}}(?=[:\u4e00-\u9fa5]))?)(?P<paren>（[^（）]{{1,60}}"
        rf"(?:（[^（）]*）[^（）]*)?）)?(?P<colon>[:，、]?)"
    
    rf"|(?P<glued>(?<=[\u4e00-\u9fa5])(?:{_STAND}|(?:共同)?委托(?:诉讼)?代理人|(?:被告|第三人)(?=[:（])|(?<![系与为即同的和及诉对])(?:被告|第三人)(?=[\u4e00-\u9fa5]{{2,3}}(?:\n|$|被告|第三人)))(?P<gparen>（[^（）]{{1,30}}）)?[:]?)"
)  # fmt: skip
_FIRM = re.compile(
    r"(?:系|均系|均为|为)?(?P<firm>[\u4e00-\u9fa5（）·\d]{2,40}?(?:律师事务所|律师（[\u4e00-\u9fa5]{2,6}）事务所|法律服务所|法律服务部|法律援助中心|法律服务中心|律师楼|法律援助处))"
)
_BORN = re.compile(r"[，,](?:男|女)(?:[，,。（]|$)|(?:出生|生于|\d日生|月生|汉族|[回满壮苗藏彝侗瑶白傣]族)|公民身份|身份证")
_CREDIT = re.compile(r"(?:统一社会信用代码|社会信用代码|信用代码|营业执照注册号|注册号)[:为是]?（?([0-9A-Z]{15,18})(?![0-9A-Z])")
_PERSONAL = re.compile(r"(?:身份证号码?|公民身份号码|身份号码|公民身份证号码?|身份证件号码|居民身份证号码?)[:为是]?(\d{17}[\dXx]|\d{15})(?!\d)")
ALSO = re.compile(
    r"（(?:以下|下)?(?:简?称|合称|统称|或简称|均?简称)[^（）]*(?:（[^（）]*）[^（）]*)*）|（(?:以下|"
    r"下称|下文|曾用名|又名|别名|原名|原称|现名称|经营者|业主|负责人|登记|住|原系|系|缺席|特别授权|一般授权|身份|反诉|本诉|原审|一审|二审|"
    r"未到庭|自报|现名|户籍|公民|统一|组织|简称|已死亡|兼|名单|详见|见附)[^（）]*(?:（[^（）]*）[^（）]*)*）"
)
_ADDRESS = re.compile(
    r"(?:住所地?|住址|(?<![居入])住|户籍地|居住地|经营场所|营业场所)[:为]?(?P<place>[\u4e00-\u9fa5][\u4e00-\u9fa5\dA-Za-z（）#·-]{4,60})"
)
_HOUSE = re.compile(r"\d+号|\d+[室栋幢]|\d+-\d+")
_SUFFIX = re.compile(r"(?:等[\d一二三四五六七八九十百两]{1,4}[人名位户家][^，]{0,4}|等)$")
_BEHIND = re.compile(r"[、（](?:住所|住址|住|统一社会信用|组织机构|经营场所|注册|营业执照|身份证|公民身份|法定代表|男|女)")
_NO_NAME = re.compile(rf"(?:员工|职员|职工|工作人员|之[妻夫子女父母]|法务|顾问|股东|配偶)$|^[及和与、]|{PARTY}")
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
            extraction.agents += _agents(side, body, words)
        elif current and current[-1].kind != "自然人":
            _add_numbers(current[-1:], body)
        elif current and (mark["stand"] or mark["glued"] or "").startswith("法定代表人"):
            torn = True  # a natural person has no legal representative: the party's own line is missing
    for party in extraction.parties:
        if party.name.endswith("公") and f"{party.name}司" in sections.flat:  # 某某有限公，住所地…: the list has lost a character
            party.name += "司"
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
    end = _END.search(ALSO.sub(lambda m: "＃" * len(m[0]), body))
    written = body[: end.start()] if end else body
    rest = body[end.start() :] if end else ""
    born = _BORN.search(rest[:80]) is not None
    found = [Party(role, name, kind_of(name, born=born), former=former_role(paren), words=words) for name in split_names(written)]
    _add_numbers(found, body)
    place = _ADDRESS.search(rest)
    if place and len(found) == 1 and _HOUSE.search(place["place"]) and "X" not in place["place"].upper():
        found[0].address = place["place"]
    return found


def former_role(paren: str) -> str:
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
    bare = _BEHIND.split(ALSO.sub("", written).strip("、，。:;； "))[0]
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


def _agents(side: str, body: str, words: str) -> list[Agent]:
    """The agents that one mark introduces: 张三、李四，某某律师事务所律师."""
    body = ALSO.sub("", re.sub(r"^[:，、（）\s]+", "", body))
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
    standing = "法律工作者" if re.search("法律服务|法律工作者|法律援助", sentence) else "律师" if "律师" in sentence else "公民"
    return [Agent(side, name, office, words, standing) for name in names[:8]]


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
        kept.standing = agent.standing if agent.standing not in ("", "公民") else kept.standing
    extraction.agents = list(agents.values())
