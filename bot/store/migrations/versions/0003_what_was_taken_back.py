"""What was taken back or reworded in an exchange, and in whose name a line was left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From the revision before to this one."""
    op.add_column("threads", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.add_column("digest_items", sa.Column("version", sa.String(60), server_default="", nullable=False))
    op.add_column("digest_lines", sa.Column("circle", sa.String(100), server_default="", nullable=False))
