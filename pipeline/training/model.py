"""The network: a pre-norm transformer with one embedding matrix for both alphabets.

English pieces come first in the matrix; the decoder's embeddings and its
output layer are that part of it, so that a rendering annotated in the source
is copied by recognising its own pieces.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the name torch's own documentation uses)

PAD = 0
BEGIN = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes of the network.

    Attributes:
        english: English pieces; also the size of the output layer.
        chinese: Chinese pieces.
        width: Model width.
        heads: Attention heads.
        inner: Width of the feed-forward layers.
        encoder: Encoder layers.
        decoder: Decoder layers.
    """

    english: int
    chinese: int
    width: int = 384
    heads: int = 6
    inner: int = 1536
    encoder: int = 6
    decoder: int = 2


class Attention(nn.Module):
    """Multi-head attention with fused projections, as CTranslate2 stores them."""

    def __init__(self, shape: Shape, *, cross: bool) -> None:
        super().__init__()
        width = shape.width
        self.cross, self.heads = cross, shape.heads
        if cross:
            self.q = nn.Linear(width, width)
            self.kv = nn.Linear(width, 2 * width)
        else:
            self.qkv = nn.Linear(width, 3 * width)
        self.o = nn.Linear(width, width)

    def forward(self, x: Tensor, memory: Tensor | None, mask: Tensor | None, *, causal: bool) -> Tensor:
        """Shapes: x (batch, target, width), memory (batch, source, width), mask (batch, 1, 1, source)."""
        q, k, v = self.project(x, memory)
        # Written out: at these lengths torch's fused attention takes five times as long on a CPU.
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
        if causal:
            mask = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).tril()
        if mask is not None:
            scores = scores.masked_fill(~mask, float("-inf"))
        y = scores.softmax(-1).to(v.dtype) @ v
        merged: Tensor = self.o(y.transpose(1, 2).reshape(x.shape))
        return merged

    def project(self, x: Tensor, memory: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, each (batch, heads, length, width / heads)."""
        if self.cross:
            k, v = self.kv(memory).chunk(2, -1)
            parts = (self.q(x), k, v)
        else:
            parts = self.qkv(x).chunk(3, -1)
        batch = x.shape[0]
        q, k, v = (part.view(batch, -1, self.heads, part.shape[-1] // self.heads).transpose(1, 2) for part in parts)
        return q, k, v


class Layer(nn.Module):
    """An encoder or decoder layer; layer norm before each part."""

    def __init__(self, shape: Shape, *, decoder: bool) -> None:
        super().__init__()
        self.decoder = decoder
        self.n1, self.a = nn.LayerNorm(shape.width), Attention(shape, cross=False)
        if decoder:
            self.n2, self.c = nn.LayerNorm(shape.width), Attention(shape, cross=True)
        self.n3 = nn.LayerNorm(shape.width)
        self.f1, self.f2 = nn.Linear(shape.width, shape.inner), nn.Linear(shape.inner, shape.width)

    def forward(self, x: Tensor, mask: Tensor | None, memory: Tensor | None = None) -> Tensor:
        """Encoder layers mask their own positions, decoder layers those of the memory."""
        return self.finish(self.attend_self(x, mask), mask, memory)

    def attend_self(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """The first part: attention over the layer's own positions."""
        out: Tensor = x + self.a(self.n1(x), None, None if self.decoder else mask, causal=self.decoder)
        return out

    def finish(self, x: Tensor, mask: Tensor | None, memory: Tensor | None) -> Tensor:
        """The rest: attention over the memory, if a decoder's, and the feed-forward part."""
        if self.decoder:
            x = x + self.c(self.n2(x), memory, mask, causal=False)
        out: Tensor = x + self.f2(F.relu(self.f1(self.n3(x))))
        return out


class Model(nn.Module):
    """Encoder, decoder, and the output layer tied to the English embeddings."""

    pos: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.emb = nn.Embedding(shape.english + shape.chinese, shape.width)
        nn.init.normal_(self.emb.weight, std=shape.width**-0.5)
        self.enc = nn.ModuleList(Layer(shape, decoder=False) for _ in range(shape.encoder))
        self.dec = nn.ModuleList(Layer(shape, decoder=True) for _ in range(shape.decoder))
        self.en, self.dn = nn.LayerNorm(shape.width), nn.LayerNorm(shape.width)
        self.ob = nn.Parameter(torch.zeros(shape.english))
        self.register_buffer("pos", positions(shape.width), persistent=False)

    def embed(self, ids: Tensor) -> Tensor:
        """(batch, length) ids to (batch, length, width)."""
        scaled: Tensor = self.emb(ids) * math.sqrt(self.shape.width) + self.pos[: ids.shape[1]]
        return scaled

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """Memory (batch, source, width) and its mask (batch, 1, 1, source)."""
        mask = (source != PAD)[:, None, None, :]
        x = self.embed(source)
        for layer in self.enc:
            x = layer(x, mask)
        return self.en(x), mask

    def decode(self, shifted: Tensor, memory: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Decoder states, and the log attention (batch, target, source) of the last layer's first head.

        Guided alignment (Chen et al. 2016) trains that head to look at the aligned source pieces.
        """
        x = self.embed(shifted)
        *lower, top = self.dec
        for layer in lower:
            x = layer(x, mask, memory)
        x = top.attend_self(x, None)
        q, k, _ = top.c.project(top.n2(x), memory)
        scores = (q[:, 0] @ k[:, 0].transpose(1, 2)).float() / math.sqrt(q.shape[-1])
        attention = scores.masked_fill(~mask[:, 0], -1e9).log_softmax(-1)
        return self.dn(top.finish(x, mask, memory)), attention

    def logits(self, states: Tensor) -> Tensor:
        """(n, width) decoder states to (n, english) logits."""
        return F.linear(states, self.emb.weight[: self.shape.english], self.ob)


def positions(width: int, length: int = 600) -> Tensor:
    """Sinusoidal position encodings, sines in the first half (Vaswani et al. 2017, tensor2tensor layout)."""
    half = width // 2
    angles = torch.arange(length)[:, None] / 10000 ** (torch.arange(half)[None] / (half - 1))
    return torch.cat([angles.sin(), angles.cos()], -1)
