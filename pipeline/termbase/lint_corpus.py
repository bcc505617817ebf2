"""Lint rules that hold entries against texts: G4xx."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.termbase.lint import LintContext, LintFinding, LintSeverity, finding, rule


@rule("G401", LintSeverity.ADVICE)
def occurs_nowhere(context: LintContext) -> Iterator[LintFinding]:
    """No form of a term occurs in the corpus."""
    if not context.corpus:
        return
    for entry in context.entries:
        if not any(context.key(zh) in context.text for zh in entry.sources):
            yield finding(entry, f"{entry.zh} occurs nowhere in the corpus", column="zh")


@rule("G402", LintSeverity.ADVICE)
def always_hidden(context: LintContext) -> Iterator[LintFinding]:
    """A term occurs in the corpus, but only inside longer terms or across words."""
    if not context.corpus:
        return
    for entry in context.entries:
        forms = [context.key(zh) for zh in entry.sources]
        if not any(context.matched[form] for form in forms) and any(form in context.text for form in forms):
            message = f"{entry.zh} occurs only inside longer terms or across words: no occurrence is matched"
            yield finding(entry, message, column="zh")
