"""What reviewers chose for terms with several senses."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_Id: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sense_choices",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("project_id", _Id, nullable=False),
        sa.Column("segment_id", _Id, nullable=False),
        sa.Column("decision_id", _Id, nullable=False),
        sa.Column("zh", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("concept", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("context", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("retired_by", _Id, nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_sense_choices_decision_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_sense_choices_project_id")),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_sense_choices_segment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sense_choices")),
    )
    op.create_index("ix_sense_choices_decision_id", "sense_choices", ["decision_id"], unique=False)
    op.create_index("ix_sense_choices_project_id", "sense_choices", ["project_id", "retired_by"], unique=False)
    op.create_index("ix_sense_choices_retired_by", "sense_choices", ["retired_by"], unique=False)
    op.create_index("ix_sense_choices_segment_id", "sense_choices", ["segment_id", "zh"], unique=False)
