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
SURNAMES = frozenset(
    "兰逯战查富那郅国双候王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁于蔡余杜叶程苏魏吕丁沈任姚卢姜崔钟谭陆汪范廖石金韦贾夏付方邹熊"
    "白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文施洪季梅卜柳倪凌华殷骆翟安管柴包舒祝岳尚温庄晏瞿裴邢章葛童颜牛"
    "卞冉卓齐关鲁路纪俞翁柯聂辛蒋詹游阮费申左焦霍蓝涂欧耿冷景宁苗甘谷盛裘桂牟花符蒲项傅司邬隋党鲍闵娄艾窦连屈简喻郎谈卫古尤辜储樊蔺佟历厉郁巩"
    "麻艳荆匡寇苟茅臧暴阎宗祁巫巴仲伊佘咸奚姬岑嵇巢庞廉弓彦徒德忻怀戎敖敬旷晁曲朴栗栾桑毕沃沙泰湛源滑滕濮濯火熙燕牧狄玄玉甄畅盖眭睢矫禄穆竺籍"
    "米糜缪罕羊羿翦考耶胥芮苍茹荀莘菅蒯蒙蓟蓬薄藏虎虞蚁衡褚訾谌谯贝贲赫越迟逄邝邴郇郗郜鄂鄢酆野钮钭铁鉴钦锺闻阚阙隆雍雪霜靳鞠顼饶骞魁鱼鲜鹿麦"
    "黑鼓仇单时解车房成应皮昝刁杭於汲隗宓韶邰屠郦璩扈冀郏庾暨殳夔厍桓揭漆檀仝仉冼粟缐郐麴邸藤仵亓丛伍吉宫席戚柏池芦苑荣萧边全农师明阳"
)
COMPOUND = tuple(re.findall("..", "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐长孙宇文司徒夏侯闻人端木独孤南宫呼延"))
_MASKED_NAME = re.compile(
    "[\u4e00-\u9fa5]某{1,2}[\\d甲乙丙丁]{0,2}|[\u4e00-\u9fa5]{1,2}某[\\d甲乙丙丁]{0,2}|[\u4e00-\u9fa5]某[\u4e00-\u9fa5](?<![归的与和因在以于应将未])"
)
_NO_GIVEN = re.compile("[的了被与及在因对将已仍不未无该此这那诉称辩述院者所]|[一二两三四五六七八九十]人")
_WORD = re.compile(
    "^(?:国家|国有|国际|国土|国务|查询|查明|查封|查扣|战略|富余|富裕|那么|候补|双倍|单位|时间|时效|时任|解除|解决|车辆|车主|房屋|房产|成立|成员|应当|应予|应付|向本|常年|常住|连带|连续|高度|安全|金额|金融|程序|方法|方式|方面|任何|任意|"
    "管理|管辖|项目|包括|包含|石料|江苏|江西|温州|台湾|广州|徐州|郑州|苏州|杭州|海南|云南|河南|河北|湖南|湖北|山东|山西|陕西|贵州|甘肃|宁夏|上海|天津|"
    "牛肉|马上|毛利|贺电|水电|花费|费用|钱款|钱财|蓝色|白色|黄色|康复|强制|明确|明知|关于|关系|路段|路面|车房|计算|卫生|古代|简单|简易|谈话|欧洲|苗木|苗族|"
    "党员|党委|危险|符合|盛产|景区|宗地|冷库|冷冻|施工|温度|文件|文书|文化|万元|万余|严重|孔子|郎中|从事|冉冉|陆续|陆地|范围|石油|余款|余额|周边|周围|许可|"
    "双方|当事|一方|收到|提出|送达|承担|支付|认为|资格|有权|之间|本人|自愿|共同|委托|到庭)|上诉|申请|请求|要求|履行|擅自|依法|催告|双方"
)
_NO_PART = re.compile(
    r"[，。；:、“”《》的]|\d|被告|原告|第三人|申请|请求|要求|认为|强制|予以|履行|送达|提起|起诉|上诉|仍|未(?!来)|不服|不履行|期限|处罚|决定|本院|人民法院|民法院|作出|关于|先后|通过|承诺|按(?!摩)|借款|归还|偿还|支付|转账|所有|有权|"
    r"向(?!阳|荣|东|上|前|导)|因(?!特|斯|美)|诉(?!讼)|纠纷|一案|侵害|损害|以及|委托|代理人|法定"
)
_SHORT = re.compile(
    "^(?!.*(?:有限|股份|集团|总公司|合伙|商贸行)).{0,11}公司$"
)  # 某电器公司: the short form that a paper uses for a party named before
_CLEAR_END = re.compile(
    "公司|银行|分行|支行|信用社|合作社|联社|委员会|人民政府|(?<![布格结全大])局(?![面势长部])|厅(?!长)|支队|大队|总队|派出所|办事处|医院|大学|中学|小学|幼儿园|管理处|"
    "管委会|村委会|居委会|中心|事务所|经营部|村民小组|合伙）|（有限合伙）"
)
_UTILITY = (
    ("物业", re.compile("物业")),
    ("供水供电供气供热", re.compile("供水|自来水|水务|电力|供电|电网|燃气|天然气|热力|供热|供暖")),
    ("通信", re.compile("移动通信|联通|中国电信|电信股份|广播电视网络|铁塔")),
    ("保险", re.compile("保险|人寿|财险")),
    ("银行", re.compile("银行|信用社|信用合作")),
    ("著作权集体管理", re.compile("著作权(?:集体管理)?协会|著作权管理协会")),
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


def is_plain_person(token: str) -> bool:
    """Whether a token can be nothing but a natural person's name, where no list says that names stand here: it has a surname."""
    if "某" in token or "·" in token:
        return is_person(token) and (_MASKED_NAME.fullmatch(token) is not None or "某" not in token)
    if not is_person(token) or not 2 <= len(token) <= 4:
        return False
    if token.startswith(COMPOUND):
        return len(token) in (3, 4) and not _NO_GIVEN.search(token[2:])
    return token[0] in SURNAMES and len(token) < 4 and not _NO_GIVEN.search(token[1:]) and not _WORD.search(token)


def is_plain_organisation(token: str) -> bool:
    """Whether a token can be nothing but an organisation's full name, where no list says that names stand here."""
    return (
        token.count("（") == token.count("）")
        and is_organisation(token)
        and not _NO_PART.search(token)
        and token[0] not in "区县市镇乡州该本我某其等"
        and not _SHORT.search(token)
    )


def leading_organisation(words: str) -> str:
    """The organisation's name at the start of words that run on behind it: 某县民政局房屋登记 → 某县民政局; "" where none ends clearly."""
    stop = _NO_PART.search(words)
    room = words[: stop.start()] if stop else words
    ends = [m.end() for m in _CLEAR_END.finditer(room)]
    return next((room[:end] for end in reversed(ends) if is_plain_organisation(room[:end])), "")


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
    """The trade whose many suits are its business (银行, 保险, 物业, 供水供电供气供热, 通信, 著作权集体管理)."""
    return next((trade for trade, words in _UTILITY if words.search(name)), "")
