"""The part of the MQM typology that flags use.

Source: Multidimensional Quality Metrics core, as ISO 5060:2024 and the MQM
Council publish it.
"""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """MQM severity levels."""

    NEUTRAL = "neutral"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class MqmCategory(StrEnum):
    """MQM error types, as ``dimension/type``."""

    TERMINOLOGY_RESOURCE = "terminology/inconsistent with terminology resource"
    TERMINOLOGY_INCONSISTENT = "terminology/inconsistent use of terminology"
    TERMINOLOGY_WRONG = "terminology/wrong term"
    ACCURACY_MISTRANSLATION = "accuracy/mistranslation"
    ACCURACY_OMISSION = "accuracy/omission"
    ACCURACY_ADDITION = "accuracy/addition"
    ACCURACY_UNTRANSLATED = "accuracy/untranslated"
    ACCURACY_NUMBER = "accuracy/mistranslation/number"
    ACCURACY_DATE = "accuracy/mistranslation/date-time"
    ACCURACY_NAME = "accuracy/mistranslation/entity"
    FLUENCY_GRAMMAR = "linguistic conventions/grammar"
    STYLE_REGISTER = "style/register"
    LOCALE_FORMAT = "locale conventions/format"
    DESIGN_MARKUP = "design and markup/markup tag"
    DESIGN_STRUCTURE = "design and markup/structure"
    UNCERTAIN = "other/uncertain rendering"
