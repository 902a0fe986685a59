"""Inventories of templates, sheets and scripts: what a reader of any one of them may rely on."""

import ast
import importlib
import pkgutil
import re
from dataclasses import fields, is_dataclass
from functools import cached_property
from inspect import getmembers
from pathlib import Path

import html5lib
import pytest
from jinja2 import Environment, nodes

import lms.web
from lms.settings import ROOT

TEMPLATES = ROOT / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html"))
SHEETS = sorted((ROOT / "static/css").rglob("*.css"))
# For pages that are not translated, or never leave the building.
SAMPLES = {"admin/parts_page.html"}


def _name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_no_template_holds_style_or_script(path: Path) -> None:
    if _name(path).startswith("print/"):
        pytest.skip("printed, never sent to a browser")
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text), "inline style, script or handler"
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag, f"inline script: {tag}"


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_every_word_of_a_template_is_translatable(path: Path, jinja: Environment) -> None:
    if _name(path) in SAMPLES:
        pytest.skip("samples")
    tree = jinja.parse(path.read_text("utf-8"))
    # What stands between expressions, joined by a mark that is neither letter nor tag.
    bare = "\u241f".join(node.data for output in tree.find_all(nodes.Output) for node in _data(output))
    is_attribute = re.compile(r'[\w-]+="')
    words = [each for each in _visible(bare) if re.search(r"[A-Za-z]{2,}", each) and not is_attribute.match(each)]
    assert not words, f"not in _(): {words}"


def _data(output: nodes.Output) -> list[nodes.TemplateData]:
    return [node for node in output.nodes if isinstance(node, nodes.TemplateData)]


def _visible(text: str) -> list[str]:
    """Return the text between tags, and what is read out from attributes."""
    text = re.sub(
        r"<!doctype[^>]*>|<!--.*?-->|<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL | re.IGNORECASE
    )
    said = re.findall(r'\s(?:aria-label|title|alt|placeholder)="([^"\u241f]*)"', text)
    outside = re.sub(r"&\w+;", " ", re.sub(r"<[^<>]*>", "\u241e", _without_open_tags(text)))
    return [part.strip() for part in [*said, *re.split("[\u241e\u241f]", outside)] if part.strip()]


def _without_open_tags(text: str) -> str:
    """Return the text without what stands inside a tag that an expression interrupts."""
    out, depth = [], 0
    for character in text:
        if character == "<":
            depth = 1
            out.append("\u241e")
        elif character == ">" and depth:
            depth = 0
            out.append("\u241e")
        elif not depth:
            out.append(character)
    return "".join(out)


def _page_classes() -> dict[str, type]:
    """Return the page dataclasses of lms.web by the name of their template's file."""
    found: dict[str, type] = {}
    for module in pkgutil.walk_packages(lms.web.__path__, "lms.web."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, type) and is_dataclass(value) and name.endswith("Page"):
                found[f"{value.__module__}.{name}"] = value
    return found


def _shown() -> list[tuple[str, str]]:
    """Return (template, module) of each call of `show` with a template's name."""
    calls = []
    for path in (ROOT / "lms/web").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "show":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    calls.append((str(first.value), path.relative_to(ROOT).as_posix()))
    return calls


def test_every_shown_template_exists() -> None:
    missing = [(name, where) for name, where in _shown() if not (TEMPLATES / name).is_file()]
    assert not missing


@pytest.mark.parametrize("page", sorted(_page_classes()))
def test_every_page_has_a_template_that_asks_only_for_its_fields(page: str, jinja: Environment) -> None:
    page_class = _page_classes()[page]
    stem = re.sub(r"(?<!^)(?=[A-Z])", "_", page_class.__name__).lower()
    desk = page_class.__module__.split(".")[2]
    template = TEMPLATES / desk / f"{stem}.html"
    assert template.is_file(), f"{page_class.__name__} has no template {desk}/{stem}.html"
    known = {field.name for field in fields(page_class)} | {
        name for name, value in getmembers(page_class) if isinstance(value, (property, cached_property))
    }
    asked = _asked_of_page(jinja, template)
    assert asked <= known, f"{_name(template)} asks for {asked - known}"


def _asked_of_page(jinja: Environment, template: Path) -> set[str]:
    tree = jinja.parse(template.read_text("utf-8"))
    return {
        node.attr
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "page"
    }


@pytest.fixture(scope="module")
def jinja() -> Environment:
    """An environment that reads templates as the app does, and shows none."""
    return Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_only_the_tokens_hold_colours_and_type_sizes(path: Path) -> None:
    if path.name == "tokens.css" or "print" in path.parts:
        pytest.skip("tokens, or a sheet for paper")
    rules = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\b(rgb|hsl|oklch)a?\(", rules), "a colour outside tokens.css"
    sizes = [
        size
        for size in re.findall(r"font-size:\s*([^;]+);", rules)
        if not re.match(r"var\(|[\d.]+em$|inherit", size)
    ]
    assert not sizes, f"type sizes outside tokens.css: {sizes}"


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_sheets_mirror_for_writing_from_right_to_left(path: Path) -> None:
    if "print" in path.parts:
        pytest.skip("laid out for paper")
    rules = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"(margin|padding|border)-(left|right)\b|text-align:\s*(left|right)\b|float:", rules)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_every_custom_property_used_is_a_token(path: Path) -> None:
    tokens = set(re.findall(r"(--[\w-]+):", (ROOT / "static/css/tokens.css").read_text("utf-8")))
    if "print" in path.parts:
        pytest.skip("has its own")
    assert set(re.findall(r"var\((--[\w-]+)", path.read_text("utf-8"))) <= tokens


def test_the_icon_is_a_well_formed_picture() -> None:
    tree = html5lib.parse((ROOT / "static/icon.svg").read_text("utf-8"), namespaceHTMLElements=False)
    assert tree.find(".//{http://www.w3.org/2000/svg}svg") is not None or tree.find(".//svg") is not None
