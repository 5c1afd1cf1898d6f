"""Rooms and whose they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From the revision before to this one."""
    op.create_table(
        "room_bindings",
        sa.Column("circle", sa.String(length=100), nullable=False),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("circle", name=op.f("pk_room_bindings")),
        sa.UniqueConstraint("room", name="uq_room_bindings_one_circle"),
    )
    op.create_table(
        "rooms",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("names", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("person", sa.Text(), server_default="", nullable=False),
        sa.Column("successor", sa.Text(), server_default="", nullable=False),
        sa.Column("encrypted", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("writable", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "standing IN ('joined', 'left', 'replaced')", name=op.f("ck_rooms_standing_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
    )
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rooms_successor"), ["successor"], unique=False)
