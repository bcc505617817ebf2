"""The compact model that ships in ``models/``, run by CTranslate2 on the CPU.

Glossary renderings are written into the source between reserved symbols and
copied by the model, which was trained to do so (Dinu et al. 2019,
Bergmanis & Pinnis 2021).
"""

from __future__ import annotations

import os
import threading
import tomllib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from pipeline.core.document import Hypothesis
from pipeline.engines._assembly import Encoded, assemble, encode
from pipeline.engines.base import Capabilities, GlossaryMode, Request
from pipeline.errors import EngineError, EngineUnavailable
from pipeline.lang.subword import END, OPEN, SubwordCodec
from pipeline.resources import shipped

DEFAULT_MODEL: Final = "zh-en-compact"
# Source lengths in pieces, and pieces in one batch.
_STEP: Final = 8
_LONGEST: Final = 512
_BATCH: Final = 1024


class EmbeddedEngine:
    """The shipped model.

    Args:
        model: Folder with CTranslate2 weights, SentencePiece models and
            ``card.toml``; default: the shipped one.
        beam_size: Overrides the card's decoding default.
        threads: Batches translated at once, one CPU thread each; 0: as many as there are CPUs.
        compute_type: CTranslate2 compute type.

    Raises:
        EngineUnavailable: The folder or one of its files is missing.
    """

    name = "embedded"

    def __init__(
        self,
        *,
        model: str | Path | None = None,
        beam_size: int | None = None,
        threads: int = 0,
        compute_type: str = "default",
    ) -> None:
        self._folder = Path(model) if model else shipped("models") / DEFAULT_MODEL
        card_path = self._folder / "card.toml"
        if not card_path.is_file() or not (self._folder / "model.bin").is_file():
            raise EngineUnavailable(
                f"no model at {self._folder} (card.toml, model.bin): reinstall zhengming or name a folder"
            )
        self._card: dict[str, Any] = tomllib.loads(card_path.read_text(encoding="utf-8"))
        decoding: dict[str, Any] = self._card.get("decoding", {})
        self._beam = beam_size or int(decoding.get("beam_size", 4))
        self._length_penalty = float(decoding.get("length_penalty", 1.0))
        self._repetition_penalty = float(decoding.get("repetition_penalty", 1.0))
        self._ratio = float(decoding.get("max_length_ratio", 3.0))
        self._values = bool(self._card.get("symbols", {}).get("values", False))
        self._suppressed: list[str] = list(decoding.get("suppress", ()))
        self._threads = threads
        self._compute_type = compute_type
        self._translator: Any = None
        self._loading = threading.Lock()

    @property
    def capabilities(self) -> Capabilities:
        """Annotate mode, n-best lists, local; one call decodes while another is encoded or put together."""
        return Capabilities(glossary=GlossaryMode.ANNOTATE, n_best=True, batch_size=512, parallel=2)

    @property
    def revision(self) -> str:
        """The card's revision."""
        return str(self._card.get("revision", ""))

    @property
    def settings(self) -> str:
        """Beam and penalties."""
        return f"beam:{self._beam},len:{self._length_penalty:g}"

    @cached_property
    def _codec(self) -> SubwordCodec:
        return SubwordCodec.load(self._folder)

    @cached_property
    def _suppressed_pieces(self) -> list[list[str]]:
        """Pieces of the phrases that the model must not write, at a word's start and inside one."""
        whole = [self._codec.encode_target(phrase) for phrase in self._suppressed]
        return whole + [[pieces[0].removeprefix("▁"), *pieces[1:]] for pieces in whole if pieces[0] != "▁"]

    def _model(self) -> Any:
        with self._loading:
            if self._translator is None:
                self._translator = self._loaded()
            return self._translator

    def _loaded(self) -> Any:
        import ctranslate2

        ctranslate2.set_log_level(40)
        try:
            return ctranslate2.Translator(
                str(self._folder),
                device="cpu",
                compute_type=self._compute_type,
                inter_threads=self._threads or available_cpus(),
                intra_threads=1,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineUnavailable(f"the model at {self._folder} cannot be loaded: {error}") from error

    def encode(self, request: Request) -> Encoded:
        """A request as the model sees it, with its renderings annotated and its values as symbols."""
        return encode(request, self._codec, values=self._values)

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        """Translate; see :class:`pipeline.engines.base.Engine`.

        A hypothesis that is empty or loops is decoded again with a repetition
        guard before it is returned.
        """
        encoded = [self.encode(request) for request in requests]
        results: list[tuple[Hypothesis, ...]] = [()] * len(requests)
        started = [
            (members, self._start([encoded[i] for i in members], bound=bound, n_best=n_best))
            for bound, members in _batches([one.pieces for one in encoded])
        ]
        for members, outputs in started:
            for i, hypotheses in zip(members, self._finish([encoded[i] for i in members], outputs), strict=True):
                results[i] = hypotheses
        failed = [i for i, hypotheses in enumerate(results) if degenerate(hypotheses[0].text, requests[i].text)]
        for i in failed:
            bound = _bound(len(encoded[i].pieces))
            again = self._finish([encoded[i]], self._start([encoded[i]], bound=bound, n_best=n_best, guard=True))[0]
            if not degenerate(again[0].text, requests[i].text):
                results[i] = again
        return results

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, ...]]:
        """Token log-probabilities of given targets; see :class:`pipeline.engines.base.Scorer`."""
        sources = [self.encode(Request(text=source)).pieces for source, _ in pairs]
        targets = [self._codec.encode_target(target) for _, target in pairs]
        found: list[tuple[float, ...]] = [()] * len(pairs)
        wanted = [i for i, pieces in enumerate(targets) if pieces and sources[i]]
        try:
            results = self._model().score_batch(
                [sources[i] for i in wanted],
                [targets[i] for i in wanted],
                max_batch_size=4096,
                batch_type="tokens",
                max_input_length=1024,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"the embedded engine cannot score {len(pairs)} segments: {error}") from error
        for i, result in zip(wanted, results, strict=True):
            found[i] = tuple(result.log_probs)
        return found

    def _start(self, batch: Sequence[Encoded], *, bound: int, n_best: int, guard: bool = False) -> list[Any]:
        """Hand a batch to the model's threads; one result to wait for per member.

        Where no member has the padded length, a source of end symbols has it:
        its decoding ends at once, and nobody waits for it.
        """
        annotated = any(not isinstance(place, str) for one in batch for place in one.places)
        sources = [one.pieces for one in batch]
        try:
            outputs: list[Any] = self._model().translate_batch(
                sources if bound in map(len, sources) else [*sources, [END] * bound],
                asynchronous=True,
                max_batch_size=0,
                beam_size=max(self._beam, n_best),
                num_hypotheses=n_best,
                length_penalty=self._length_penalty,
                # CTranslate2 sums it over padding too, so that a translation would depend on its neighbours.
                coverage_penalty=0.0,
                repetition_penalty=1.2 if guard else self._repetition_penalty,
                no_repeat_ngram_size=4 if guard else 0,
                suppress_sequences=self._suppressed_pieces,
                max_input_length=1024,
                max_decoding_length=_limit(bound, self._ratio),
                return_scores=True,
                return_attention=annotated,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"the embedded engine failed on {len(batch)} segments: {error}") from error
        return outputs[: len(batch)]

    def _finish(self, batch: Sequence[Encoded], outputs: Sequence[Any]) -> list[tuple[Hypothesis, ...]]:
        """Wait for a batch."""
        try:
            found = [output.result() for output in outputs]
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"the embedded engine failed on {len(batch)} segments: {error}") from error
        return [self._hypotheses(source, output) for source, output in zip(batch, found, strict=True)]

    def _hypotheses(self, source: Encoded, output: Any) -> tuple[Hypothesis, ...]:
        # Each look at a field of an output copies it.
        hypotheses, scores = output.hypotheses, output.scores
        located = any(not isinstance(place, str) for place in source.places)
        attention = (output.attention if located else ()) or [()] * len(hypotheses)
        return tuple(
            self._hypothesis(source, pieces, score, rows)
            for pieces, score, rows in zip(hypotheses, scores, attention, strict=True)
        )

    def _hypothesis(
        self, source: Encoded, pieces: list[str], score: float, attention: Sequence[Sequence[float]]
    ) -> Hypothesis:
        # With several beams CTranslate2 4.8.5 gives the first piece the attention of another segment of the batch.
        text, aligned = assemble(source, pieces, self._codec, attention and [(), *attention[1:]])
        return Hypothesis(
            text=text,
            # CTranslate2 divides the log-probability by a power of the length; this is its mean, whatever the penalty.
            score=score * (len(pieces) + 1) ** (self._length_penalty - 1),
            mode="annotate" if OPEN in source.pieces else "plain",
            engine=self.name,
            aligned=aligned,
        )

    def close(self) -> None:
        """Unload the model; CTranslate2 may abort the interpreter's end otherwise."""
        if self._translator is not None:
            self._translator.unload_model()
            self._translator = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def available_cpus() -> int:
    """CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _limit(pieces: int, ratio: float) -> int:
    """Longest translation, in pieces: a looping short segment must not run to a long one's limit."""
    return min(512, max(24, round(ratio * pieces)))


def _bound(pieces: int) -> int:
    """The length to which a source is padded, by its own length alone.

    What the model computes depends, in the last digits, on the padded length,
    and int8 makes words of last digits. With a length that no neighbour
    changes, a segment's translation does not depend on what it is batched with.
    """
    return min(-(-pieces // _STEP) * _STEP, _LONGEST) if pieces <= _LONGEST else pieces


def _batches(encoded: Sequence[Sequence[str]]) -> list[tuple[int, list[int]]]:
    """Padded lengths and the indices that are decoded together, longest first, so that no thread waits at the end."""
    groups: dict[int, list[int]] = {}
    for i, pieces in enumerate(encoded):
        groups.setdefault(_bound(len(pieces)), []).append(i)
    return [
        (bound, members[start : start + size])
        for bound, members in sorted(groups.items(), reverse=True)
        for size in [max(1, _BATCH // bound)]
        for start in range(0, len(members), size)
    ]


def degenerate(target: str, source: str) -> bool:
    """Whether a translation is plainly a failure: empty, looping or wildly long."""
    words = target.split()
    if not words:
        return bool(source.strip())
    if len(target) > 12 * len(source) + 60:
        return True
    # Real legal English repeats some trigrams; a loop repeats nearly all of them.
    grams = [tuple(words[i : i + 3]) for i in range(len(words) - 2)]
    return len(grams) > 9 and len(set(grams)) < 0.6 * len(grams)
