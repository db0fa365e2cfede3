"""The pages: the list, one clue, decisions with their preview and their undoing, what cannot be judged, and the list as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Flask, Response, g, render_template, request
from werkzeug.datastructures import MultiDict

from cases.errors import UsageProblem
from cases.store import Store
from review import ledger
from review.audit import logged
from review.decisions import standings
from review.masking import mask_clue
from review.page import acts
from review.page.export import FORMATS, exported
from review.page.listing import ALL, FACETS, HIDDEN, ORDERS, SIZE, Listing, Near, View, decided_alike
from review.page.rows import source_rows
from review.reports.contents import Report
from review.reports.figures import lacking
from review.stats import by_rule, figures
from review.story import history
from rules.law import LawBook
from rules.resolve import Resolved


class Pages:
    """What stands at each address. Masked unless a reviewer asks for one clue unmasked, which is logged first."""

    def __init__(self, store: Store, law: LawBook, rules: Mapping[str, Resolved], now: Callable[[], dt.datetime]):
        self.store, self.law, self.rules, self.now = store, law, rules, now
        self.titles = {name: resolved.rule.title for name, resolved in rules.items()}

    def join(self, app: Flask) -> None:
        """Give the pages their addresses."""
        app.add_url_rule("/", "overview", self.overview)
        app.add_url_rule("/clue/<clue_id>", "clue", self.clue)
        app.add_url_rule("/clue/<clue_id>/unmasked", "unmasked", self.unmasked, methods=["POST"])
        app.add_url_rule("/preview", "preview", self.preview, methods=["POST"])
        app.add_url_rule("/decide", "decide", self.decide, methods=["POST"])
        app.add_url_rule("/undo", "undo", self.undo, methods=["POST"])
        app.add_url_rule("/export", "export", self.export, methods=["POST"])
        app.add_url_rule("/lacking", "lacking", self.lacking)

    # -- looking ---------------------------------------------------------------------------------------------------------
    def overview(self) -> str:
        view = View.read(request.args)
        listed = Listing(self.store).page(view)
        view = view.at(min(view.page, listed.pages))
        clues = list(self._told(list(listed.ids)))
        return render_template(
            "list.html.j2", view=view, listed=listed, clues=clues, first=(view.page - 1) * SIZE, facets=FACETS, hidden=HIDDEN, orders=ORDERS, all=ALL,
            titles=self.titles, formats=FORMATS, most=acts.MOST,
        )  # fmt: skip

    def clue(self, clue_id: str) -> str:
        return self._clue(clue_id, View.read(request.args), request.args.get("at", ""), unmask=False)

    def unmasked(self, clue_id: str) -> str:
        """One clue with names and numbers; written to the audit log before anything is shown."""
        full = ledger.find(self.store, clue_id)["id"]
        logged(self.store, "查看原文", full, {"page": True}, g.who)
        return self._clue(full, View.read(request.form.get("view", "")), request.form.get("at", ""), unmask=True)

    def _clue(self, clue_id: str, view: View, place: str, *, unmask: bool) -> str:
        report = Report(self.store, self.law, unmask=unmask)
        full = ledger.find(self.store, clue_id)
        detail = report.detail(full["id"])
        (alike,) = by_rule(figures(self.store, rule=full["rule"]))
        before, after = self._around(view, full["id"], place)
        return render_template(
            "clue.html.j2", d=detail, c=detail.clue, rows=source_rows(self.store, full, unmask=unmask), alike=alike,
            decided=list(self._told(decided_alike(self.store, full))), view=view, place=place, before=before, after=after,
            unmasked=unmask, runs=history(self.store, full),
        )  # fmt: skip

    def _around(self, view: View, clue_id: str, place: str) -> tuple[Near | None, Near | None]:
        """The neighbours of a clue that was opened from a list; none where it was not."""
        known = place.isascii() and place.isdigit() and len(place) < 8
        return Listing(self.store).around(view, clue_id, int(place)) if known else (None, None)

    def lacking(self) -> str:
        return render_template("lacking.html.j2", lacks=lacking(self.store, self.rules), titles=self.titles)

    def _told(self, ids: list[str]) -> Iterator[dict[str, Any]]:
        """Clues by their full ids, masked, with their standing."""
        report = Report(self.store, self.law)
        report.ids = tuple(ids)
        return report.clues() if ids else iter(())

    # -- deciding --------------------------------------------------------------------------------------------------------
    def preview(self) -> tuple[str, int]:
        """What would become of a decision on the chosen clues, or (`whole`) on all of the view; nothing is written."""
        form = MultiDict(request.form)
        if form.get("whole"):
            ids = Listing(self.store).ids(View.read(form.get("view", "")), acts.MOST + 1)
            known = standings(self.store, ids)
            form.setlist("clue", [f"{one}:{known[one].stamp}" for one in ids if one in known])
        act = acts.take(self.store, acts.read(self.store, form), g.who, self.now(), dry_run=True)
        return self._answer("preview.html.j2", act)

    def decide(self) -> tuple[str, int]:
        return self._answer("done.html.j2", acts.take(self.store, acts.read(self.store, request.form), g.who, self.now()))

    def undo(self) -> tuple[str, int]:
        decisions = acts.unpacked(request.form.get("back", ""))
        return self._answer("done.html.j2", acts.take(self.store, decisions, g.who, self.now()), undone=True)

    def _answer(self, template: str, act: acts.Act, undone: bool = False) -> tuple[str, int]:
        """What became of decisions; what was not taken can be sent again, on the clues as they stand now."""
        outcome, view, place = act.outcome, View.read(request.form.get("view", "")), request.form.get("at", "")
        left = [*(c.decision.clue_id for c in outcome.conflicts), *(d.clue_id for d, _ in outcome.refused)]
        after = self._around(view, act.decisions[0].clue_id, place)[1] if len(act.decisions) == 1 else None
        page = render_template(
            template, outcome=outcome, told=self._outcome(act), stamps=act.stamps, left=[one for one in left if one in act.stamps],
            given=request.form, back=acts.packed(act.back), view=view, place=place, after=after, undone=undone,
        )  # fmt: skip
        return page, 409 if outcome.conflicts else 422 if outcome.refused and not outcome.done else 200

    def _outcome(self, act: acts.Act) -> dict[str, dict[str, Any]]:
        """The clues of an act by id, masked, each with how it stood, stands, and was to stand; notes may name people too."""
        outcome, before = act.outcome, {one: standing.told() for one, standing in act.before.items()}
        now = before | {standing.clue_id: standing.told() for standing in outcome.done}
        wanted = {c.decision.clue_id: c.wanted for c in outcome.conflicts}
        clues = ledger.those(self.store, list(before))
        whole = ({**clue, "before": before[clue["id"]], "now": now[clue["id"]], "wanted": wanted.get(clue["id"], "")} for clue in clues)
        return {clue["id"]: mask_clue(clue, self.store.catalogue) for clue in whole}

    # -- taking along ----------------------------------------------------------------------------------------------------
    def export(self) -> Response:
        """The view as it is seen, masked, as a file."""
        view, form = View.read(request.form.get("view", "")), request.form.get("format", "")
        if form not in FORMATS:
            raise UsageProblem(f"不知道怎样导出“{form}”:可选 {'、'.join(FORMATS)}")
        report = Report(self.store, self.law)
        report.ids = tuple(Listing(self.store).ids(view))
        if not report.ids:
            raise UsageProblem("这个视图里没有线索,没有导出:请先放宽筛选")
        # What was looked for may be a name, and the log is kept for good.
        said = {**view.chosen, **({"q": "有"} if view.words else {}), "clues": len(report.ids)}
        logged(self.store, "导出", "审查页名单", {"format": form, "masked": True, **said}, g.who)
        return exported(report, form, self.now())
