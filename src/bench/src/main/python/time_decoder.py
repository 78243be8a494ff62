#!/usr/bin/env python3
"""Times the engine's decode step on random weights of a model's shape, wherever torch runs.

    ./clada export-decoder --output decoder.pt
    python time_decoder.py decoder.pt --shape llama-2-7b --dtype bfloat16 --device cuda

Rows: dense; each token's own inputs (by thresholds, one sequence at a time); a set of neurons that a batch shares. Ways take turns, medians
count. The bound is the bytes of weights that a step reads over the bandwidth that the device reaches in a plain sum.
"""
import argparse
import math
import statistics
import time

import torch

#            hidden, heads, key-value heads, head size, neurons, vocabulary, layers
SHAPES = {
    "demo": (192, 6, 2, 32, 1280, 2048, 6),
    "tinyllama-1.1b": (2048, 32, 4, 64, 5632, 32000, 22),
    "llama-2-7b": (4096, 32, 32, 128, 11008, 32000, 32),
    "llama-3-8b": (4096, 32, 8, 128, 14336, 128256, 32),
}
KEPT = (0.3, 0.5, 0.7)
SINGLE_FLOOR = 4
DENSE = 1 << 60


class Model:
    """Weights, and the calls that decoder.py takes them in."""

    def __init__(self, decoder, args):
        self.decoder, self.device, self.dtype = decoder, args.device, args.dtype
        hidden, self.heads, self.groups, self.width, self.neurons, self.vocabulary, layers = SHAPES[args.shape]
        self.layers = args.layers or layers
        self.context = args.context
        parts = torch.get_num_threads() if args.device == "cpu" else 0
        self.shape = [self.heads, self.groups, self.width, 0, 1, 0, 0, 0, 0, parts, 0, 0, 0] + [0] * self.layers
        heads = self.heads * self.width
        none = self.tensor(0)
        self.shape[10] = int(self.has_flash())
        self.ws = []
        for _ in range(self.layers):
            self.ws += [self.tensor(hidden) + 1, self.tensor(1), self.random(hidden, heads + 2 * self.groups * self.width), none]
            self.ws += [self.random(heads, hidden), none, self.tensor(hidden) + 1, self.tensor(1)]
            self.ws += [self.random(hidden, 2 * self.neurons), none, self.random(self.neurons, hidden), none]
        angles = torch.arange(self.positions()).unsqueeze(1) / 10000 ** (torch.arange(0, self.width, 2) / self.width)
        turns = torch.stack([angles.cos(), angles.sin()], -1).to(self.device)
        embedding, head = self.random(self.vocabulary, hidden), self.random(hidden, self.vocabulary)
        self.ends = [embedding, none, none, self.tensor(hidden) + 1, self.tensor(1), none, head, none, turns]

    def has_flash(self):
        try:
            return self.device != "cpu" and self.decoder.has_flash(self.tensor(0), self.heads, self.groups, self.width)
        except RuntimeError:
            return False

    def positions(self):
        return self.context + 1

    def tensor(self, *sizes):
        return torch.zeros(*sizes, dtype=self.dtype, device=self.device)

    def random(self, inputs, outputs):
        return self.tensor(inputs, outputs).uniform_(-1, 1) * math.sqrt(3 / inputs)

    def cache(self):
        return self.tensor(self.layers, self.positions(), 2 * self.groups, self.width)

    def weights(self):
        """Of a dense step."""
        return sum(w.numel() for w in self.ws if w.dim() > 1) + self.ends[6].numel()

    def run(self, ws, caches, ids, start, thresholds, floor, draws, ratios=None, energy=None, probe=None):
        """One call for sequences of equally many new tokens; what each product used of its inputs, if anything is drawn."""
        n = len(caches)
        unused = self.tensor(0)
        floors = [floor] * (4 * self.layers)
        numbers = self.decoder.run(
            self.shape, 1e-5, ws, self.ends, caches, ids, [start] * n, [len(ids) // n] * n, thresholds, floors,
            ratios is not None, unused if ratios is None else ratios, unused if energy is None else energy, unused if probe is None else probe,
            [draws] * n, [-1] * (n * draws), [0.5] * (n * draws), [0.0] * n, [0] * n, [1.0] * n, [1.0] * n, [], [0] * n)
        return numbers[3 * n * draws:]

    def thresholds(self, cache):
        """Per share kept: the magnitudes that this share of each product's inputs reaches, by a prefill that fills the cache."""
        ratios = torch.tensor(KEPT, device=self.device)
        energy = torch.zeros(2, self.layers, self.neurons, device=self.device)
        probe = torch.zeros(self.layers, 4, len(KEPT), device=self.device)
        ids = torch.randint(self.vocabulary, (self.context,)).tolist()
        self.run(self.ws, [cache], ids, 0, [0.0] * (4 * self.layers), DENSE, 0, ratios, energy, probe)
        return {share: (probe[:, :, i] / self.context).flatten().tolist() for i, share in enumerate(KEPT)}

    def flash_differs(self):
        """By how much logits differ between attention in one call and one sequence at a time, relative, for a mix of steps and chunks."""
        starts, counts = [3, 0, 17, self.context // 2], [1, 9, 1, 5]
        ids = torch.randint(self.vocabulary, (sum(counts),)).tolist()
        filled = [self.cache().normal_() for _ in starts]
        logits = []
        for flash in (0, 1):
            shape = self.shape[:10] + [flash] + self.shape[11:]
            caches = [cache.clone() for cache in filled]
            everything = [0.0] * (4 * self.layers * len(ids)), [DENSE] * (4 * self.layers)
            logits.append(self.decoder.logits(shape, 1e-5, self.ws, self.ends, caches, ids, starts, counts, *everything))
        return ((logits[0] - logits[1]).norm() / logits[0].norm()).item()

    def compact(self, share):
        """The weights with the first of the neurons alone, those of each in one row, as the engine holds sets."""
        kept = round(share * self.neurons)
        ws = list(self.ws)
        for up in range(8, len(ws), 12):
            ws[up] = torch.cat([ws[up][:, :kept].t(), ws[up][:, self.neurons:self.neurons + kept].t()]).t()
            ws[up + 2] = ws[up + 2][:kept].clone()
        return ws


def seconds(device, work):
    if device != "cpu":
        torch.cuda.synchronize()
    began = time.perf_counter()
    work()
    if device != "cpu":
        torch.cuda.synchronize()
    return time.perf_counter() - began


def bandwidth(device):
    """Bytes per second."""
    numbers = torch.ones(1 << 28, device=device)
    return numbers.numel() * 4 / min(seconds(device, numbers.sum) for _ in range(8))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive")
    parser.add_argument("--shape", choices=SHAPES, default="llama-2-7b")
    parser.add_argument("--layers", type=int, help="fewer than the shape has")
    parser.add_argument("--dtype", type=lambda name: getattr(torch, name), default=torch.bfloat16)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--context", type=int, default=256, help="positions before the step")
    parser.add_argument("--batches", type=lambda text: [int(n) for n in text.split(",")], default=[1, 2, 4, 8, 16, 32])
    parser.add_argument("--repeats", type=int, default=15)
    args = parser.parse_args()
    with torch.inference_mode():
        model = Model(torch.jit.load(args.archive, map_location=args.device), args)
        # As the engine runs it: the optimiser puts functions in the places of their calls, at the first call, and is off from then on.
        model.run(model.ws, [model.cache()], [0], 0, [0.0] * (4 * model.layers), DENSE, 0)
        torch._C._set_graph_executor_optimize(False)
        report(model, args)


def report(model, args):
    name = torch.cuda.get_device_name() if args.device != "cpu" else f"cpu, {torch.get_num_threads()} threads"
    reached = bandwidth(args.device)
    caches = [model.cache() for _ in range(max(args.batches))]
    thresholds = model.thresholds(caches[0])
    width = torch.finfo(args.dtype).bits // 8
    print(f"{args.shape}, {model.layers} layers, {args.dtype}, {model.weights() * width / 1e9:.2f} GB per dense step, {name}, torch {torch.__version__}")
    print(f"reads {reached / 1e9:.1f} GB/s in a sum; a step follows {args.context} positions, medians of {args.repeats}\n")

    if model.shape[10]:
        print(f"flash attention for all sequences in one call: logits differ from one at a time by {model.flash_differs():.1e}\n")

    def step(ws, batch, limits, floor):
        return lambda: model.run(ws, caches[:batch], [1] * batch, args.context, limits, floor, 1)

    ways = [("dense", batch, step(model.ws, batch, [0.0] * (4 * model.layers), DENSE)) for batch in args.batches]
    ways += [(f"inputs {share}", 1, step(model.ws, 1, thresholds[share], SINGLE_FLOOR)) for share in KEPT]
    for share in KEPT:
        compact = model.compact(share)
        ways += [(f"set {share}", batch, step(compact, batch, [0.0] * (4 * model.layers), DENSE)) for batch in args.batches]
    times = [[] for _ in ways]
    for turn in range(args.repeats + 2):
        for (_, _, work), taken in zip(ways, times):
            taken.append(seconds(args.device, work))

    heads = model.heads * model.width
    hidden = model.ends[6].size(0)
    outputs = (heads + 2 * model.groups * model.width, hidden, 2, hidden)
    print("way          batch    ms/step   tokens/s   of dense   weights read   of the bound")
    dense = {}
    for (way, batch, work), taken in zip(ways, times):
        median = statistics.median(taken[2:])
        dense.setdefault(batch, median)
        used = work()
        read = model.ends[6].numel()
        for product, inputs in enumerate(used):
            site = product % 4
            read += inputs * (2 * used[product + 1] if site == 2 and way.startswith("set") else 2 * model.neurons if site == 2 else outputs[site])
        bound = read * width / reached
        print(f"{way:<12} {batch:>5} {median * 1e3:>10.3f} {batch / median:>10.1f} {median / dense[batch]:>10.2f} {read / model.weights():>14.2f} {bound / median:>14.2f}")


main()
