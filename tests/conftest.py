"""What all tests share: the real servers, and a word on those that are absent."""

from __future__ import annotations

import pytest

from tests.servers.presence import costs, require

pytest_plugins = ["tests.servers.fixtures"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """``@pytest.mark.needs("notmuch")``: skip, or fail where CI=true, when a server is absent."""
    for mark in item.iter_markers("needs"):
        for server in mark.args:
            require(server)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each absent server: which tests did not run for want of it."""
    for server, tests in sorted(costs(terminalreporter.stats.get("skipped", [])).items()):
        names = ", ".join(sorted(set(tests)))
        terminalreporter.write_line(f"{server} is absent; tests that did not run: {len(tests)} ({names})")
