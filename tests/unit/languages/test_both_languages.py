"""Neither language lacks a word: whoever adds a text in one is told what the other lacks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bot import resources
from bot.app import load_capabilities
from bot.render import Renderer
from bot.router.find import Registry
from bot.settings import load
from tests.unit.languages.samples import (
    FOLDER,
    JINJA,
    LANGUAGES,
    NO_PROSE,
    RENDERER,
    blocks,
    document,
    files,
    prose,
    values,
)

ONLY_ENGLISH = {"commands.toml"}  # the French help is the docstrings
MESSAGES = sorted(set(files("fr", "*.md")) & set(files("en", "*.md")))
SEEDS = range(5)
CODE = re.compile(r"`[^`\n]*`")

FRENCH_SPACE = re.compile(r"[^\W\d_]\*{0,2}:(?=\s|$)|\S [;:?!»](?=[\s»”)*,.]|$)|« ", re.M)
FRENCH_APOSTROPHE = re.compile(r"[^\W\d_]'[^\W\d_]")
ENGLISH_SPACE = re.compile(r"[^\W_][ \u00a0][;:?!](?=[\s”)*,.]|$)", re.M)
ENGLISH_QUOTE = re.compile(r"\w['\"]|['\"]\w|[«»]")
ACCENTS = re.compile(r"\w*[éèêàçùûîôâœÉÈÀÇ]\w*")
NAMES = {
    "Lisières",
    "département",
    "départements",
    "Chloé",
    "Inès",
    "Émile",
    "Léa",
    "récap",
    "CAC",
}  # as they are
FRENCH = frozenset(
    re.findall(
        r"\w+",
        "le les des une du est pas pour dans avec qui que tu ton ta tes et ou je il elle ne se ce cette rien",
    )
)
ENGLISH = frozenset(
    re.findall(r"\w+", "the and of you your with is are not this that have will nothing was it to by")
)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
COMMAND = re.compile(r"{{ prefix }}([^\W\d_][\w-]*(?: [\w-]+){0,3})")


@pytest.fixture
def renderer() -> Renderer:
    return RENDERER


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry(load_capabilities(load(resources.root() / "config" / "demo.toml").capabilities))


def words(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((FOLDER / language / "words.toml").read_text("utf-8"))


@pytest.mark.parametrize(("one", "other"), [("fr", "en"), ("en", "fr")])
def test_each_file_is_there_in_both(one: str, other: str) -> None:
    lacking = set(files(one)) - set(files(other)) - ONLY_ENGLISH
    assert not lacking, f"to be written: {sorted(f'templates/{other}/{name}' for name in lacking)}"


@pytest.mark.parametrize("file", MESSAGES)
def test_each_message_is_there_in_both(file: str) -> None:
    french, english = blocks(files("fr")[file]), blocks(files("en")[file])
    for one, other, language in ((french, english, "en"), (english, french, "fr")):
        lacking = sorted(set(one) - set(other))
        assert not lacking, f"templates/{language}/{file} lacks the blocks {lacking}"


@pytest.mark.parametrize("file", MESSAGES)
def test_each_message_says_the_same_things(file: str) -> None:
    french, english = blocks(files("fr")[file]), blocks(files("en")[file])
    for name in sorted(set(french) & set(english)):
        here, there = french[name], english[name]
        assert here.variables == there.variables, (
            f"{file}, block {name}: only fr says {sorted(here.variables - there.variables)}, "
            f"only en says {sorted(there.variables - here.variables)}"
        )
        assert here.has_subject == there.has_subject, f"{file}, block {name}: a subject in one only"


@pytest.mark.parametrize(("one", "other"), [("fr", "en"), ("en", "fr")])
def test_each_word_is_there_in_both(one: str, other: str) -> None:
    lacking = [
        f"[{table}] {key}"
        for table, keys in words(one).items()
        for key in keys
        if key not in words(other).get(table, {})
    ]
    assert not lacking, f"templates/{other}/words.toml lacks {lacking}"


def test_each_command_has_its_help_in_english(registry: Registry, renderer: Renderer) -> None:
    manual = renderer.manual("en")
    declared = {command.names[0]: command for command in registry.commands}
    lacking = sorted(set(declared) - set(manual))
    assert not lacking, f"templates/en/commands.toml lacks, by their French names, {lacking}"
    for name, entry in manual.items():
        assert name in declared, f"templates/en/commands.toml: there is no command « {name} »"
        assert entry["name"] in declared[name].names, f"« {name} » has no name « {entry['name']} »"
        assert entry["summary"], f"templates/en/commands.toml: what does « {name} » do?"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_that_a_text_names_exist(registry: Registry, renderer: Renderer, language: str) -> None:
    manual = renderer.manual("en")
    for path in files(language, "*.md").values():
        for typed in COMMAND.findall(path.read_text("utf-8")):
            found = registry.find(typed)
            assert found is not None, f"{path}: there is no command « {typed} »"
            entry = manual.get(found.command.names[0])
            if language == "en" and entry is not None:
                first = entry["name"].split()[0]
                assert typed.split()[0] == first, f"{path}: « {typed} » is « {first} … » in English"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", MESSAGES)
def test_each_message_can_be_said_and_is_well_set(renderer: Renderer, file: str, language: str) -> None:
    for block in blocks(files(language)[file]).values():
        for seed in SEEDS:
            name = f"{file.removesuffix('.md')}.{block.name}"
            rendered = renderer.message(name, values(block, seed), language)
            text = CODE.sub("", f"{rendered.subject}\n{rendered.text}")
            faults = [FRENCH_SPACE, FRENCH_APOSTROPHE] if language == "fr" else [ENGLISH_SPACE, ENGLISH_QUOTE]
            for fault in faults:
                found = fault.search(text)
                assert found is None, f"{language} {name}: {_around(text, found)!r}"


def _around(text: str, found: re.Match[str] | None) -> str:
    return text[max(0, found.start() - 20) : found.end() + 20] if found else ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", [name for name in files("fr") if name.endswith(".j2")])
def test_each_document_can_be_made(renderer: Renderer, file: str, language: str) -> None:
    variables = document(files(language)[file])
    assert variables.variables == document(files("fr")[file]).variables
    for seed in SEEDS:
        assert renderer.document(file, values(variables, seed), language).strip()


def said_in(path: Path) -> list[str]:
    """The lines of prose of a file; of a table of words, its values."""
    if path.suffix == ".toml":
        tables = tomllib.loads(path.read_text("utf-8")).values()
        return [NO_PROSE.sub(" ", value) for table in tables for value in table.values()]
    text = path.read_text("utf-8")
    return (prose(path) if path.suffix == ".md" else JINJA.sub(" ", text)).splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_other_language(language: str) -> None:
    foreign = FRENCH if language == "en" else ENGLISH
    for path in files(language).values():
        for line in said_in(path):
            strange = [word for word in WORD.findall(line) if word in foreign]
            assert not strange, f"{path}: {strange} in {line.strip()!r}"
            if language == "en":
                accented = set(ACCENTS.findall(line)) - NAMES
                assert not accented, f"{path}: {sorted(accented)}"
