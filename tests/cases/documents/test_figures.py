"""The figures on papers marked by hand. The papers themselves are not in the repository: CLUES_DOCUMENTS names their folder."""

import os
from pathlib import Path

import pytest

from cases.documents.figures import Score, compare, is_held, measure, read_marked

MARKED = Path(__file__).with_name("marked.jsonl")
STRICT = ("case_nos", "court", "cause", "kind", "judged_on", "parties", "roles")
FAIR = ("filed_on", "procedure", "agents", "amount")

needs_documents = pytest.mark.skipif("CLUES_DOCUMENTS" not in os.environ, reason="CLUES_DOCUMENTS 未设:标注过的文书不在仓库里")


@needs_documents
@pytest.mark.parametrize("held", [False, True])
def test_figures_reach_the_mark(held: bool) -> None:
    marked = [m for m in read_marked(MARKED) if is_held(m) is held]
    scores, lines = measure(marked, Path(os.environ["CLUES_DOCUMENTS"]))
    for field in STRICT:
        assert scores[field].precision >= 0.98, (field, lines)
        assert scores[field].recall >= 0.98, (field, lines)
    for field in FAIR:
        assert scores[field].precision >= 0.95, (field, lines)
    for field, score in scores.items():
        assert score.wrong <= max(score.missing, 1 + score.right * 0.02), (field, lines)


def test_marks_are_enough_and_spread() -> None:
    marked = read_marked(MARKED)
    assert len(marked) >= 240
    assert len({m["id"] for m in marked}) == len(marked)
    assert len({m["id"].split("/")[0] for m in marked}) >= 5
    assert sum(map(is_held, marked)) >= 60


def test_compare_counts_wrong_and_missing_apart() -> None:
    score = Score()
    lines = compare("parties", ["张三", "某公司"], ["张三", "李四"], score)
    assert (score.right, score.wrong, score.missing) == (1, 1, 1)
    assert lines == ["读成 李四", "漏读 某公司"]
    assert compare("amount", 1000.50, "1000.5", score) == []
    assert compare("court", "河北省沧县人民法院", "沧县人民法院", score) == []
    assert compare("filed_on", None, "日期不详", score) == []
