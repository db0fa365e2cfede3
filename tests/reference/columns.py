"""The sheets of the exchange catalogue as this reference reads them.

Each block opens with: sheet, record, the fields that start a row (`-` = none; `earliest` = else the earliest other date).
Each further line: column, field, type, then flags. `key` names the row; `term` is a day that is known as soon as its row is;
`by=FIELD`: the value counts only from that day, and without it not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TEXT = """
刑事案件 criminal_case received_on,filed_on
案件编号 case_no code key
案件名称 title text
罪名 offence text
是否经济犯罪 is_economic bool
是否涉企 involves_enterprise bool
企业名称 enterprise_name text
统一社会信用代码 enterprise_id code
控告人 complainant text
控告人证件号 complainant_id code
办案单位 agency text
受案日期 received_on date
立案日期 filed_on date
不立案日期 declined_on date
移送审查起诉日期 sent_for_prosecution_on date
撤销案件日期 withdrawn_on date
终止侦查日期 terminated_on date
移送管辖日期 transferred_out_on date
批准继续侦查日期 continued_on date

嫌疑人 suspect -
案件编号 case_no code key
嫌疑人编号 suspect_no code key
姓名名称 name text
证件号 person_id code
提请批捕日期 arrest_requested_on date
审查逮捕决定 arrest_decision text by=arrest_decided_on
审查逮捕决定日期 arrest_decided_on date
不捕理由 arrest_decline_reason text by=arrest_decided_on
受理审查起诉日期 prosecution_received_on date
审查起诉结论 prosecution_outcome text by=prosecution_decided_on
审查起诉结论日期 prosecution_decided_on date
羁押必要性审查日期 custody_reviewed_on date

强制措施 coercive_measure started_on
案件编号 case_no code key
嫌疑人编号 suspect_no code key
措施 measure text key
开始日期 started_on date key
解除日期 ended_on date
拘留延长至三十日 extended_30_days bool

期限变更 period_change decided_on
案件编号 case_no code key
嫌疑人编号 suspect_no code key
类型 kind text key
决定日期 decided_on date key
批准机关 approved_by text

涉案财物 seized_property taken_on
案件编号 case_no code key
财物编号 item_no code key
财物名称 name text
价值 value number
措施 measure text
措施日期 taken_on date
期限届满日期 expires_on date term
解除返还日期 released_on date
移送日期 sent_on date

行政处罚 penalty decided_on
决定书文号 decision_no code key
行政机关 agency text
领域 field text
当事人 party text
当事人证件号 party_id code
违法行为 violation text
涉嫌罪名 offence text
涉案金额 amount number
违法所得 illegal_gain number
涉案数量 quantity number
数量单位 quantity_unit text
占应纳税额比例 ratio number
罚款金额 fine number
加处罚款金额 surcharge number
处罚决定日期 decided_on date
送达日期 served_on date
起诉期限 sue_within text
责令限期拆除 demolition bool
履行期限届满日期 perform_by date term
履行完毕日期 performed_on date
分期延期届满日期 deferred_until date term
有强制执行权 own_power bool
申请复议日期 reconsideration_on date
提起诉讼日期 sued_on date
录入平台日期 posted_on date

案件移送 referral -
决定书文号 decision_no code key
移送机关 from_agency text
报告移送日期 proposed_on date
批准移送日期 approved_on date
移送日期 sent_on date
接收公安机关 police text
公安接受日期 received_on date
公安决定 police_decision text by=police_decided_on
公安决定日期 police_decided_on date
提请复议日期 reconsideration_on date
建议立案监督日期 supervision_asked_on date

非诉执行 enforcement_application applied_on,earliest
决定书文号 decision_no code key
案号 case_no code
行政机关 agency text
法院 court text
催告送达日期 demanded_on date
申请日期 applied_on date
受理日期 accepted_on date
裁定结果 ruling text by=ruled_on
裁定日期 ruled_on date
听取意见 heard bool
申请复议日期 reconsideration_on date
执行立案日期 execution_filed_on date
执行结案日期 execution_closed_on date
结案方式 closing text by=execution_closed_on

民事案件 civil_case filed_on
案号 case_no code key
法院 court text
案由 cause text
程序 procedure text
立案日期 filed_on date
结案日期 closed_on date
结案方式 closing text by=closed_on
延长审限 extended bool
中止日期 stayed_on date
恢复日期 resumed_on date
扣除天数 excluded_days number
标的额 amount number
缺席审理 by_default bool
承办人 judge text

民事当事人 civil_party -
案号 case_no code key
诉讼地位 role text key
姓名名称 name text key
证件号 person_id code
类型 kind text

执行案件 execution_case applied_on,filed_on
案号 case_no code key
法院 court text
依据案号 basis_no code
依据类型 basis_kind text
申请执行人 creditor text
申请执行人证件号 creditor_id code
被执行人 debtor text
被执行人证件号 debtor_id code
申请日期 applied_on date
立案日期 filed_on date
中止日期 stayed_on date
恢复日期 resumed_on date
扣除天数 excluded_days number
结案日期 closed_on date
结案方式 closing text by=closed_on
标的额 amount number
到位金额 recovered number
有可供执行财产 has_assets bool

检察文书 procuratorial_document served_on
文书号 document_no code key
类型 kind text
制发单位 procuratorate text
被监督单位 recipient text
关联编号 related_no code
送达日期 served_on date
是否紧急 urgent bool
指定回复日期 reply_by date term
院长批准延长 extended bool
回复日期 replied_on date
整改完成日期 rectified_on date
提起诉讼日期 sued_on date

信访 petition received_on
信访编号 petition_no code key
受理单位 procuratorate text
收到日期 received_on date
程序性回复日期 acknowledged_on date
过程或结果答复日期 answered_on date

刑罚执行 sentence effective_on
判决案号 case_no code key
罪犯编号 offender_no code key
罪犯证件号 offender_id code
法院 court text
生效日期 effective_on date
主刑 penalty text
羁押状态 in_custody bool
执行文书送达日期 documents_served_on date
收监日期 committed_on date
暂予监外执行日期 outside_prison_on date
剩余刑期月数 remaining_months number
社区矫正报到日期 reported_on date
缓刑考验期满日期 probation_ends_on date term
撤销缓刑日期 revoked_on date
解除矫正日期 released_on date
财产刑金额 fine number
财产刑到位金额 fine_recovered number
财产刑移送执行日期 fine_sent_on date
财产刑执行立案日期 fine_filed_on date

行政争议 administrative_dispute arose_on
案号 case_no code key
行政机关 agency text
当事人 party text
争议发生日期 arose_on date
化解日期 resolved_on date

事故调查 accident occurred_on
事故编号 accident_no code key
发生日期 occurred_on date
事故等级 grade text
死亡人数 deaths number
事故单位 enterprise text
检察提前介入日期 procuratorate_joined_on date
企业走访日期 visited_on date
移送公安日期 sent_to_police_on date

治安案件 public_security_case occurred_on
案件编号 case_no code key
办案单位 agency text
发生日期 occurred_on date
场所类型 venue_kind text
场所名称 venue text
涉未成年人 involves_minor bool
侵害未成年人 minor_harmed bool
强制报告日期 reported_on date

入职查询 vetting hired_on
单位 employer text key
人员编号 person_no code key
入职日期 hired_on date
查询日期 checked_on date
查询结果 result text by=checked_on

市场主体 enterprise established_on
统一社会信用代码 enterprise_id code key
企业名称 name text
成立日期 established_on date
注销日期 deregistered_on date
注销方式 deregistration text by=deregistered_on
法定代表人 representative text
法定代表人证件号 representative_id code
"""


@dataclass(frozen=True)
class Column:
    """One column: its Chinese header, its field and type, and how the as-of view treats it."""

    name: str
    field: str
    type: str
    key: bool = False
    term: bool = False
    dated_by: str = ""


@dataclass
class Sheet:
    """One sheet: its Chinese name, its record, the fields that start a row, and its columns."""

    name: str
    record: str
    start: list[str]
    columns: list[Column] = field(default_factory=list)


def _sheet(block: str) -> Sheet:
    head, *lines = block.splitlines()
    name, record, start = head.split()
    sheet = Sheet(name, record, [] if start == "-" else start.split(","))
    for line in lines:
        column, field_name, kind, *flags = line.split()
        by = next((flag.removeprefix("by=") for flag in flags if flag.startswith("by=")), "")
        sheet.columns.append(Column(column, field_name, kind, "key" in flags, "term" in flags, by))
    return sheet


SHEETS = {sheet.name: sheet for sheet in map(_sheet, TEXT.strip().split("\n\n"))}
