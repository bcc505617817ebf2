"""Any sequence-to-sequence model that transformers can load.

Marian (opus-mt), NLLB-200, M2M100, mBART-50 and MADLAD-400 differ only in how
they are told the languages; :data:`FAMILIES` says how. The model comes from a
local folder or, where the network allows, from the hub by id; ``models/*.toml``
holds cards of the known ones.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from pipeline.core.document import Hypothesis
from pipeline.engines._placeholder import mask, unmask
from pipeline.engines.base import Capabilities, GlossaryMode, Request
from pipeline.engines.fetch import card
from pipeline.errors import EngineError, EngineUnavailable


@dataclass(frozen=True, slots=True)
class Family:
    """How a model family is told its languages.

    Attributes:
        source: Value of the tokenizer's ``src_lang``, or empty.
        target: Code whose token id is forced as first target token, or empty.
        prefix: Text put before each source, or empty.
    """

    source: str = ""
    target: str = ""
    prefix: str = ""


FAMILIES: Final[dict[str, Family]] = {
    "marian": Family(),
    "m2m_100": Family(source="zh", target="en"),
    "nllb": Family(source="zho_Hans", target="eng_Latn"),
    "mbart": Family(source="zh_CN", target="en_XX"),
    "t5": Family(prefix="<2en> "),
}


class HuggingFaceEngine:
    """A transformers model, run by ``generate`` on the CPU or a GPU.

    Args:
        model: Local folder, name of a card in ``models/``, or hub id.
        revision: Hub revision; default: the card's, else ``main``.
        device: ``cpu``, ``cuda``, …
        beam_size: Beams.
        batch_size: Segments in one call of ``generate``.
        max_new_tokens: Limit for one segment.
        source_language: Overrides the family's source code.
        target_language: Overrides the family's target code.

    Raises:
        EngineUnavailable: The ``hf`` extra or the model is missing.
    """

    name = "huggingface"

    def __init__(
        self,
        *,
        model: str,
        revision: str = "",
        device: str = "cpu",
        beam_size: int = 4,
        batch_size: int = 16,
        max_new_tokens: int = 256,
        source_language: str = "",
        target_language: str = "",
    ) -> None:
        known = card(model)
        self._id = str(known.get("id", model))
        self.revision = revision or str(known.get("revision", "main"))
        self._device = device
        self._beam = beam_size
        self._batch = batch_size
        self._max_new_tokens = max_new_tokens
        self._tokenizer, self._model = _load(self._id, self.revision)
        self._model.to(device).eval()
        family = _family(self._model.config.model_type, self._tokenizer)
        self._family = Family(
            source=source_language or str(known.get("source_language", family.source)),
            target=target_language or str(known.get("target_language", family.target)),
            prefix=str(known.get("prefix", family.prefix)),
        )
        if self._family.source:
            self._tokenizer.src_lang = self._family.source

    @property
    def capabilities(self) -> Capabilities:
        """Placeholder mode, n-best lists, local."""
        return Capabilities(glossary=GlossaryMode.PLACEHOLDER, n_best=True, batch_size=self._batch)

    @property
    def settings(self) -> str:
        """Model and beam."""
        return f"model:{self._id},beam:{self._beam}"

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        """Translate; see :class:`pipeline.engines.base.Engine`.

        Segments whose symbols do not survive are translated again without.
        """
        masked = self._generate([mask(request) for request in requests], n_best=n_best)
        results = [
            tuple(
                Hypothesis(
                    text=text,
                    score=score,
                    mode="placeholder" if request.constraints else "",
                    engine=self.name,
                )
                for text, score in ((unmask(text, request), score) for text, score in found)
                if text is not None
            )
            for request, found in zip(requests, masked, strict=True)
        ]
        lost = [i for i, hypotheses in enumerate(results) if not hypotheses]
        plain = self._generate([requests[i].text for i in lost], n_best=n_best)
        for i, found in zip(lost, plain, strict=True):
            results[i] = tuple(Hypothesis(text=text, score=score, engine=self.name) for text, score in found)
        return results

    def _generate(self, texts: list[str], *, n_best: int) -> list[list[tuple[str, float | None]]]:
        """Decode texts in batches of similar length; results in the order given."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        results: list[list[tuple[str, float | None]]] = [[] for _ in texts]
        for start in range(0, len(order), self._batch):
            members = order[start : start + self._batch]
            for i, found in zip(members, self._batch_of([texts[i] for i in members], n_best), strict=True):
                results[i] = found
        return results

    def _batch_of(self, texts: list[str], n_best: int) -> list[list[tuple[str, float | None]]]:
        import torch

        prefixed = [self._family.prefix + text for text in texts]
        encoded = self._tokenizer(prefixed, return_tensors="pt", padding=True, truncation=True).to(self._device)
        options: dict[str, Any] = {}
        if self._family.target:
            options["forced_bos_token_id"] = self._tokenizer.convert_tokens_to_ids(self._target_token())
        try:
            with torch.inference_mode():
                output = self._model.generate(
                    **encoded,
                    **options,
                    num_beams=max(self._beam, n_best),
                    num_return_sequences=n_best,
                    do_sample=False,
                    max_new_tokens=self._max_new_tokens,
                    return_dict_in_generate=True,
                    output_scores=True,
                )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"{self._id} failed on {len(texts)} segments: {error}") from error
        decoded = self._tokenizer.batch_decode(output.sequences, skip_special_tokens=True)
        beams = getattr(output, "sequences_scores", None)
        scores = [None] * len(decoded) if beams is None else [float(score) for score in beams]
        pairs = [(text.strip(), score) for text, score in zip(decoded, scores, strict=True)]
        return [pairs[start : start + n_best] for start in range(0, len(pairs), n_best)]

    def _target_token(self) -> str:
        """M2M100 writes its language codes as ``__en__``; the others as they are."""
        code = self._family.target
        mapping: dict[str, str] = getattr(self._tokenizer, "lang_code_to_token", None) or {}
        return mapping.get(code, code)

    def close(self) -> None:
        """Free the model."""
        self._model = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _family(model_type: str, tokenizer: Any) -> Family:
    if "nllb" in type(tokenizer).__name__.lower():
        return FAMILIES["nllb"]
    return FAMILIES.get(model_type, Family())


def _load(model: str, revision: str) -> tuple[Any, Any]:
    try:
        import torch  # noqa: F401  (asked for by name, so that the message names the extra)
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
    except ImportError as error:
        raise EngineUnavailable("the huggingface engine needs torch: pip install 'zhengming[hf]'") from error
    local = Path(model).is_dir()
    if not local and (model.count("/") > 1 or model.startswith(("/", ".", "~"))):
        raise EngineUnavailable(
            f"no model folder at {model}: name one, or fetch a model with `zhengming engines fetch`"
        )
    offline = local or os.environ.get("HF_HUB_OFFLINE") == "1"
    try:
        tokenizer = AutoTokenizer.from_pretrained(model, revision=revision, local_files_only=offline)
        loaded = AutoModelForSeq2SeqLM.from_pretrained(model, revision=revision, local_files_only=offline)
    except (OSError, ValueError, ImportError) as error:
        first = str(error).strip().splitlines()[0]
        raise EngineUnavailable(f"cannot load {model!r}: {first}; name a local folder or check the network") from error
    return tokenizer, loaded
