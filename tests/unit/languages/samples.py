"""What templates hold, and values that fit any of them."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

from bot import resources
from bot.clock import PARIS
from bot.render import Renderer, shared_values

FOLDER = resources.templates()
LANGUAGES = ("fr", "en")
SUBJECT = re.compile(r"\A\s*(?:Sujet :|Subject:)", re.M)
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.S)
# What stands in a text and is no prose: code, commands, addresses.
NO_PROSE = re.compile(r"`[^`]*`|![\w<>-]+|\S*(?:://|@|\.example)\S*")
SHARED = shared_values("Réseau des Lisières", "Navette", "navette@x.example", "!")
GIVEN = {*SHARED, "language"}
RENDERER = Renderer(FOLDER, PARIS, SHARED)
PARSER = RENDERER._words["fr"].plain


@dataclass(frozen=True)
class Block:
    """One message of one file: the variables that it is given, and its source."""

    name: str
    variables: frozenset[str]
    has_subject: bool


def files(language: str, pattern: str = "*") -> dict[str, Path]:
    """The files of a language, by name."""
    return {path.name: path for path in sorted((FOLDER / language).glob(pattern))}


def blocks(path: Path) -> dict[str, Block]:
    """The messages of a file."""
    source = path.read_text("utf-8")
    found = {}
    for node in PARSER.parse(source).find_all(nodes.Block):
        body = nodes.Template(list(node.body)).set_environment(PARSER)
        text = re.search(rf"{{% block {node.name} %}}(.*?){{% endblock %}}", source, re.S)
        assert text, f"{path}: write « {{% block {node.name} %}} » as the others are written"
        subject = bool(SUBJECT.search(JINJA.sub("", text[1])))
        found[node.name] = Block(node.name, frozenset(find_undeclared_variables(body)), subject)
    return found


def document(path: Path) -> Block:
    """A whole document: all its variables."""
    tree = PARSER.parse(path.read_text("utf-8"))
    return Block(path.name, frozenset(find_undeclared_variables(tree)), has_subject=False)


def prose(path: Path) -> str:
    """The words of a template, without what Jinja reads, code and commands."""
    return NO_PROSE.sub(" ", JINJA.sub(" ", path.read_text("utf-8").replace("{{ prefix }}", "!")))


class Anything(str):
    """A value that is whatever a template takes it for: by chance true or false, equal or not.

    It is a text, a number, a moment, and a row of two; each of its attributes is itself.
    """

    _chance: random.Random

    def __getattribute__(self, name: str) -> Any:
        own = name.startswith("_") or name in ("astimezone", "partition")
        return object.__getattribute__(self, name) if own else self

    def __getitem__(self, key: object) -> Any:
        if isinstance(key, int) and key > 1:
            raise IndexError(key)
        return self

    def __call__(self, *_: object, **__: object) -> Any:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter([self, self])

    def __len__(self) -> int:
        return 2

    def __bool__(self) -> bool:
        return self._chance.random() < 0.6

    def __eq__(self, _other: object) -> bool:
        return self._chance.random() < 0.4

    def __ne__(self, _other: object) -> bool:
        return self._chance.random() < 0.4

    def __contains__(self, _other: object) -> bool:
        return bool(self)

    def __lt__(self, _other: object) -> bool:
        return bool(self)

    __gt__ = __le__ = __ge__ = __lt__

    def __hash__(self) -> int:
        return 7

    def __index__(self) -> int:
        return self._chance.choice((0, 1, 2))

    __int__ = __index__
    __abs__ = __sub__ = __rsub__ = __mod__ = __floordiv__ = lambda self, *_: self.__index__()
    __add__ = __radd__ = lambda self, _: self

    def __str__(self) -> str:
        return "Ivoire"

    def __format__(self, spec: str) -> str:
        return "12"

    def astimezone(self, zone: dt.tzinfo) -> dt.datetime:
        """One Friday evening."""
        return dt.datetime(2026, 11, 27, 17, tzinfo=dt.UTC).astimezone(zone)


def values(block: Block, seed: int) -> dict[str, Any]:
    """Something for each variable of a block that the renderer does not give."""
    found = {name: Anything("Ivoire") for name in sorted(block.variables - GIVEN)}
    chance = random.Random(seed)
    for one in found.values():
        one._chance = chance
    return found
