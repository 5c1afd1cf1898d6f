"""The recap's letters, calendar and load."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From the revision before to this one."""
    with op.batch_alter_table("digest_editions") as editions:
        editions.drop_constraint("uq_digest_editions_week", type_="unique")
        editions.alter_column("week", new_column_name="period")
        editions.add_column(sa.Column("kind", sa.String(110), server_default="recap", nullable=False))
        for load in ("messages", "minutes", "asks", "mails"):
            editions.add_column(sa.Column(load, sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("digest_editions") as editions:
        editions.create_unique_constraint("uq_digest_editions_period", ["kind", "period"])
    op.add_column("digest_items", sa.Column("event", sa.JSON(), nullable=True))
    op.add_column("digest_items", sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("digest_lines", sa.Column("about", sa.String(200), server_default="", nullable=False))
    with op.batch_alter_table("preferences") as preferences:
        preferences.add_column(sa.Column("rhythm", sa.String(10), server_default="week", nullable=False))
        preferences.drop_constraint(op.f("ck_preferences_recap_known"), type_="check")
        preferences.create_check_constraint("recap_known", "recap IN ('list', 'personal', 'no', 'none')")
        preferences.create_check_constraint("rhythm_known", "rhythm IN ('week', 'month')")
