"""Where what is delivered beside the code is: templates, and the configuration files.

In a checkout they stand beside ``bot/``; in a wheel they are inside it, under ``bot/_data/``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def in_wheel() -> bool:
    """Whether this is an installed wheel (nobody writes there) and not a checkout."""
    return (_PACKAGE / "_data").is_dir()


def root() -> Path:
    """The folder that holds ``templates/`` and ``config/``."""
    return _PACKAGE / "_data" if in_wheel() else _PACKAGE.parent


def templates() -> Path:
    """Every word a person reads, by language and capability."""
    return root() / "templates"


def config() -> Path:
    """``navette.toml`` (the defaults), ``demo.toml`` and the other files delivered with Navette."""
    return root() / "config"
