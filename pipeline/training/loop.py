"""The training loop: resumable, on the clock, lean enough for two cores.

Plain PyTorch in bfloat16: on a CPU with AMX this is measurably faster than a
general trainer, because the shapes are few and nothing is computed twice.
"""

from __future__ import annotations

import copy
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the name torch's own documentation uses)

from pipeline.errors import InputError
from pipeline.lang.subword import CHINESE_PREFIX, SubwordCodec
from pipeline.training.annotate import Annotator, Example
from pipeline.training.batches import CURRICULUM, Batches, Lengths, Pairs, bucket, padded
from pipeline.training.model import BEGIN, PAD, Model, Shape
from pipeline.training.start import exported_weights
from pipeline.training.symbols import with_symbols

CHECKPOINT: Final = "checkpoint.pt"
_FLAT: Final = 3000
_COLD: Final = 0.03
_SMOOTHING: Final = 0.1
_DEV_LENGTH: Final = 64
_DEV_BATCHES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to train.

    Attributes:
        time_budget: Seconds of this run.
        steps: Steps of this run; 0 for as many as the time allows.
        cooldown: Whether the learning rate falls to nearly nothing over this run (warm-up, stable, decay: Hu et
            al. 2024). For the last run before an export; keep the checkpoint from before it to train on from.
        batch_tokens: Padded tokens a batch, per side.
        annotated: Share of sentences with renderings written into the source.
        foreign: Share of those renderings that are another sentence's, put into the target too. Few leave the
            language model to guess renderings; it copies what it cannot guess.
        hidden: Share of the English pieces that the decoder is not shown on the way, so that it has to look at the
            source instead (word dropout: Bowman et al. 2016; Sennrich and Zhang 2019). For few pairs seen often; on
            the shipped model's data 0.1 helped the gold corpus and harmed law and general text a little.
        guided: Weight of the guided-alignment loss (Chen et al. 2016).
        average: Decay of the running mean of the weights, which is what is exported.
        save_every: Seconds between checkpoints.
        report_every: Seconds between reports.
        learning_rate: The highest; about half for a run that starts from an exported model.
        warm_up: Steps in which the learning rate rises.
        start: An exported model to start from where there is no checkpoint yet.
        weights: Per corpus; see :class:`pipeline.training.batches.Batches`.
        threads: CPU threads; 0 leaves it to torch.
    """

    time_budget: float
    steps: int = 0
    cooldown: bool = False
    batch_tokens: int = 4096
    annotated: float = 0.6
    foreign: float = 0.25
    hidden: float = 0.0
    guided: float = 0.3
    average: float = 0.998
    save_every: float = 180.0
    report_every: float = 90.0
    learning_rate: float = 1e-3
    warm_up: int = 300
    start: Path | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    threads: int = 0


class Progress(msgspec.Struct, kw_only=True):
    """What has been done so far; kept in the checkpoint."""

    step: int = 0
    tokens: int = 0
    seed: int = 0
    seconds: float = 0.0


class Report(msgspec.Struct, kw_only=True, frozen=True):
    """A line of ``log.jsonl``.

    ``right`` and ``shuffled`` are cross-entropies per target token on held-out
    pairs with their own sources and with their neighbours': a model that
    ignores its source shows no difference.
    """

    step: int
    tokens: int
    seconds: float
    rate: float
    lr: float
    loss: float
    guided: float
    right: float
    shuffled: float


def train(
    folder: Path,
    prepared: Sequence[Path],
    settings: Settings,
    report: Callable[[Report], None],
    *,
    shape: Callable[..., Shape] = Shape,
) -> Progress:
    """Train until the time is spent; a run that was cut off goes on where it stopped.

    Args:
        folder: Gets ``checkpoint.pt`` and ``log.jsonl``.
        prepared: Folders that :func:`pipeline.training.prepare.prepare` wrote, with the same alphabets; the
            first one's held-out pairs are reported on.
        settings: How to train.
        report: Called with every report.
        shape: Makes the network's sizes from those of the alphabets; for a smaller or larger model.

    Raises:
        InputError: Nothing is prepared, or the checkpoint belongs to other alphabets.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if settings.threads:
        torch.set_num_threads(settings.threads)
    torch.manual_seed(0)
    pairs = Pairs.load_all(prepared)
    run = _Run(folder, shape(english=pairs.english, chinese=pairs.chinese), settings)
    annotator = Annotator(
        codec=SubwordCodec.load(prepared[0]),
        share=settings.annotated,
        foreign=settings.foreign,
        seed=run.progress.seed,
    )
    batches = Batches(
        pairs=pairs,
        annotator=annotator,
        weights=settings.weights,
        tokens=settings.batch_tokens,
        seed=run.progress.seed,
    )
    held_out = dev_batches(prepared[0])
    with _stops_on_signal(run), (folder / "log.jsonl").open("ab") as log:
        for line in run.steps(batches, held_out):
            log.write(msgspec.json.encode(line) + b"\n")
            log.flush()
            report(line)
    return run.progress


@contextmanager
def _stops_on_signal(run: _Run) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the run after its step, with a checkpoint; outside the main thread nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        del number, frame
        run.stopping = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Run:
    """The state of a run."""

    def __init__(self, folder: Path, shape: Shape, settings: Settings) -> None:
        self.path, self.settings = folder / CHECKPOINT, settings
        self.model = Model(shape)
        self.optimiser = torch.optim.Adam(
            self.model.parameters(), lr=settings.learning_rate, betas=(0.9, 0.98), eps=1e-9
        )
        self.progress = Progress()
        self.stopping = False
        self._before = 0.0
        if settings.start and not self.path.is_file():
            self.model.load_state_dict(exported_weights(settings.start, shape), strict=False)
            self.progress.tokens = int(CURRICULUM[-2].until)
        self.mean = copy.deepcopy(self.model).eval()
        if self.path.is_file():
            self._resume()

    def _resume(self) -> None:
        saved = torch.load(self.path, map_location="cpu", weights_only=True)
        try:
            self.model.load_state_dict(saved["model"])
        except RuntimeError as error:
            raise InputError(f"{self.path} is of another shape or other alphabets than the prepared data") from error
        self.mean.load_state_dict(saved.get("mean", saved["model"]))
        self.optimiser.load_state_dict(saved["optimiser"])
        self.progress = Progress(**saved["progress"])
        self.progress.seed += 1

    def save(self) -> None:
        """Atomic: a run that is killed while it saves keeps the previous checkpoint."""
        partial = self.path.with_suffix(".partial")
        state = {
            "model": self.model.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": msgspec.structs.asdict(self.progress),
            "shape": sizes(self.model.shape),
        }
        torch.save(state, partial)
        partial.replace(self.path)

    def steps(self, batches: Batches, held_out: Sequence[tuple[Lengths, list[Example]]]) -> Iterator[Report]:
        """Train; yields a report now and then, and saves now and then and at the end."""
        began = reported = saved = time.monotonic()
        self._before = self.progress.seconds
        spent, last = self._before, self.progress.step + self.settings.steps
        window: list[tuple[float, float, int]] = []
        for length, examples in self._curriculum(batches):
            window.append(self._step(length, examples))
            now = time.monotonic()
            self.progress.seconds = spent + now - began
            if now - reported >= self.settings.report_every:
                yield self._report(window, now - reported, held_out)
                reported, window = time.monotonic(), []
            if now - saved >= self.settings.save_every:
                self.save()
                saved = time.monotonic()
            if self.stopping or now - began >= self.settings.time_budget or self.progress.step == last:
                break
        self.save()

    def _curriculum(self, batches: Batches) -> Iterator[tuple[Lengths, list[Example]]]:
        """Endless; a phase ends with its tokens, or at once where no pair is short enough for it."""
        for phase in CURRICULUM:
            trained = True
            while trained and self.progress.tokens < phase.until:
                trained = False
                for batch in batches.epoch(phase):
                    trained = True
                    yield batch
                    if self.progress.tokens >= phase.until:
                        break
        raise InputError("no prepared pair is short enough to train on")

    def rate(self) -> float:
        """Learning rate: warm-up, a plateau, then the inverse square root."""
        step = self.progress.step
        rate = (
            self.settings.learning_rate
            * min((step + 1) / self.settings.warm_up, 1.0)
            * min(1.0, math.sqrt(_FLAT / max(1, step)))
        )
        if self.settings.cooldown:
            left = 1 - (self.progress.seconds - self._before) / self.settings.time_budget
            rate *= max(_COLD, left)
        return rate

    def _step(self, length: Lengths, examples: list[Example]) -> tuple[float, float, int]:
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        loss, guided, tokens = losses(self.model, length, examples, hidden=self.settings.hidden)
        self.optimiser.zero_grad()
        (loss + self.settings.guided * guided).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        decay = min(self.settings.average, (1 + self.progress.step) / (10 + self.progress.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.mean.parameters()), list(self.model.parameters()), 1 - decay)
        self.progress.step += 1
        self.progress.tokens += tokens
        return loss.item(), guided.item(), tokens

    def _report(
        self,
        window: Sequence[tuple[float, float, int]],
        seconds: float,
        held_out: Sequence[tuple[Lengths, list[Example]]],
    ) -> Report:
        right, shuffled = against_shuffled(self.mean, held_out)
        return Report(
            step=self.progress.step,
            tokens=self.progress.tokens,
            seconds=round(self.progress.seconds),
            rate=round(sum(tokens for _, _, tokens in window) / seconds),
            lr=self.rate(),
            loss=float(np.mean([loss for loss, _, _ in window])),
            guided=float(np.mean([guided for _, guided, _ in window])),
            right=right,
            shuffled=shuffled,
        )


def sizes(shape: Shape) -> dict[str, int]:
    """The sizes as a plain mapping, which a checkpoint can hold."""
    return {name: int(getattr(shape, name)) for name in shape.__slots__}


def losses(
    model: Model,
    length: Lengths,
    examples: Sequence[Example],
    *,
    smoothing: float = _SMOOTHING,
    shuffle: bool = False,
    hidden: float = 0.0,
) -> tuple[Tensor, Tensor, int]:
    """Cross-entropy and guided-alignment loss per token, and the number of target tokens.

    Args:
        model: Translates.
        length: Padded lengths.
        examples: A batch.
        smoothing: Of the labels.
        shuffle: Give each target its neighbour's source.
        hidden: Share of the target pieces that are predicted but not shown.
    """
    source = torch.from_numpy(padded([example.source for example in examples], length[0]))
    if shuffle:
        source = source.roll(1, 0)
    target = torch.from_numpy(padded([example.target for example in examples], length[1]))
    shown = target[:, :-1]
    if hidden:
        shown = shown.masked_fill(torch.rand(shown.shape) < hidden, PAD)
    shifted = torch.cat([torch.full((len(examples), 1), BEGIN), shown], 1)
    keep = target.view(-1) != PAD
    with torch.autocast("cpu", torch.bfloat16):
        memory, mask = model.encode(source)
        states, attention = model.decode(shifted, memory, mask)
        logits = model.logits(states.reshape(-1, states.shape[-1])[keep])
    loss = F.cross_entropy(logits.float(), target.view(-1)[keep], label_smoothing=smoothing)
    return loss, guided_loss(attention, examples), int(keep.sum())


def guided_loss(attention: Tensor, examples: Sequence[Example]) -> Tensor:
    """Mean over linked target pieces of the cross-entropy of their links, which share the weight.

    Args:
        attention: (batch, target, source) log attention.
        examples: With their links.
    """
    rows = [(n, j, i) for n, example in enumerate(examples) for i, j in example.links]
    if not rows:
        return attention.new_zeros(())
    n, j, i = torch.tensor(rows).unbind(1)
    cell = n * attention.shape[1] + j
    _, inverse, counts = cell.unique(return_inverse=True, return_counts=True)
    weight = 1.0 / counts[inverse]
    return -(weight * attention[n, j, i]).sum() / len(counts)


def against_shuffled(model: Model, held_out: Sequence[tuple[Lengths, list[Example]]]) -> tuple[float, float]:
    """Cross-entropy on held-out pairs with the right sources, and with shuffled ones."""
    totals = [0.0, 0.0]
    with torch.no_grad():
        for length, examples in held_out:
            for number, shuffle in enumerate((False, True)):
                totals[number] += losses(model, length, examples, smoothing=0.0, shuffle=shuffle)[0].item()
    return totals[0] / len(held_out), totals[1] / len(held_out)


def dev_batches(prepared: Path) -> list[tuple[Lengths, list[Example]]]:
    """Some held-out pairs of ordinary length as equal batches.

    Raises:
        InputError: Too few pairs are held out.
    """
    codec = SubwordCodec.load(prepared)
    english = codec.english
    width = int(english.get_piece_size())
    chosen: list[Example] = []
    for line in (prepared / "dev.jsonl").read_bytes().splitlines():
        pair: dict[str, Any] = msgspec.json.decode(line)
        zh, en = with_symbols(pair["zh"], pair["en"])
        source = [source_id(piece, codec, width) for piece in codec.encode_source([zh])]
        target = [int(english.piece_to_id(piece)) for piece in codec.encode_target(en)]
        example = Example(source=source, target=[*target, int(english.eos_id())], links=[])
        if 8 < max(bucket(example) or (999,)) <= _DEV_LENGTH:
            chosen.append(example)
    size = min(_DEV_LENGTH, len(chosen) // _DEV_BATCHES)
    if size < 2:
        raise InputError(f"{prepared / 'dev.jsonl'} holds too few pairs: prepare more sentence pairs")
    return [((_DEV_LENGTH, _DEV_LENGTH), chosen[n * size : (n + 1) * size]) for n in range(_DEV_BATCHES)]


def source_id(piece: str, codec: SubwordCodec, english: int) -> int:
    """The id of a source piece; Chinese ones come after the English."""
    if piece.startswith(CHINESE_PREFIX):
        return english + int(codec.chinese.piece_to_id(piece.removeprefix(CHINESE_PREFIX)))
    return int(codec.english.piece_to_id(piece))
