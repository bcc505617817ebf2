from __future__ import annotations

from pipeline.lang.segmenter import segment_spans
from pipeline.stages.segment import spacy_pipeline


def test_the_spacy_component_marks_the_same_segments() -> None:
    text = "出口量为5.54万吨。根据《出口管制法》，决定如下：（一）钐；（二）钆。"
    assert [str(sentence) for sentence in spacy_pipeline()(text).sents] == [
        span.of(text) for span in segment_spans(text)
    ]


def test_one_token_is_one_character() -> None:
    assert [token.text for token in spacy_pipeline()("两用物项")] == ["两", "用", "物", "项"]
