"""A contract for import-linter: of our own code, a package knows only what the contract names.

The built-in kinds list what is forbidden, so a new module would be allowed to everybody unseen.
"""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

OURS = ("bot", "handlers")


class KnowsOnly(Contract):
    """``packages`` import, directly, nothing of ours but themselves and ``known``."""

    type_name = "knows_only"

    packages = fields.ListField(subfield=fields.StringField())
    known = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find every import that is not allowed."""
        breaches = []
        for package in self.packages:  # type: ignore[attr-defined]
            allowed = (package, *(self.known or []))  # type: ignore[misc]
            for module in sorted(name for name in graph.modules if _within(name, (package,))):
                for imported in sorted(graph.find_modules_directly_imported_by(module)):
                    if _within(imported, OURS) and not _within(imported, allowed) and imported != "bot":
                        breaches.append(f"{module} -> {imported}")
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which imports these are."""
        for breach in check.metadata["breaches"]:
            output.print_error(f"- {breach}")


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
