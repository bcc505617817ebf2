from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.run import Translator
from pipeline.run.batch import Batch
from pipeline.run.inputs import find
from pipeline.run.tasks import WorkerSpec
from tests.run.conftest import config, contents, run_batch

ray = pytest.importorskip("ray", reason="ray is not installed: pip install 'zhengming[ray]'")


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::UserWarning")
def test_a_cluster_that_loses_a_node_writes_the_same_bytes(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ray.cluster_utils import Cluster

    from pipeline.run.runners.ray_data import RayData

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    for number in range(7, 60):
        text = f"附件{number}：物项清单。\n本公告自公布之日起施行。\n"
        (documents / f"d{number}.txt").write_text(text, encoding="utf-8")
    run_batch(documents, tmp_path / "local", to="json")
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": 100 * 2**20})
    second = cluster.add_node(num_cpus=1, object_store_memory=100 * 2**20)
    settings = config()
    try:
        runner = RayData(WorkerSpec(config=settings), workers=2, address=cluster.address)
        with Translator(settings) as translator:
            batch = Batch(translator=translator, runner=runner, folder=str(tmp_path / "ray"), to="json")
            outcomes = []
            for outcome in batch.run(find([str(documents)])):
                outcomes.append(outcome)
                if len(outcomes) == 3:
                    cluster.remove_node(second, allow_graceful=False)
        runner.close()
    finally:
        cluster.shutdown()
    assert [outcome.source for outcome in outcomes] == sorted(map(str, documents.iterdir()))
    assert not [outcome.error for outcome in outcomes if outcome.error]
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")
