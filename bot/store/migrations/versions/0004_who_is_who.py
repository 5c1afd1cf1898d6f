"""Who is who."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From the revision before to this one."""
    op.create_table(
        "link_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("from_channel", sa.String(length=10), nullable=False),
        sa.Column("from_value", sa.Text(), nullable=False),
        sa.Column("to_channel", sa.String(length=10), nullable=False),
        sa.Column("to_value", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_codes")),
    )
    with op.batch_alter_table("link_codes", schema=None) as batch_op:
        batch_op.create_index("ix_link_codes_from", ["from_channel", "from_value"], unique=False)
        batch_op.create_index("ix_link_codes_to", ["to_channel", "to_value", "created_at"], unique=False)

    op.create_table(
        "territories",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("departments", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("towns", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("except_towns", sa.JSON(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_territories")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "source IN ('settings', 'import', 'list', 'command', 'code')",
            name=op.f("ck_memberships_source_known"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_memberships_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("place_id", "year", name="uq_memberships_one_a_year"),
    )
    op.create_table(
        "seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circle", sa.String(length=100), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "source IN ('settings', 'import', 'list', 'command', 'code')", name=op.f("ck_seats_source_known")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_seats_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seats_circle"), ["circle"], unique=False)
        batch_op.create_index(
            "uq_seats_open", ["circle", "place_id"], unique=True, sqlite_where=sa.text("until IS NULL")
        )

    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("seals", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_erasures_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("mark", name=op.f("uq_erasures_mark")),
        sa.UniqueConstraint("number", name=op.f("uq_erasures_number")),
        sa.UniqueConstraint("person_id", name=op.f("uq_erasures_person_id")),
    )
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("moved", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("split_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("kept_id <> gone_id", name=op.f("ck_merges_two_people")),
        sa.ForeignKeyConstraint(["gone_id"], ["people.id"], name=op.f("fk_merges_gone_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["people.id"], name=op.f("fk_merges_kept_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merges_gone_id"), ["gone_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merges_kept_id"), ["kept_id"], unique=False)

    op.create_table(
        "preferences",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), server_default="", nullable=False),
        sa.Column("recap", sa.String(length=10), server_default="list", nullable=False),
        sa.Column("reminders", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), server_default="", nullable=False),
        sa.Column("quiet_until", sa.String(length=5), server_default="", nullable=False),
        sa.Column("paused_until", sa.DateTime(), nullable=True),
        sa.Column("shown", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("distrusted_until", sa.DateTime(), nullable=True),
        sa.CheckConstraint("channel IN ('', 'mail', 'room')", name=op.f("ck_preferences_channel_known")),
        sa.CheckConstraint("recap IN ('list', 'personal', 'none')", name=op.f("ck_preferences_recap_known")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_preferences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "referents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("collective", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "source IN ('settings', 'import', 'list', 'command', 'code')",
            name=op.f("ck_referents_source_known"),
        ),
        sa.CheckConstraint(
            "(person_id IS NOT NULL) + (place_id IS NOT NULL) + (collective IS NOT NULL) = 1",
            name=op.f("ck_referents_one_kind"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_referents_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_referents_place_id")),
        sa.ForeignKeyConstraint(["territory"], ["territories.key"], name=op.f("fk_referents_territory")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referents")),
    )
    with op.batch_alter_table("referents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referents_territory"), ["territory"], unique=False)

    op.create_table(
        "reply_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_reply_tokens_outbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reply_tokens_person_id")),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompts.id"], name=op.f("fk_reply_tokens_prompt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_tokens")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_reply_tokens_outbox_id")),
        sa.UniqueConstraint("token", name=op.f("uq_reply_tokens_token")),
    )
    with op.batch_alter_table("reply_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_tokens_person_id"), ["person_id"], unique=False)

    op.create_table(
        "visits",
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("room", name=op.f("pk_visits")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visits_at"), ["at"], unique=False)

    with op.batch_alter_table("bodies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=2), server_default="", nullable=False))

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("source", sa.String(length=10), server_default="settings", nullable=False)
        )
        batch_op.add_column(sa.Column("verified_at", sa.DateTime(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_contacts_source_known"),
            "source IN ('settings', 'import', 'list', 'command', 'code')",
        )
    # Whoever runs the network had written them down.
    op.execute("UPDATE contacts SET verified_at = CURRENT_TIMESTAMP")

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("town", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("status", sa.String(length=10), nullable=True))
        batch_op.add_column(
            sa.Column("source", sa.String(length=10), server_default="settings", nullable=False)
        )
        batch_op.add_column(sa.Column("entered_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("notice_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("merged_into", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_people_merged_into"), "people", ["merged_into"], ["id"])
    op.execute("UPDATE people SET notice_at = CURRENT_TIMESTAMP")
    op.execute("UPDATE people SET status = CASE WHEN member THEN 'subscriber' ELSE 'newcomer' END")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("member")
        # Alembic reads an empty default back as an expression.
        batch_op.alter_column("town", existing_type=sa.Text(), server_default="")
        batch_op.alter_column("department", existing_type=sa.String(length=5), server_default="")
        batch_op.alter_column("status", existing_type=sa.String(length=10), nullable=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_people_status_known"), "status IN ('subscriber', 'newcomer', 'partner', 'former')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_people_source_known"),
            "source IN ('settings', 'import', 'list', 'command', 'code')",
        )

    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.add_column(sa.Column("town", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("sectors", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("rural", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("left_at", sa.DateTime(), nullable=True))

    with op.batch_alter_table("roles", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("source", sa.String(length=10), server_default="settings", nullable=False)
        )
        batch_op.alter_column("circle", existing_type=sa.String(length=100), server_default="")
        batch_op.create_check_constraint(
            batch_op.f("ck_roles_source_known"), "source IN ('settings', 'import', 'list', 'command', 'code')"
        )
