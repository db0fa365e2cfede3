"""Names in court papers: whether one is a person's, an enterprise's or a bank's, and whether it is hidden."""

from __future__ import annotations

import re

_ORGANISATION = re.compile(
    r"(?:公司|集团|企业|银行|信用社|联社|分行|支行|合作社|经营部|商行|商店|商场|超市|酒店|饭店|"
    r"宾馆|餐厅|门市部?|药房|药店|中心|工厂|厂|店|部|所|局|厅|处|署|委|委员会|政府|办公室|大队|"
    r"支队|中队|"
    r"总队|队|医院|学校|大学|学院|中学|小学|幼儿园|研究院|院|社|协会|学会|商会|基金会|工会|联合会|"
    r"村|组|社区|居委会|村委会|管理站|站|场|矿|馆|园|坊|行|号|室|处|街道|乡|镇|县|市|区|法院|检察院|"
    r"事务所|俱乐部|农场|林场|牧场|合伙）?|（有限合伙）|机构|监狱|看守所|派出所|办事处|管委会|业主大会|"
    r"业主委员会|服务社|合伙企业|个人独资|工作室|总站|分局|本部|部队|楼|轩|阁|斋|堂|会|库|城|网吧|"
    r"铺|摊|家具|办|州|盟|旗|国|港)$"
)
_FINANCE = re.compile(
    r"银行|信用合作|信用社|农村商业|农商行|邮政储蓄|小额贷款|小额信贷|消费金融|汽车金融|金融租赁|"
    r"融资租赁|信托|保险|人寿|财险|证券|期货|财务有限|典当|金融资产|(?:华融|信达|东方|长城)[^，]{0,4}资产管理|"
    r"贷款公司|担保(?:有限|股份|集团|投资)"
)
_NOT_FINANCE = re.compile(r"(?:局|委员会|中心|管理处|分局|办事处|政府|代理有限公司|经纪有限公司|公估有限公司|协会)$|监督管理")
_HIDDEN = re.compile(r"[某×*＊ＸX○]|^(?:[A-Z])$")
_NO_NAMES = """
男 女 汉族 律师 职工 员工 经理 法务 一般代理 特别授权 特别代理 一般授权 职员 工作人员 该公司 同上
系原告 系被告 均系 实习律师 主任 科员 干部 农民 居民 无业 退休 法律工作者 住址 住所地 住所 住 身份证
公民身份 户籍地 现住 代理权限 委托权限 以下简称 基本情况 执业律师 律师助理 法定代表人 负责人 代理人 个体
工人 回族 满族 壮族 苗族 蒙古族 土家族 藏族 本人 不详 到庭 未到庭 缺席 无 授权委托 特别授权代理
一般授权代理 单位职工 公司员工 公司职员 副经理 副主任 副局长 局长 科长 所长 镇长 市长 县长 区长 董事长
总经理 执行董事 教师
"""
_WORDS = frozenset(_NO_NAMES.split())
_PERSON = re.compile(
    r"[\u4e00-\u9fa5][\u4e00-\u9fa5·•．]{1,14}|[\u4e00-\u9fa5][某×*＊ＸX]{1,3}[\u4e00-\u9fa5\d甲乙丙丁]{0,3}|"
    r"[\u4e00-\u9fa5]某[\u4e00-\u9fa5\d]{0,2}|[A-Za-z][A-Za-z .·-]{2,40}"
)
_OFFICE = re.compile(
    r"^(?:该|系|本[院局公单村]|其)|.(?:职员|员工|职工|律师|干部|经理|主任|所长|局长|科长|处长|董事|教师|医生|工人|村民|农民|居民|顾问|法务|之[妻夫子女父母兄弟])$"
)
_UTILITY = (
    ("物业", re.compile("物业")),
    ("供水供电供气供热", re.compile("供水|自来水|水务|电力|供电|电网|燃气|天然气|热力|供热|供暖")),
    ("通信", re.compile("移动通信|联通|中国电信|电信股份|广播电视网络|铁塔")),
    ("保险", re.compile("保险|人寿|财险")),
    ("银行", re.compile("银行|信用社|信用合作")),
)


def is_organisation(name: str) -> bool:
    """Whether a name is that of an enterprise, agency or other body."""
    return (len(name) > 4 and _ORGANISATION.search(name) is not None) or (
        len(name) > 3 and name.endswith(("公司", "银行", "政府", "医院", "合作社", "委员会", "超市", "村委会"))
    )


def is_person(token: str) -> bool:
    """Whether a token can be a natural person's name: two to four characters, hidden (张某1), with a point, or foreign."""
    if token in _WORDS or not _PERSON.fullmatch(token) or (len(token) > 2 and _OFFICE.search(token)):
        return False
    return len(token) <= 4 or "·" in token or "•" in token or token.isascii() or ("某" in token and len(token) <= 5)


def is_hidden(name: str) -> bool:
    """Whether a natural person's name is hidden (张某1, 徐**): it does not say who it is."""
    return not is_organisation(name) and _HIDDEN.search(name) is not None


def kind_of(name: str, *, born: bool = False) -> str:
    """自然人, 金融机构 or 法人, by the name and whether a birth or sex is printed behind it."""
    if born and not is_organisation(name):
        return "自然人"
    if not is_organisation(name):
        return "自然人" if is_person(name) else "法人" if len(name) > 5 else ""
    return "金融机构" if _FINANCE.search(name) and not _NOT_FINANCE.search(name) else "法人"


def trade_of(name: str) -> str:
    """The trade whose many suits are its business (银行, 保险, 物业, 供水供电供气供热, 通信), "" for none."""
    return next((trade for trade, words in _UTILITY if words.search(name)), "")
