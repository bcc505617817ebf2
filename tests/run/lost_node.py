"""Translate a folder on a local cluster of two nodes, one of which is lost on the way.

python tests/run/lost_node.py IN OUT
"""

from __future__ import annotations

import json
import sys

from ray.cluster_utils import Cluster

from pipeline.config import Config, EngineConfig, GlossaryConfig
from pipeline.run import Translator
from pipeline.run.batch import Batch
from pipeline.run.inputs import find
from pipeline.run.runners.ray_data import RayData
from pipeline.run.tasks import WorkerSpec

STORE_BYTES = 100 * 2**20


def main(folder: str, out: str) -> None:
    """Print the inputs and errors in the order in which they came, and what the actors told of, as JSON."""
    config = Config(engine=EngineConfig(name="echo"), glossary=GlossaryConfig(shipped=False))
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": STORE_BYTES})
    # Connected before there is a second node, so that it is not the one that goes.
    runner = RayData(WorkerSpec(config=config), workers=2, address=cluster.address)
    second = cluster.add_node(num_cpus=1, object_store_memory=STORE_BYTES)
    outcomes = []
    with Translator(config) as translator:
        batch = Batch(translator=translator, runner=runner, folder=out, to="json")
        for outcome in batch.run(find([folder])):
            outcomes.append((outcome.source, outcome.error))
            if len(outcomes) == 3:
                cluster.remove_node(second, allow_graceful=False)
        told = runner._ray.get(runner._board.total.remote())[0]
    runner.close()
    cluster.shutdown()
    sys.stdout.write(json.dumps({"outcomes": outcomes, "told": told}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
