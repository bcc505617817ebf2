from __future__ import annotations

from pipeline.core.document import Block, BlockKind, Document
from pipeline.lang.style import HouseStyle
from pipeline.stages.post_edit import PostEditStage
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.glossary import Glossary
from pipeline.testing import segment

NAMES = {
    "商务部": ("Ministry of Commerce", "MOFCOM"),
    "海关总署": ("General Administration of Customs", "GACC"),
    "欧盟": ("European Union", "EU"),
    "外交部": ("Ministry of Foreign Affairs", "MFA"),
    "列管物项": ("controlled item", "CI"),
}
CONCEPTS = Glossary(
    tuple(
        ConceptEntry(id=zh, zh=zh, preferred=en, abbr=abbr, pos="noun" if abbr == "CI" else "proper")
        for zh, (en, abbr) in NAMES.items()
    )
)


def targets(*lines: tuple[str, str], abbreviate: bool = True) -> list[str]:
    """Targets of paragraphs (a source that begins with # is a heading)."""
    blocks = []
    for i, (source, english) in enumerate(lines):
        kind = BlockKind.HEADING if source.startswith("#") else BlockKind.PARAGRAPH
        text = source.removeprefix("#")
        terms = {zh: en for zh, (en, _) in NAMES.items() if zh in text}
        one = segment(text, id=f"s{i}", terms=terms, hypotheses=[english])
        blocks.append(Block(id=f"b{i}", kind=kind, source=text, text=text, segments=(one,)))
    document = Document(name="a", format="text", blocks=tuple(blocks), provides=frozenset({"hypotheses"}))
    done = PostEditStage(style=HouseStyle(abbreviate=abbreviate), concepts=CONCEPTS)(document)
    return [segment.target for segment in done.segments]


def test_an_institution_is_introduced_in_full_and_abbreviated_afterwards() -> None:
    assert targets(
        ("商务部发布公告。", "The Ministry of Commerce issued an announcement."),
        ("商务部要求备案。", "The Ministry of Commerce requires record-filing."),
        ("向商务部申请。", "Apply to the Ministry of Commerce."),
    ) == [
        "The Ministry of Commerce (MOFCOM) issued an announcement.",
        "MOFCOM requires record-filing.",
        "Apply to MOFCOM.",
    ]


def test_what_is_mentioned_once_stays_in_full() -> None:
    assert targets(("海关总署发布公告。", "The General Administration of Customs issued it.")) == [
        "The General Administration of Customs issued it."
    ]


def test_a_heading_neither_introduces_nor_abbreviates() -> None:
    assert targets(
        ("#商务部公告", "Ministry of Commerce Announcement"),
        ("商务部决定。", "The Ministry of Commerce has decided."),
        ("商务部解释。", "The Ministry of Commerce explains."),
    )[:2] == ["Ministry of Commerce Announcement", "The Ministry of Commerce (MOFCOM) has decided."]


def test_articles_fit_the_abbreviation() -> None:
    assert (
        targets(
            ("外交部、欧盟表示。", "The Ministry of Foreign Affairs and the European Union said so."),
            ("外交部发言人、欧盟表示。", "A Ministry of Foreign Affairs spokesperson and the European Union said so."),
        )[1]
        == "An MFA spokesperson and the EU said so."
    )


def test_what_is_no_institution_is_not_abbreviated() -> None:
    lines = (("列管物项。", "A controlled item."), ("列管物项。", "A controlled item."))
    assert targets(*lines) == ["A controlled item.", "A controlled item."]


def test_without_the_setting_every_mention_is_in_full() -> None:
    line = ("商务部要求备案。", "The Ministry of Commerce requires record-filing.")
    assert targets(line, line, abbreviate=False) == [line[1], line[1]]
