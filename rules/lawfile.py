"""Reading the files of the law: every problem at once, each with file and line, then the entries with their dates filled in."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from rules.law import Article, ArticleRow, Binding, Code, Edition, EditionRow, Law, LawBook, LawError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PARTS = ("laws", "codes", "articles")
M = TypeVar("M", bound=BaseModel)


class Reader:
    """What has been read so far, and what was wrong with it."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.laws: dict[str, Law] = {}
        self.codes: dict[str, Code] = {}
        self.rows: dict[str, tuple[ArticleRow, Path, yaml.Node]] = {}

    def wrong(self, path: Path, at: yaml.Node | int | None, text: str) -> None:
        line = at.start_mark.line + 1 if isinstance(at, yaml.Node) else at
        self.problems.append(f"{path}{f':{line}' if line else ''} {text}")

    def validated(self, model: type[M], path: Path, node: yaml.Node, data: Any, name: str) -> M | None:
        try:
            return model.model_validate(data)
        except ValidationError as e:
            for error in e.errors():
                self.wrong(path, _line(node, error["loc"]), f"{name}:{_say(error, model)}")
        return None

    def file(self, path: Path, seen: dict[str, Path]) -> None:
        """One file. `seen` holds what was defined in the same folder: a second definition there is a mistake, not a change."""
        root, data = self._parsed(path)
        if root is not None and not isinstance(data, dict):
            self.wrong(path, root, "法律依据文件应有 laws、codes、articles 中的一项或几项")
        elif root is not None:
            for key, value in root.value:
                self._part(path, key, value, data, seen)

    def _part(self, path: Path, key: yaml.Node, value: yaml.Node, data: dict[str, Any], seen: dict[str, Path]) -> None:
        if key.value not in PARTS:
            self.wrong(path, key, f"不认识的部分“{key.value}”,应为 {'、'.join(PARTS)}")
        elif key.value == "articles":
            self._articles(path, value, data["articles"], seen)
        elif not isinstance(value, yaml.MappingNode):
            self.wrong(path, value, f"{key.value} 应为“名称: 内容”")
        else:
            self._named(path, key.value, value, data[key.value], seen)

    def _parsed(self, path: Path) -> tuple[yaml.Node | None, Any]:
        try:
            loader = LOADER(path.read_text(encoding="utf-8"))
            root: yaml.Node | None = loader.get_single_node()
        except (OSError, UnicodeDecodeError) as e:
            self.wrong(path, None, f"读不出这个文件({e});请检查它是否存在、是否为 UTF-8 文本")
            return None, None
        except yaml.YAMLError as e:
            mark = getattr(e, "problem_mark", None)
            self.wrong(path, mark.line + 1 if mark else None, "不是有效的 YAML;请检查缩进、冒号和引号")
            return None, None
        if root is None:
            return None, None
        try:
            return root, loader.construct_document(root)
        except (yaml.YAMLError, ValueError):
            for node in _scalars(root):
                if node.tag.endswith(":timestamp") and not _constructs(node):
                    self.wrong(path, node, f"没有“{node.value}”这一天")
            return None, None

    def _once(self, path: Path, node: yaml.Node, name: str, seen: dict[str, Path]) -> None:
        if name in seen:
            self.wrong(path, node, f"“{name}”已在 {seen[name].name} 中写过,不能再写一次")
        seen[name] = path

    def _named(self, path: Path, part: str, node: yaml.MappingNode, data: Any, seen: dict[str, Path]) -> None:
        for key, value in node.value:
            self._once(path, key, key.value, seen)
            if part == "laws":
                law = self.validated(Law, path, value, data[key.value], key.value)
                # A law that is wrong in itself is named once, not again by every article that cites it.
                law = law or Law.model_construct(name=key.value, kind="", editions={})
                self.laws[key.value] = law if law.name else law.model_copy(update={"name": key.value})
            else:
                code = self.validated(Code, path, value, data[key.value], key.value)
                self.codes[key.value] = code or Code.model_construct()

    def _articles(self, path: Path, node: yaml.Node, data: Any, seen: dict[str, Path]) -> None:
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(path, node, "articles 应为列表,每条以 - id: 开头")
            return
        for item, row in zip(node.value, data, strict=True):
            name = row.get("id") if isinstance(row, dict) else None
            article = self.validated(ArticleRow, path, item, row, str(name or "条目"))
            if article is not None:
                for word in (article.id, *article.alias):
                    self._once(path, item, word, seen)
                self.rows[article.id] = (article, path, item)

    def book(self) -> LawBook:
        """The book of all that was read, or LawError with all problems."""
        articles = [self._article(*row) for row in self.rows.values()]
        if self.problems:
            raise LawError(*self.problems)
        return LawBook(articles, self.laws, self.codes)

    def _article(self, row: ArticleRow, path: Path, node: yaml.Node) -> Article:
        for handle in row.also:
            self._known(path, node, row.id, "规范", handle, self.laws)
        for code in row.code:
            self._known(path, node, row.id, "计算码", code, self.codes)
        self._known(path, node, row.id, "规范", row.law, self.laws)
        editions = [self._edition(row, year, written, path, node) for year, written in row.editions.items()]
        editions.sort(key=lambda e: e.since or 0)
        for earlier, later in pairwise(editions):
            if later.since is not None and (earlier.until is None or earlier.until >= later.since):
                self.wrong(path, node, f"{row.id}:版本 {earlier.edition} 与 {later.edition} 的施行期间重叠")
        also = tuple(f"{self.laws[h].name if h in self.laws else h} {article}" for h, article in row.also.items())
        law = self.laws[row.law].name if row.law in self.laws else row.law
        checked = row.checked.toordinal() if row.checked else None
        where = f"{path.name}:{node.start_mark.line + 1}"
        names = {"alias": tuple(row.alias), "law": law, "editions": tuple(editions), "also": also, "code": tuple(row.code)}
        plain = {"id": row.id, "kind": row.kind, "what": row.what, "status": row.status, "source": row.source, "note": row.note}
        values: dict[str, Any] = {**names, **plain, "checked": checked, "where": where}
        return Article(**values)

    def _edition(self, row: ArticleRow, year: str, written: EditionRow, path: Path, node: yaml.Node) -> Edition:
        handle = written.law or row.law
        law = self.laws.get(handle)
        if written.law:
            self._known(path, node, row.id, "规范", handle, self.laws)
        binding = law.editions.get(year) if law else None
        if law and law.kind and binding is None and written.since is None:
            self.wrong(path, node, f"{row.id}:{handle} 没有“{year}”版;已知 {'、'.join(law.editions) or '无'},新版先写进 laws")
        since = written.since or (binding.since if binding else None)
        until = written.until or (binding.until if binding else None)
        if since and until and until < since:
            self.wrong(path, node, f"{row.id}:版本 {year} 的 until 早于 from")
        first, last = (d.toordinal() if d else None for d in (since, until))
        return Edition(year, written.article, law.name if law else handle, first, last, written.note)

    def _known(self, path: Path, node: yaml.Node, id: str, what: str, name: str, known: dict[str, Any]) -> None:
        if name not in known:
            near = get_close_matches(name, known, 1, 0.4)
            self.wrong(path, node, f"{id}:没有名为“{name}”的{what}" + (f",是否为 {near[0]}?" if near else ""))


def read_book(places: tuple[Path, ...]) -> LawBook:
    """The book from files and folders, later places winning. Raises LawError with every problem found."""
    reader = Reader()
    for place in places:
        seen: dict[str, Path] = {}
        files = sorted(place.glob("*.y*ml")) if place.is_dir() else [place]
        for path in files:
            reader.file(path, seen)
    return reader.book()


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    else:
        for child in node.value:
            for part in child if isinstance(child, tuple) else (child,):
                yield from _scalars(part)


def _constructs(node: yaml.ScalarNode) -> bool:
    try:
        yaml.constructor.SafeConstructor().construct_yaml_timestamp(node)
    except ValueError:
        return False
    return True


def _line(node: yaml.Node, place: tuple[int | str, ...]) -> int:
    """The line a pydantic location points to, as far as it is written."""
    line: int = node.start_mark.line
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return line + 1


def _say(error: Any, model: type[BaseModel]) -> str:
    """A pydantic error as a Chinese sentence: what is wrong and how it should be written."""
    place = [str(step) for step in error["loc"]]
    field, kind, context = ".".join(place), error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        near = get_close_matches(place[-1], _fields(model, place), 1, 0.5)
        return f"不认识的字段“{field}”" + (f",是否为 {near[0]}?" if near else "")
    if kind == "missing":
        return f"缺少 {field}"
    if kind == "literal_error":
        return f"{field} 应为 {str(context['expected']).replace(' or ', '、').replace(', ', '、')} 之一"
    if kind.startswith("date"):
        return f"{field} 应为日期,如 2026-11-22"
    if kind == "value_error":
        return str(context["error"])
    expected = {"string_type": "文字", "list_type": "列表", "dict_type": "“名称: 内容”", "bool_type": "true 或 false", "model_type": "“名称: 内容”"}
    if kind in expected:
        return f"{field} 应为{expected[kind]}" if field else f"应为{expected[kind]}"
    if kind == "string_pattern_mismatch":
        return f"{field} 只能用小写字母、数字、点和连字符"
    return f"{field} 的写法不对({error['msg']})"


def _fields(model: type[BaseModel], place: list[str]) -> list[str]:
    nested = len(place) > 1
    inner: type[BaseModel] = EditionRow if nested and model is ArticleRow else Binding if nested and model is Law else model
    return [field.alias or name for name, field in inner.model_fields.items()]
