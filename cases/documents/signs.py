"""What the text of a civil paper shows beside its data: no dispute, delivery in cash, the loan's principal.

These are facts of the text for rules that rank suits for a look; none of them says that a suit is false.
"""

from __future__ import annotations

import re

from cases.documents.amounts import amounts, plain
from cases.documents.paper import MIDDLE, Extraction
from cases.documents.sections import Sections

_NO_DISPUTE = re.compile(
    r"被告[^。；\n]{0,40}?(?<![不未没])(?:承认|认可|同意)原告[^。；，\n]{0,16}?(?:(?:全部|所有)的?)?(?:诉讼请求|诉请|借款事实|事实)|"
    r"对(?:于)?原告[^。；，\n]{0,12}?(?:所述|陈述|诉称|主张|起诉|诉求|诉请|诉讼请求)[^。；，\n]{0,16}?(?:均|全部)?(?:无|没有|不持)异议|"
    r"(?:双方|原、?被告)(?:当事人)?对[^。；，\n]{0,20}(?:事实|债务|借款)[^。；，\n]{0,10}(?:无争议|没有争议|均无异议)|"
    r"被告[^。；\n]{0,20}辩称[:，]?(?:对?原告[^。；，\n]{0,16})?(?:属实|事实属实)"
)
_BUT = re.compile(r"^[^。\n]{0,60}(?:但|不过|然而|不同意|不认可|过高)")
_CASH = re.compile(
    r"以现金(?:的)?(?:方式|形式)?(?:向[^，。；]{1,20})?(?:交付|支付|给付|出借|提供|借)|现金(?:方式)?(?:交付|"
    r"支付|给付|出借)|(?:交付|支付|给付|出借|借款)(?:了)?(?:人民币)?现金|借(?:到|款|走)?现金"
)
_PRINCIPAL = re.compile(r"(?:借款)?本金(?:人民币)?(?:为|共计|合计)?|(?:归还|偿还|返还|支付)[^，。；\n]{0,16}借款(?:人民币)?(?:共计|合计)?")
_LENDING = re.compile("借贷|借款")


def read_signs(sections: Sections, extraction: Extraction) -> None:
    """Read the signs into an extraction: no_dispute, cash, principal."""
    if extraction.matter not in ("民事", ""):
        return
    flat, start, stop = sections.flat, sections.course, sections.result or sections.foot
    match = _NO_DISPUTE.search(flat, start, stop)
    if match and "部分" not in match[0] and not _BUT.search(flat[match.end() : match.end() + 80]):
        extraction.put("no_dispute", "是", match[0], MIDDLE)
    claims = flat[sections.claims : sections.claims_end]
    if not (_LENDING.search(extraction.get("cause")) or "借款" in claims):
        return
    match = _CASH.search(flat, start, stop)
    if match:
        extraction.put("cash", "是", flat[max(0, match.start() - 20) : match.end() + 20], MIDDLE)
    for match in _PRINCIPAL.finditer(claims):
        amount = next(amounts(claims, match.end(), match.end() + 20), None)
        if amount is not None and amount.start <= match.end() + 3:
            extraction.put("principal", plain(amount.yuan), claims[match.start() : amount.end], MIDDLE)
            return
