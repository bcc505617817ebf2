"""The first schema.

The shared part is plain; what the two databases do not share (full-text
search, triggers) is written out for each.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_Id: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXED: Final = ("segments", "memory_units")


def upgrade() -> None:
    """Make tables, search indexes and the triggers that keep decisions append-only."""
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    for table in _INDEXED:
        op.execute(
            f"CREATE VIRTUAL TABLE {table}_fts USING fts5("
            "source, target, content='', tokenize='unicode61 remove_diacritics 0')"
        )
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER decisions_no_{event.lower()} BEFORE {event} ON decisions "
            "BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END"
        )


def _postgresql() -> None:
    for table in _INDEXED:
        op.execute(
            f"CREATE TABLE {table}_grams (id bigint PRIMARY KEY, source text[] NOT NULL, target text[] NOT NULL)"
        )
        for side in ("source", "target"):
            op.execute(f"CREATE INDEX ix_{table}_grams_{side} ON {table}_grams USING gin ({side})")
    op.execute(
        "CREATE FUNCTION zhengming_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'decisions are append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions "
        "FOR EACH ROW EXECUTE FUNCTION zhengming_append_only()"
    )


def _tables() -> None:
    _originals()
    _projects()
    _results()
    _users()
    _documents()
    _memory_units()
    _proposals()
    _runs()
    _sessions()
    _run_items()
    _versions()
    _segments()
    _decisions()
    _flags()
    _locks()


def _originals() -> None:
    op.create_table(
        "originals",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_originals")),
    )


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("name", name=op.f("uq_projects_name")),
    )


def _results() -> None:
    op.create_table(
        "results",
        sa.Column("dependency", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("dependency", name=op.f("pk_results")),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default=sa.text("'reviewer'"), nullable=False),
        sa.Column("password", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("token", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("disabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("project_id", _Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("genre", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("date", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("version_id", _Id, nullable=True),
        sa.Column("segments", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reviewed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("open_flags", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_documents_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_documents_project_id_name")),
    )


def _memory_units() -> None:
    op.create_table(
        "memory_units",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("project_id", _Id, nullable=False),
        sa.Column("source", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("target", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("pattern", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("source_hash", sa.String(length=32), nullable=False),
        sa.Column("pattern_hash", sa.String(length=32), nullable=False),
        sa.Column("skeleton_hash", sa.String(length=32), nullable=False),
        sa.Column("previous_hash", sa.String(length=32), server_default=sa.text("''"), nullable=False),
        sa.Column("following_hash", sa.String(length=32), server_default=sa.text("''"), nullable=False),
        sa.Column("glossary", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("concepts", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("document", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("segment_id", _Id, nullable=True),
        sa.Column("decision_id", _Id, nullable=True),
        sa.Column("user", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("retired", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_memory_units_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memory_units")),
    )
    op.create_index("ix_memory_units_pattern_hash", "memory_units", ["pattern_hash", "project_id"], unique=False)
    op.create_index("ix_memory_units_skeleton_hash", "memory_units", ["skeleton_hash", "project_id"], unique=False)
    op.create_index("ix_memory_units_segment_id", "memory_units", ["segment_id"], unique=False)
    op.create_index("ix_memory_units_source_hash", "memory_units", ["source_hash", "project_id"], unique=False)


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("project_id", _Id, nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("concept", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("zh", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("before", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("after", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("count", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("evidence", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'proposed'"), nullable=False),
        sa.Column("user", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("decided_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_proposals_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index("ix_proposals_project_id", "proposals", ["project_id", "state", "zh"], unique=False)


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("project_id", _Id, nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'running'"), nullable=False),
        sa.Column("command", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("signature", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("configuration", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("report", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("finished", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_runs_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", _Id, nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("expires", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )


def _run_items() -> None:
    op.create_table(
        "run_items",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("run_id", _Id, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("output", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("output_digest", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("dependency", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("document_id", _Id, nullable=True),
        sa.Column("version_id", _Id, nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("started", sa.String(length=32), nullable=True),
        sa.Column("finished", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_items_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_items")),
        sa.UniqueConstraint("run_id", "path", name=op.f("uq_run_items_run_id_path")),
    )
    op.create_index("ix_run_items_path_digest", "run_items", ["path", "digest"], unique=False)
    op.create_index("ix_run_items_run_id_state", "run_items", ["run_id", "state"], unique=False)


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("document_id", _Id, nullable=False),
        sa.Column("number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("'translated'"), nullable=False),
        sa.Column("base_id", _Id, nullable=True),
        sa.Column("upto", _Id, nullable=True),
        sa.Column("original", sa.String(length=64), nullable=True),
        sa.Column("skeleton", sa.LargeBinary(), nullable=True),
        sa.Column("signature", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("glossary", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("user", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_versions_document_id")),
        sa.ForeignKeyConstraint(["original"], ["originals.digest"], name=op.f("fk_versions_original")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_versions_document_id_number")),
    )


def _segments() -> None:
    op.create_table(
        "segments",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("project_id", _Id, nullable=False),
        sa.Column("document_id", _Id, nullable=False),
        sa.Column("version_id", _Id, nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("source", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("initial", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("target", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'initial'"), nullable=False),
        sa.Column("source_hash", sa.String(length=32), nullable=False),
        sa.Column("context_hash", sa.String(length=32), nullable=False),
        sa.Column("terms_hash", sa.String(length=32), nullable=False),
        sa.Column("risk", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("open_flags", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("assigned_id", _Id, nullable=True),
        sa.Column("previous_id", _Id, nullable=True),
        sa.Column("relation", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("decision_id", _Id, nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["assigned_id"], ["users.id"], name=op.f("fk_segments_assigned_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_segments_document_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_segments_project_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_segments_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("version_id", "name", name=op.f("uq_segments_version_id_name")),
    )
    op.create_index("ix_segments_assigned_id", "segments", ["assigned_id"], unique=False)
    op.create_index("ix_segments_queue", "segments", ["project_id", "current", sa.text("risk DESC"), "id"])
    op.create_index("ix_segments_source_hash", "segments", ["source_hash", "project_id"], unique=False)
    op.create_index("ix_segments_version_id_position", "segments", ["version_id", "position"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("project_id", _Id, nullable=False),
        sa.Column("document_id", _Id, nullable=False),
        sa.Column("version_id", _Id, nullable=False),
        sa.Column("segment_id", _Id, nullable=False),
        sa.Column("flag_id", _Id, nullable=True),
        sa.Column("parent_id", _Id, nullable=True),
        sa.Column("undoes_id", _Id, nullable=True),
        sa.Column("action", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("scope", sa.Text(), server_default=sa.text("'this'"), nullable=False),
        sa.Column("user", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("before", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("after", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("state_before", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("state_after", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("term", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("rendering_before", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("rendering_after", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("data", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("source_hash", sa.String(length=32), nullable=False),
        sa.Column("context_hash", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_decisions_document_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_decisions_project_id")),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_decisions_segment_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_decisions_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_document_id", "decisions", ["document_id"], unique=False)
    op.create_index("ix_decisions_parent_id", "decisions", ["parent_id"], unique=False)
    op.create_index("ix_decisions_scope_term", "decisions", ["project_id", "scope", "term"], unique=False)
    op.create_index("ix_decisions_segment_id", "decisions", ["segment_id"], unique=False)
    op.create_index("ix_decisions_source_hash", "decisions", ["source_hash"], unique=False)
    op.create_index("ix_decisions_undoes_id", "decisions", ["undoes_id"], unique=False)


def _flags() -> None:
    op.create_table(
        "flags",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("segment_id", _Id, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("severity", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("category", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("message", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("source_start", sa.Integer(), nullable=True),
        sa.Column("source_end", sa.Integer(), nullable=True),
        sa.Column("target_start", sa.Integer(), nullable=True),
        sa.Column("target_end", sa.Integer(), nullable=True),
        sa.Column("candidates", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_flags_segment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
    )
    op.create_index("ix_flags_code_state", "flags", ["code", "state", "segment_id"], unique=False)
    op.create_index("ix_flags_segment_id", "flags", ["segment_id"], unique=False)


def _locks() -> None:
    op.create_table(
        "locks",
        sa.Column("segment_id", _Id, autoincrement=False, nullable=False),
        sa.Column("user", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("expires", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_locks_segment_id")),
        sa.PrimaryKeyConstraint("segment_id", name=op.f("pk_locks")),
    )
