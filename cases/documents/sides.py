"""The parties and agents of papers without a list of them: from the sentence of 一案, from the title, from attendance.

Where a source gives the parties' names, only their roles are looked for. Where it does not, a name is taken only if it looks like
one from end to end; what may be part of a name and part of the sentence is left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from cases.documents.causes import case_word, cause_before
from cases.documents.names import is_organisation, is_person, is_plain_organisation, is_plain_person, kind_of, leading_organisation
from cases.documents.paper import HIGH, MIDDLE, Agent, Extraction, Party, Sureness
from cases.documents.parties import ALSO, PARTY, RESPONDENTS, former_role, split_names
from cases.documents.sections import Sections

_ATTENDS = re.compile(
    rf"(?:(?P<role>{PARTY})(?P<who>[^，。；\n]{{0,80}}?))?(?:及其|的|之|及)?(?:共同)?(?:委托诉讼代理人|委托代理人|诉讼代理人|委托人代理人)"
    rf"(?P<names>[\u4e00-\u9fa5·×某\d]{{2,5}}?(?:[、和][\u4e00-\u9fa5·×某\d]{{2,4}}?)*?)(?=[，。；]|、(?:{PARTY})|到庭|均|参加|出庭|在线|$)"
)


def agents_from_course(sections: Sections, extraction: Extraction) -> None:
    """Read who acted for whom from the sentence of attendance, for papers without a list of agents."""
    role = ""
    found: dict[tuple[str, str], Agent] = {}
    for match in _ATTENDS.finditer(sections.flat, sections.course, sections.course_end):
        role = match["role"] or role
        if role and (inner := re.search(rf"(?:{PARTY})(?!.*(?:{PARTY}))", match["who"] or "")):
            role = inner[0]
        for name in re.split("[、和]", match["names"]):
            if role and is_plain_person(name):
                found.setdefault((role, name), Agent(role, name, "", match[0]))
    extraction.agents = list(found.values())


def settle_sides(sections: Sections, extraction: Extraction) -> None:
    """Put right the side of agents that stand behind the wrong party because a line of the list is missing."""
    for agent in extraction.agents:
        if agent.side:
            continue
        at = sections.flat.find(agent.name, sections.course, sections.course_end)
        clause = re.split(r"[。；\n，]", sections.flat[max(sections.course, at - 120) : at])[-1] if at >= 0 else ""
        roles = re.findall(PARTY, clause)
        agent.side = roles[-1] if roles else ""


_ROLE = re.compile(rf"(?P<role>{PARTY})(?P<paren>（[^（）]{{1,30}}）)?")
_STOP = re.compile(
    r"[，。；:\n]|因(?!素)|(?<!非)诉(?!讼)|不服|向(?:本院|我院)|申请(?:强制|本院|执行)|要求|请求|认为|于(?=[12二×]|本|同|当)|作出|为(?=[^，。]{2,16}案)|系(?![统列])|"
    r"以(?=[^，。]{0,6}(?:为由|在|被|其|不|未|原|申))|对(?=[^，。]{2,20}作出)|在(?=[^，。]{2,30}(?:内|中|期))|就(?=[^，。]{2,30}(?:纠纷|一案))|依据|根据|送达|之间"
)
_TURN = re.compile(r"(?:因)?(?:诉(?!讼)|不服)")
_AND = re.compile(r"和|与|及(?!其)|以及")
_EDGE = re.compile(r"^(?:与|诉|和|及|、|:)+|(?:等(?:[\d一二三四五六七八九十百]{1,4}[人名户位])?)?、?(?:与|诉|和|及|以及)?$")


def from_course(sections: Sections, names: Sequence[str], title: str, extraction: Extraction) -> None:
    """Read the parties from the account of the proceedings, for papers without a list: 原告甲诉被告乙、丙…一案.

    `names`: the parties' names as the source lists them; they settle where a name ends. `title`: 甲与乙…纠纷一审判决书.
    """
    if names and not extraction.parties:
        _place_names(sections, names, title, extraction)
        return
    seen = {(p.role, p.name): p for p in extraction.parties}
    have = {p.role for p in extraction.parties}
    for role, former, named, words in _sides(sections, extraction):
        for name in named if role not in have else ():
            seen.setdefault((role, name), Party(role, name, kind_of(name), "", former, words, MIDDLE))
    if extraction.matter in ("非诉", "执行") and not any(role in RESPONDENTS for role, _ in seen):
        for party in _debtors(sections):
            seen.setdefault((party.role, party.name), party)
    extraction.parties = list(seen.values())


def _sides(sections: Sections, extraction: Extraction) -> Iterator[tuple[str, str, list[str], str]]:
    """Each role in the sentence that opens the account, the role before in its brackets, the names it introduces, its words.

    Names that cannot be told from the rest of the sentence are left out. 因诉某局…一案 names the other side without its role.
    """
    sentence = _opening(sections)
    roles = list(_ROLE.finditer(sentence))
    last = roles[-1] if roles else None
    for match, after in zip(roles, [*roles[1:], None], strict=False):
        segment = sentence[match.end() : after.start() if after else len(sentence)]
        stop = _STOP.search(segment)
        written = segment[: stop.start()] if stop else segment
        words = match[0] + written
        one, other_side = _two_sides(written)
        yield match["role"], former_role(match["paren"] or ""), one, words
        if other_side and (other := _OPPOSITE.get(match["role"])):
            yield other, "", other_side, words
        turn = _TURN.match(segment, stop.start()) if stop and match is last and extraction.matter == "行政" else None
        against = _names_in(segment[turn.end() :], organisations=True)[:1] if turn else []
        if turn and against and (other := _OPPOSITE.get(match["role"])):
            yield other, "", against, words + turn[0] + against[0]


def _two_sides(written: str) -> tuple[list[str], list[str]]:
    """The names on the side of a role, and those on the other side where 与 or 诉 divides them: 原告甲与某公司买卖合同纠纷."""
    first, _, second = _EDGE.sub("", written).partition("与")
    if second and (one := _all_names(first)) and (other := _names_in(second)):
        return one, other
    return _names_in(written), []


def _opening(sections: Sections) -> str:
    """The account up to 一案, or its first sentence, without the brackets that only explain."""
    start = sections.course
    word = case_word(sections.flat, start, min(sections.course_end, start + 700))
    end = word.start() if word else min(i for i in (sections.flat.find("。", start), sections.flat.find("\n", start), start + 400) if i >= 0)
    return ALSO.sub("", sections.flat[start:end])


def _names_in(written: str, *, organisations: bool = False) -> list[str]:
    """The names in a list that may run on into a cause: 甲、某公司买卖合同纠纷; only whole ones."""
    bare = _EDGE.sub("", written)
    cause, listed = cause_before(bare, len(bare))
    found = (_all_names(bare.removesuffix(cause)) if listed else []) or _all_names(bare) or _running_on(bare)
    return found if not organisations or (found and is_plain_organisation(found[0])) else []


def _all_names(written: str) -> list[str]:
    """The names in a list, if each of its pieces is one."""
    names: list[str] = []
    for piece in _EDGE.sub("", written).split("、"):
        inner = [piece] if _is_name(piece) else [p for p in _AND.split(piece) if p]
        if not inner or not all(_is_name(p) for p in inner):
            return []
        names += inner
    return names


def _running_on(written: str) -> list[str]:
    """The names in a list whose last one runs on into the sentence; [] where an end is not clear."""
    pieces = written.split("、")
    for place, piece in enumerate(pieces):
        if _is_name(piece):
            continue
        *before, last = _AND.split(piece)
        whole = leading_organisation(piece)
        if whole:
            return [*pieces[:place], whole]
        running = leading_organisation(last)
        return [*pieces[:place], *before, running] if running and all(_is_name(p) for p in before) else []
    return []


def _is_name(piece: str) -> bool:
    return is_plain_person(piece) or is_plain_organisation(piece)


_DEBTOR = re.compile(
    r"(?P<role>被(?:申请)?执行人|被申请人)(?P<name>[\u4e00-\u9fa5（）·×*]{2,40}?)(?=[，。、；:]|的|作出|在|于(?=[12二]|本|同)|未(?!来)|仍|既|应(?=[当缴予在自履])|送达|"
    r"拒|经(?=[催本])|因|以|系|对|违反|擅自|一案|为行政)"
)


def _debtors(sections: Sections) -> list[Party]:
    """The debtor of an enforcement paper that names it only in its reasons: the name that stands there most often."""
    text = ALSO.sub("", sections.flat[sections.course : sections.foot])
    found = Counter[tuple[str, str]]()
    words: dict[tuple[str, str], str] = {}
    for match in _DEBTOR.finditer(text):
        name = match["name"] if _is_name(match["name"]) else leading_organisation(match["name"])
        if name:
            found[match["role"], name] += 1
            words.setdefault((match["role"], name), match[0])
    if not found:
        return []
    (role, name), _ = found.most_common(1)[0]
    return [Party(role, name, kind_of(name), "", "", words[role, name], MIDDLE)]


def _place_names(sections: Sections, names: Sequence[str], title: str, extraction: Extraction) -> None:
    flat = sections.flat
    default = _default_roles(extraction)
    title = title.replace("(", "（").replace(")", "）")
    listed = dict.fromkeys(n for written in names for n in split_names(written.replace("(", "（").replace(")", "）")))
    known = _as_titled([_whole(name, flat) for name in listed], title, flat, extraction)
    for place, name in enumerate(known):
        role, words, sure = _role_before(flat, name, sections.course, sections.course_end)
        if not role:
            role, words, sure = _role_before(flat, name, sections.course_end, sections.foot)
        if not role:
            role, words, sure = _role_by_title(name, place, known, title, default, extraction), title, MIDDLE
        former = role if role in ("原告", "被告", "第三人") and default[0] == "上诉人" else ""
        if former:  # the account of the first instance calls them so
            appeals = re.search(re.escape(name) + r"(?:（[^（）]*）)?(?:、[^，。；]{2,40})?(?:因|不服)", _opening(sections))
            role, sure = "原审第三人" if former == "第三人" else default[0 if appeals else 1], MIDDLE
        if role:
            extraction.parties.append(Party(role, name, kind_of(name), "", former, words, sure))
        else:
            extraction.notes.append(f"来源列出的当事人“{name}”在正文里看不出诉讼地位")
    have = {p.name for p in extraction.parties}
    for role, _, named, words in _sides(sections, extraction):
        if have & set(named) and all(is_person(n) or is_organisation(n) for n in named):  # 原告甲、乙、丙: the source lists not all
            new = [n for n in named if n not in have and not get_close_matches(n, have, 1, 0.85 if len(n) > 4 else 1)]
            extraction.parties += [Party(role, n, kind_of(n), "", "", words, MIDDLE) for n in new]
            have |= set(new)


_REST = re.compile(r"（(?!以下|下称|简称)[\u4e00-\u9fa5]{2,16}）[\u4e00-\u9fa5]{0,20}?(?:人民政府|办事处|管理委员会)")
_TITLE_END = re.compile(r"非诉|行政|一审|二审|再审|审查|申请|执行(?!局|大队)|民事")


def _whole(name: str, flat: str) -> str:
    """A name that the source cuts at a bracket within it, as the paper prints it: 某某区 → 某某区（某某新区）某某街道办事处."""
    at = flat.find(name + "（")
    rest = _REST.match(flat, at + len(name)) if at >= 0 else None
    return name + rest[0] if rest else name


def _as_titled(names: list[str], title: str, flat: str, extraction: Extraction) -> list[str]:
    """The names, with one that neither the paper nor its title has replaced by the one that only the title has."""
    strange = [name for name in names if name not in flat and name not in title]
    if len(strange) != 1:
        return names
    titled = re.split(r"与|、|诉(?!讼)|等", _TITLE_END.split(title)[0])
    fresh = [
        t for t in titled if t and t not in names and t not in flat and (is_organisation(t) if is_organisation(strange[0]) else is_plain_person(t))
    ]
    if len(fresh) != 1:
        return names
    extraction.notes.append(f"来源列出的当事人“{strange[0]}”与标题中的“{fresh[0]}”不同,取标题")
    return [fresh[0] if name == strange[0] else name for name in names]


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


_LAST_ROLE = re.compile(rf"(?P<role>{PARTY})(?P<between>[^，。；\n]*)$")
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
