"""What a user would pick instead, on the same segments and machine: a table of rates, memory and start-up.

    python tests/bench/bench_peers.py [--segments N] [--threads N] [--only raw,argos]

Raw CTranslate2 with the shipped weights and the card's settings; argos-translate (installed into a throw-away
environment) with the same weights in place of its package's; Zhengming, all stages. Then a ``generate`` loop of
transformers over a Marian of the same shape with random weights, held to the mean length of the translations:
transformers cannot load the shipped weights, and speed does not depend on their values.
Each runs in a process of its own with the same number of threads. Ratios are of the clock and of processor time; on a
machine that is busy with other work only the latter means something, with --threads 1 (threads that wait for each
other spin). argos-translate gets segment by segment, as its interface does, and no sentence
splitter: its own is a model that must be downloaded.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

ARGOS = "argostranslate==1.11.0"
BATCH = 16


def segments(count: int) -> list[str]:
    """Normalised segments of the gold corpus, without glossary terms written in, as everybody gets them."""
    from pipeline.config import Config, EngineConfig
    from pipeline.evaluation.gold import load_gold
    from pipeline.resources import shipped
    from pipeline.run import Translator

    lines = [line for document in load_gold(shipped("corpus") / "gold") for line in document.zh if line]
    with Translator(Config(engine=EngineConfig(name="echo"))) as translator:
        document = translator.text("\n".join(lines[:count]))
    return [segment.text for segment in document.segments][:count]


class Watch:
    """Start-up and work, by the clock and in processor time."""

    def __init__(self) -> None:
        self._at = time.perf_counter(), time.process_time()
        self.laps: list[tuple[float, float]] = []

    def lap(self) -> None:
        """End a part."""
        now = time.perf_counter(), time.process_time()
        self.laps.append((now[0] - self._at[0], now[1] - self._at[1]))
        self._at = now


def raw(texts: list[str], watch: Watch, threads: int) -> int:
    """CTranslate2 alone; words."""
    from pipeline.engines.base import Request
    from pipeline.engines.embedded import EmbeddedEngine

    with EmbeddedEngine(threads=threads) as engine:
        model = engine._model()
        sources = [engine.encode(Request(text=text)).pieces for text in texts]
        options: dict[str, Any] = {
            "max_batch_size": 2048, "batch_type": "tokens", "beam_size": engine._beam, "return_scores": True,
            "length_penalty": engine._length_penalty, "repetition_penalty": engine._repetition_penalty,
            "max_decoding_length": 256,
        }  # fmt: skip
        model.translate_batch(sources[:1], **options)
        watch.lap()
        outputs = model.translate_batch(sources, **options)
        watch.lap()
    return sum(piece.startswith("▁") for output in outputs for piece in output.hypotheses[0])


def zhengming(texts: list[str], watch: Watch, threads: int) -> int:
    """All stages, with glossaries, repairs, post-edit and checks; words."""
    from pipeline.config import Config, EngineConfig
    from pipeline.run import Translator
    from pipeline.run.stream import Stream
    from pipeline.run.tasks import Task

    config = Config(engine=EngineConfig(options=MappingProxyType({"threads": threads})))
    with tempfile.TemporaryDirectory() as name, Translator(config) as translator:
        path = Path(name) / "all.txt"
        path.write_text("\n".join(texts), encoding="utf-8")
        translator.text(texts[0])
        watch.lap()
        with Stream(translator) as stream:
            [result] = stream.run([Task(index=0, location=str(path))])
        watch.lap()
    targets = [segment.target for segment in result.document.segments] if result and result.document else []
    return sum(len(target.split()) for target in targets)


def argos(texts: list[str], watch: Watch, threads: int) -> int:
    """argos-translate's own translation of a package, with the shipped weights; words."""
    from types import SimpleNamespace

    import ctranslate2
    import sentencepiece
    from argostranslate import translate

    folder = Path(sys.argv[sys.argv.index("--model") + 1])
    zh = sentencepiece.SentencePieceProcessor(str(folder / "zh.spm"))
    tokenizer = SimpleNamespace(
        encode=lambda text: [*zh.encode(text, out_type=str), "</s>"],
        decode=lambda pieces: "".join(pieces).replace("▁", " "),
    )
    package = SimpleNamespace(tokenizer=tokenizer, target_prefix="", type="translate")
    splitter = SimpleNamespace(split_sentences=lambda text: [text])
    model = ctranslate2.Translator(str(folder), device="cpu", intra_threads=threads)
    call: Callable[..., Any] = translate.apply_packaged_translation
    call(package, texts[0], model, splitter, 4)
    watch.lap()
    outputs = [call(package, text, model, splitter, 4)[0].value for text in texts]
    watch.lap()
    model.unload_model()
    return sum(len(output.split()) for output in outputs)


def generate(texts: list[str], watch: Watch, threads: int) -> int:
    """A loop over ``generate``, batches of similar length, beam 4, held to 20 tokens per 26 characters or so."""
    import torch
    from transformers import MarianConfig, MarianMTModel

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    size = 16_000
    config = MarianConfig(
        vocab_size=size, d_model=384, encoder_layers=6, decoder_layers=2, encoder_attention_heads=6,
        decoder_attention_heads=6, encoder_ffn_dim=1536, decoder_ffn_dim=1536, pad_token_id=0, eos_token_id=1,
        decoder_start_token_id=0, forced_eos_token_id=None, max_position_embeddings=512,
    )  # fmt: skip
    model = MarianMTModel(config).eval()
    lengths = sorted(max(4, round(len(text) * 0.7)) for text in texts)
    watch.lap()
    with torch.inference_mode():
        for start in range(0, len(lengths), BATCH):
            longest = lengths[min(start + BATCH, len(lengths)) - 1]
            ids = torch.randint(2, size, (len(lengths[start : start + BATCH]), longest))
            model.generate(input_ids=ids, num_beams=4, min_new_tokens=longest, max_new_tokens=longest, do_sample=False)
    watch.lap()
    return 0


RUNS = {"raw": raw, "argos": argos, "generate": generate, "zhengming": zhengming}
TITLES = {
    "raw": "CTranslate2 alone",
    "argos": "argos-translate, our weights",
    "generate": "transformers generate, same shape",
    "zhengming": "Zhengming, all stages",
}


def measured(kind: str, texts: list[str], python: str, threads: int) -> dict[str, float] | None:
    """One row, in a process of its own."""
    from pipeline.resources import shipped

    folder = shipped("models") / "zh-en-compact"
    done = subprocess.run(
        [python, __file__, "--one", kind, "--model", str(folder), "--threads", str(threads)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"{TITLES[kind]}: could not run: {done.stderr.strip().splitlines()[-1]}")
        return None
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def argos_python(folder: Path) -> str:
    """Python of a throw-away environment with argos-translate, which sees what is installed here."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    site = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})["purelib"]
    import ctranslate2

    (Path(site) / "shared.pth").write_text(f"{Path(ctranslate2.__file__).parents[1]}\n", encoding="utf-8")
    pins = Path(__file__).parents[2] / "constraints.txt"
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", str(pins), ARGOS]
    subprocess.run(command, check=False, capture_output=True)
    return str(python)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--segments", type=int, default=300)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--only", default=",".join(RUNS), help="Rows to print, the first is what others compare with.")
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    parser.add_argument("--model", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if unknown := set(arguments.only.split(",")) - RUNS.keys():
        parser.error(f"--only knows {', '.join(RUNS)}, not {', '.join(sorted(unknown))}")
    if arguments.one:
        watch = Watch()
        words = RUNS[arguments.one](json.load(sys.stdin), watch, arguments.threads)
        (start, _), (seconds, cpu) = watch.laps
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"start": start, "seconds": seconds, "cpu": cpu, "words": words, "mib": memory}))
        return
    texts = segments(arguments.segments)
    print(
        f"{len(texts)} segments, {sum(map(len, texts))} characters, {arguments.threads} threads; "
        "ratios: of the clock and of processor time to those of the first row"
    )
    base: dict[str, float] = {}
    rows: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for kind in arguments.only.split(","):
            python = argos_python(Path(name) / "env") if kind == "argos" else sys.executable
            row = measured(kind, texts, python, arguments.threads)
            if row is None:
                continue
            rows[kind], base = row, base or row
            rate, words = len(texts) / row["seconds"], row["words"] / row["seconds"]
            print(
                f"{TITLES[kind]:34} {rate:7.1f} segments/s {words:7.0f} words/s {row['mib']:6.0f} MiB"
                f"   start {row['start']:5.1f} s   processor {row['cpu']:6.1f} s"
                f"   ratios {row['seconds'] / base['seconds']:5.2f} {row['cpu'] / base['cpu']:5.2f}",
                flush=True,
            )
    if {"argos", "zhengming"} <= set(rows):
        ours, theirs = rows["zhengming"], rows["argos"]
        clock, work = (theirs[unit] / ours[unit] for unit in ("seconds", "cpu"))
        print("Zhengming against argos-translate, budget 2.00 times its throughput:", end=" ")
        print(f"{clock:.2f} by the clock, {work:.2f} by processor time")


if __name__ == "__main__":
    main()
