"""Sense conditions: a small boolean language over the context of a match.

::

    condition := disjunct { "or" disjunct }
    disjunct  := negated { "and" negated }
    negated   := [ "not" ] ( test | "(" condition ")" )
    test      := name "(" word { "/" word } ")"

``before(W)`` and ``after(W)`` look at the text directly before and after the
match, ``near(W)`` at twelve characters on either side, ``segment(W)`` and
``document(W)`` anywhere there, ``genre(X)`` at the document's genre.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

NEAR: Final = 12
TESTS: Final = ("before", "after", "near", "segment", "document", "genre")
_TOKEN: Final = re.compile(r"\s*(?:(and|or|not)\b|(\()|(\))|([a-z]+)\(([^()]*)\))")


class ConditionError(ValueError):
    """A condition cannot be parsed; the message names the column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a condition may look at.

    Attributes:
        text: The segment.
        start: Where the match begins in it.
        end: Where it ends.
        document: The whole document.
        genre: The document's genre.
    """

    text: str
    start: int
    end: int
    document: str = ""
    genre: str = ""


@dataclass(frozen=True, slots=True)
class ContextTest:
    """One test, true where any of its words is found."""

    name: str
    words: tuple[str, ...]

    def holds(self, context: Context) -> bool:
        """Whether the test is true in a context."""
        left, right = context.text[: context.start], context.text[context.end :]
        match self.name:
            case "before":
                return left.endswith(self.words)
            case "after":
                return right.startswith(self.words)
            case "near":
                return any(word in left[-NEAR:] or word in right[:NEAR] for word in self.words)
            case "segment":
                return any(word in context.text for word in self.words)
            case "document":
                return any(word in context.document for word in self.words)
            case _:
                return context.genre in self.words

    def __str__(self) -> str:
        return f"{self.name}({'/'.join(self.words)})"


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    inner: Condition

    def holds(self, context: Context) -> bool:
        """True where the inner condition is false."""
        return not self.inner.holds(context)

    def __str__(self) -> str:
        return f"not ({self.inner})" if isinstance(self.inner, Junction) else f"not {self.inner}"


@dataclass(frozen=True, slots=True)
class Junction:
    """``and`` or ``or`` of several conditions."""

    operator: str
    parts: tuple[Condition, ...]

    def holds(self, context: Context) -> bool:
        """Whether all, or any, of the parts are true."""
        values = (part.holds(context) for part in self.parts)
        return all(values) if self.operator == "and" else any(values)

    def __str__(self) -> str:
        shown = (f"({part})" if isinstance(part, Junction) else str(part) for part in self.parts)
        return f" {self.operator} ".join(shown)


Condition = ContextTest | Not | Junction


def parse_condition(text: str) -> Condition:
    """Parse a condition.

    Raises:
        ConditionError: With the column (1-based) where it fails.
    """
    return _Parser(text).parse()


class _Parser:
    """Recursive descent; ``_at`` is the position of the next token."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def parse(self) -> Condition:
        condition = self._junction("or")
        if self._text[self._at :].strip():
            raise self._error("expected 'and', 'or' or the end")
        return condition

    def _junction(self, operator: str) -> Condition:
        parts = [self._operand(operator)]
        while self._accept(operator):
            parts.append(self._operand(operator))
        return parts[0] if len(parts) == 1 else Junction(operator, tuple(parts))

    def _operand(self, operator: str) -> Condition:
        return self._junction("and") if operator == "or" else self._negated()

    def _negated(self) -> Condition:
        if self._accept("not"):
            return Not(self._negated())
        match = _TOKEN.match(self._text, self._at)
        if match and match[2]:
            self._at = match.end()
            inner = self._junction("or")
            closing = _TOKEN.match(self._text, self._at)
            if not closing or not closing[3]:
                raise self._error("expected ')'")
            self._at = closing.end()
            return inner
        if match and match[4]:
            return self._test(match)
        raise self._error(f"expected a test: {', '.join(TESTS)}")

    def _test(self, match: re.Match[str]) -> ContextTest:
        if match[4] not in TESTS:
            raise self._error(f"unknown test {match[4]!r}; known: {', '.join(TESTS)}")
        words = tuple(word.strip() for word in match[5].split("/"))
        if not all(words):
            raise self._error(f"{match[4]}() needs words, separated by /")
        self._at = match.end()
        return ContextTest(match[4], words)

    def _accept(self, word: str) -> bool:
        match = _TOKEN.match(self._text, self._at)
        if match and match[1] == word:
            self._at = match.end()
            return True
        return False

    def _error(self, message: str) -> ConditionError:
        return ConditionError(f"column {self._at + 1}: {message}")
