"""Post-edit rules: each proposes replacements in a target that it is certain of.

A rule that is not certain does nothing; a check raises the flag. Rules see the
target that earlier ones left.
"""

from __future__ import annotations

from typing import Final

from pipeline.stages._rules.base import Replacement, Rule, RuleContext
from pipeline.stages._rules.bounds import fix_bounds
from pipeline.stages._rules.grammar import (
    fix_agreement,
    fix_coordinated_verbs,
    fix_gerunds,
    fix_nobody,
    fix_opening_and,
    fix_plural_articles,
    fix_resumed_subject,
    fix_title_agreement,
    fix_verb_after_modal,
)
from pipeline.stages._rules.typography import (
    fix_articles,
    fix_capitals,
    fix_chapters,
    fix_commas,
    fix_doubled_words,
    fix_ending,
    fix_typography,
)
from pipeline.stages._rules.values import (
    fix_codes,
    fix_date_prepositions,
    fix_date_style,
    fix_dates,
    fix_document_numbers,
    fix_item_numbers,
    fix_numbers,
    fix_percent,
    fix_provisions,
    fix_units,
    fix_whole_values,
    source_quantities,
    target_quantities,
)
from pipeline.stages._rules.wording import (
    fix_closed_lists,
    fix_countries,
    fix_forbidden,
    fix_institutions,
    fix_names,
    fix_obligation,
    fix_originals,
    fix_self_reference,
    fix_serial_commas,
    fix_spelling,
    fix_state,
)

__all__ = ["RULES", "Replacement", "Rule", "RuleContext", "source_quantities", "target_quantities"]

RULES: Final[dict[str, Rule]] = {
    "typography": fix_typography,
    "whole-value": fix_whole_values,
    "code": fix_codes,
    "date": fix_dates,
    "date-style": fix_date_style,
    "percent": fix_percent,
    "document-number": fix_document_numbers,
    "provision": fix_provisions,
    "item-number": fix_item_numbers,
    "number": fix_numbers,
    "unit": fix_units,
    "bound": fix_bounds,
    "forbidden": fix_forbidden,
    "name": fix_names,
    "original": fix_originals,
    "doubled-words": fix_doubled_words,
    "closed-list": fix_closed_lists,
    "institution": fix_institutions,
    "country": fix_countries,
    "state": fix_state,
    "self-reference": fix_self_reference,
    "agreement": fix_agreement,
    "title-agreement": fix_title_agreement,
    "coordinated-verbs": fix_coordinated_verbs,
    "gerund": fix_gerunds,
    "verb-after-modal": fix_verb_after_modal,
    "nobody": fix_nobody,
    "resumed-subject": fix_resumed_subject,
    "opening-and": fix_opening_and,
    "plural-article": fix_plural_articles,
    "article": fix_articles,
    "obligation": fix_obligation,
    "serial-comma": fix_serial_commas,
    "date-preposition": fix_date_prepositions,
    "comma": fix_commas,
    "spelling": fix_spelling,
    "chapter": fix_chapters,
    "ending": fix_ending,
    "capitals": fix_capitals,
}
