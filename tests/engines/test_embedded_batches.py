from __future__ import annotations

from pipeline.core.flags import Span
from pipeline.engines.base import Constraint, Request
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.testing import check_engine


def test_a_translation_does_not_depend_on_what_it_is_batched_with_and_the_rest_of_the_contract_holds() -> None:
    with EmbeddedEngine() as engine:
        check_engine(engine)


def test_where_a_first_word_went_is_not_read_from_the_neighbours_attention() -> None:
    texts = (
        "商务部对上述物项实施出口管制。",
        "日方应当立即停止错误言行。",
        "海关总署公布进口货物监管办法。",
        "企业可以向主管部门提出申请。",
        "美方滥用出口管制措施。",
        "中国反对单边制裁。",
        "欧盟对中国产品发起反倾销调查。",
        "外交部就此答记者问。",
    )
    requests = [
        Request(
            text=text,
            constraints=tuple(
                Constraint(span=Span(start, end), rendering="name", asked=False)
                for start, end in ((0, 2), (2, 4), (4, len(text) - 1))
            ),
        )
        for text in texts
    ]
    with EmbeddedEngine() as engine:
        together = engine.translate(requests)
        assert together == [engine.translate([request])[0] for request in requests]
    assert all(any(hypotheses[0].aligned) for hypotheses in together)
