"""The tables, for SQLite and PostgreSQL alike.

Times are UTC in ISO 8601 text, so that they sort as they stand; structured
columns hold JSON text. Rows that reviewers share carry a ``revision`` that
grows with each change (optimistic locking). ``decisions`` is append-only: the
migrations put triggers on it that refuse any other change.

What no query looks into (terms, hypotheses, edits, offsets) is kept as one
compressed JSON value per segment.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

# Named constraints can be altered by later migrations on both databases.
metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite numbers rows itself only in columns of type INTEGER.
_Id: Final = BigInteger().with_variant(Integer, "sqlite")


def _key() -> Column[int]:
    return Column("id", _Id, primary_key=True, autoincrement=True)


def _ref(name: str, to: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, _Id, ForeignKey(f"{to}.id"), nullable=nullable)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text(f"'{default}'"))


def _count(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text(str(default)))


def _time(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(32), nullable=nullable)


projects: Final = Table("projects", metadata, _key(), Column("name", Text, nullable=False, unique=True), _time("at"))

users: Final = Table(
    "users",
    metadata,
    _key(),
    Column("name", Text, nullable=False, unique=True),
    _text("role", "reviewer"),
    # A self-describing hash (scrypt or argon2), or empty where login is by token only.
    _text("password"),
    # SHA-256 of an API token, or empty.
    _text("token"),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    _time("at"),
)

sessions: Final = Table(
    "sessions",
    metadata,
    # SHA-256 of the cookie's value: a stolen database opens no session.
    Column("id", String(64), primary_key=True),
    _ref("user_id", "users"),
    Column("csrf", String(64), nullable=False),
    _time("at"),
    _time("expires"),
)

documents: Final = Table(
    "documents",
    metadata,
    _key(),
    _ref("project_id", "projects"),
    Column("name", Text, nullable=False),
    _text("format"),
    _text("genre"),
    _text("date"),
    # The version whose segments are worked on; set right after it is made.
    Column("version_id", _Id, nullable=True),
    # Kept with each change, so that progress is read without counting.
    _count("segments"),
    _count("reviewed"),
    _count("open_flags"),
    _count("revision", 1),
    _time("at"),
    UniqueConstraint("project_id", "name"),
)

originals: Final = Table(
    "originals",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

versions: Final = Table(
    "versions",
    metadata,
    _key(),
    _ref("document_id", "documents"),
    _count("number"),
    # ``translated`` has segments of its own; ``released`` names a moment in the life of another's.
    _text("kind", "translated"),
    Column("base_id", _Id, nullable=True),
    Column("upto", _Id, nullable=True),
    Column("original", String(64), ForeignKey("originals.digest"), nullable=True),
    # The document without its segments, compressed exchange JSON.
    Column("skeleton", LargeBinary, nullable=True),
    _text("signature"),
    _text("glossary"),
    _text("note"),
    _text("user"),
    _time("at"),
    UniqueConstraint("document_id", "number"),
)

segments: Final = Table(
    "segments",
    metadata,
    _key(),
    _ref("project_id", "projects"),
    _ref("document_id", "documents"),
    _ref("version_id", "versions"),
    _count("position"),
    Column("name", Text, nullable=False),
    _text("block"),
    _text("kind"),
    _text("source"),
    # What the program delivered, and what stands now.
    _text("initial"),
    _text("target"),
    _text("state", "initial"),
    Column("source_hash", String(32), nullable=False),
    Column("context_hash", String(32), nullable=False),
    # Hash of what the glossary says about the segment's terms.
    Column("terms_hash", String(32), nullable=False),
    _count("risk"),
    _count("open_flags"),
    # True in the version that its document works on.
    Column("current", Boolean, nullable=False),
    _ref("assigned_id", "users", nullable=True),
    # The segment of the version before that it continues, and how.
    Column("previous_id", _Id, nullable=True),
    _text("relation"),
    # The decision that its target rests on.
    Column("decision_id", _Id, nullable=True),
    Column("data", LargeBinary, nullable=False),
    _count("revision", 1),
    UniqueConstraint("version_id", "name"),
    Index("ix_segments_version_id_position", "version_id", "position"),
    Index("ix_segments_queue", "project_id", "current", text("risk DESC"), "id"),
    Index("ix_segments_source_hash", "source_hash", "project_id"),
    Index("ix_segments_assigned_id", "assigned_id"),
)

flags: Final = Table(
    "flags",
    metadata,
    _key(),
    _ref("segment_id", "segments"),
    Column("code", String(8), nullable=False),
    _text("severity"),
    _text("category"),
    _text("message"),
    Column("source_start", Integer, nullable=True),
    Column("source_end", Integer, nullable=True),
    Column("target_start", Integer, nullable=True),
    Column("target_end", Integer, nullable=True),
    # JSON: pairs of text and evidence.
    _text("candidates", "[]"),
    _text("state", "open"),
    # What a later run recognises it by.
    Column("fingerprint", String(32), nullable=False),
    Index("ix_flags_segment_id", "segment_id"),
    Index("ix_flags_code_state", "code", "state", "segment_id"),
)

decisions: Final = Table(
    "decisions",
    metadata,
    _key(),
    _ref("project_id", "projects"),
    _ref("document_id", "documents"),
    _ref("version_id", "versions"),
    _ref("segment_id", "segments"),
    Column("flag_id", _Id, nullable=True),
    # The decision of a person that this one follows from; empty for that one itself.
    Column("parent_id", _Id, nullable=True),
    # For ``undo``: what is taken back.
    Column("undoes_id", _Id, nullable=True),
    _text("action"),
    _text("scope", "this"),
    _text("user"),
    _text("reason"),
    _text("before"),
    _text("after"),
    _text("state_before"),
    _text("state_after"),
    # The term whose rendering it changes, where it does.
    _text("term"),
    _text("rendering_before"),
    _text("rendering_after"),
    # JSON: states of flags before, memory units made, glossary rows before, …
    _text("data", "{}"),
    Column("source_hash", String(32), nullable=False),
    Column("context_hash", String(32), nullable=False),
    _time("at"),
    Index("ix_decisions_segment_id", "segment_id"),
    Index("ix_decisions_document_id", "document_id"),
    Index("ix_decisions_parent_id", "parent_id"),
    Index("ix_decisions_undoes_id", "undoes_id"),
    Index("ix_decisions_source_hash", "source_hash"),
    Index("ix_decisions_scope_term", "project_id", "scope", "term"),
)

locks: Final = Table(
    "locks",
    metadata,
    Column("segment_id", _Id, ForeignKey("segments.id"), primary_key=True, autoincrement=False),
    _text("user"),
    _time("expires"),
)

memory_units: Final = Table(
    "memory_units",
    metadata,
    _key(),
    _ref("project_id", "projects"),
    _text("source"),
    _text("target"),
    # The source with numbers, dates and document numbers abstracted.
    _text("pattern"),
    Column("source_hash", String(32), nullable=False),
    Column("pattern_hash", String(32), nullable=False),
    Column("skeleton_hash", String(32), nullable=False),
    Column("previous_hash", String(32), nullable=False, server_default=text("''")),
    Column("following_hash", String(32), nullable=False, server_default=text("''")),
    # What the glossary said then: its digest, and JSON of concept id to rendering.
    _text("glossary"),
    _text("concepts", "{}"),
    _text("document"),
    Column("segment_id", _Id, nullable=True),
    Column("decision_id", _Id, nullable=True),
    _text("user"),
    _time("at"),
    _time("retired", nullable=True),
    Index("ix_memory_units_source_hash", "source_hash", "project_id"),
    Index("ix_memory_units_pattern_hash", "pattern_hash", "project_id"),
    Index("ix_memory_units_skeleton_hash", "skeleton_hash", "project_id"),
    Index("ix_memory_units_segment_id", "segment_id"),
)

proposals: Final = Table(
    "proposals",
    metadata,
    _key(),
    _ref("project_id", "projects"),
    # ``prefer``, ``forbid`` or ``learned``.
    _text("kind"),
    _text("concept"),
    _text("zh"),
    _text("before"),
    _text("after"),
    _count("count", 1),
    # JSON: decision ids that speak for it.
    _text("evidence", "[]"),
    _text("state", "proposed"),
    _text("user"),
    _text("decided_by"),
    _text("reason"),
    _count("revision", 1),
    _time("at"),
    _time("decided_at", nullable=True),
    Index("ix_proposals_project_id", "project_id", "state", "zh"),
)

sense_choices: Final = Table(
    "sense_choices",
    metadata,
    _key(),
    _ref("project_id", "projects"),
    _ref("segment_id", "segments"),
    _ref("decision_id", "decisions"),
    _text("zh"),
    _text("concept"),
    # JSON: the words around the term.
    _text("context", "{}"),
    # The later decision that chose otherwise for the same place.
    Column("retired_by", _Id, nullable=True),
    Index("ix_sense_choices_project_id", "project_id", "retired_by"),
    Index("ix_sense_choices_decision_id", "decision_id"),
    Index("ix_sense_choices_retired_by", "retired_by"),
    Index("ix_sense_choices_segment_id", "segment_id", "zh"),
)

runs: Final = Table(
    "runs",
    metadata,
    _key(),
    _ref("project_id", "projects"),
    _text("state", "running"),
    _text("command"),
    _text("signature"),
    _text("configuration"),
    _text("report", "{}"),
    _time("at"),
    _time("finished", nullable=True),
)

run_items: Final = Table(
    "run_items",
    metadata,
    _key(),
    _ref("run_id", "runs"),
    Column("path", Text, nullable=False),
    # SHA-256 of the input's bytes.
    _text("digest"),
    _text("state", "pending"),
    _text("output"),
    # SHA-256 of the delivered bytes, so that a delivered file is recognised.
    _text("output_digest"),
    _text("error"),
    _count("attempts"),
    # Hash of all that the result depends on besides the input.
    _text("dependency"),
    Column("document_id", _Id, nullable=True),
    Column("version_id", _Id, nullable=True),
    Column("seconds", Float, nullable=True),
    _time("started", nullable=True),
    _time("finished", nullable=True),
    UniqueConstraint("run_id", "path"),
    Index("ix_run_items_path_digest", "path", "digest"),
    Index("ix_run_items_run_id_state", "run_id", "state"),
)

results: Final = Table(
    "results",
    metadata,
    # Hash of everything that a segment's result depends on.
    Column("dependency", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
    _time("at"),
)
