"""How often what was chosen in similar contexts is right: ``python tests/bench/bench_senses.py``.

Bilingual pairs of the repository stand for a reviewer's choices: where a term
with several senses is left open by its written conditions, and the English has
the preferred rendering of exactly one of them, that is what was chosen. Pairs
come in random order; each is held against those before it.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterator

from pipeline.core.flags import Span
from pipeline.lang.normaliser import fold
from pipeline.resources import shipped
from pipeline.termbase.choose import choose
from pipeline.termbase.condition import Context
from pipeline.termbase.evidence import SenseChoice, SenseContext, SenseEvidence, leading, sense_of
from pipeline.termbase.glossary import Glossary
from pipeline.termbase.match import Matcher

Example = tuple[str, Span, str, str]


def pairs() -> Iterator[tuple[str, str]]:
    """Chinese and English of the training pairs and the gold documents."""
    corpus = shipped("corpus")
    for path in sorted((corpus / "training").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            zh, _, rest = line.partition("\t")
            yield zh, rest.partition("\t")[0]
    for path in sorted((corpus / "gold").glob("*.zh.md")):
        english = path.with_name(path.name.replace(".zh.", ".en."))
        yield from zip(path.read_text("utf-8").split("\n"), english.read_text("utf-8").split("\n"), strict=True)


def examples(glossary: Glossary) -> Iterator[Example]:
    """Sentence, term, what would be chosen without evidence, and what was chosen."""
    matcher = Matcher(glossary.entries)
    for zh, english in pairs():
        for span, _ in matcher.find(zh):
            entries = list(glossary.standing_for(span.of(zh)))
            if len({entry.preferred for entry in entries}) < 2 or zh.count(span.of(zh)) != 1:
                continue
            context = Context(text=fold(zh), start=span.start, end=span.end, document=fold(zh))
            held = sum(entry.parsed_condition.holds(context) for entry in entries if entry.parsed_condition)
            said = [entry.id for entry in entries if sense_of([entry], entry.preferred) and entry.preferred in english]
            if held != 1 and len(said) == 1:
                yield zh, span, choose(entries, context)[0].id, said[0]


def main() -> None:
    """Print coverage and accuracy."""
    glossary = Glossary.load(sorted(shipped("glossaries").glob("*.csv")))
    found = list(examples(glossary))
    random.Random(1).shuffle(found)
    past: dict[str, list[SenseChoice]] = defaultdict(list)
    asked = decided = right = default = 0
    for zh, span, usual, chosen in found:
        term = span.of(zh)
        asked += 1
        votes = SenseEvidence(reversed(past[term])).votes(zh, span, glossary.standing_for(term))
        best = leading(votes)
        if best:
            decided += 1
            right += best == chosen
            default += usual == chosen
        past[term].append(SenseChoice(zh=term, concept=chosen, context=SenseContext.of(zh, span)))
    sys.stdout.write(
        f"{asked} places that no written condition decides; evidence decided {decided} of them\n"
        f"right by evidence {right / max(1, decided):.3f}, right by default {default / max(1, decided):.3f}\n"
    )


if __name__ == "__main__":
    main()
