#!/usr/bin/env python3
"""This engine, dense, beside Hugging Face transformers on the same float32 weights, in turns on the same CPU.

    java -cp 'src/bench/target/classes:src/cli/target/lib/*' io.clada.bench.EngineBench --layers 4 --write slice
    python src/bench/src/main/python/compare_transformers.py slice

The third row computes the whole sequence anew for each token, as code without a key-value cache does; the fourth is that row's last tokens, with all
others before them.
"""
import argparse
import pathlib
import shlex
import statistics
import subprocess
import time

import torch
import transformers

LAST = 16
ROOT = pathlib.Path(__file__).parents[5]
OURS = f"java -cp {ROOT}/src/bench/target/classes:{ROOT}/src/cli/target/lib/* io.clada.bench.GenerateSpeed"


class Ours:
    """Another process, which generates once per line."""

    def __init__(self, command, directory, tokens):
        self.process = subprocess.Popen(
            shlex.split(command) + [directory, str(tokens)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def turn(self):
        """Tokens of the prompt, and seconds per token after the first."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        prompt, generated, seconds = self.process.stdout.readline().split()
        return int(prompt), float(seconds) / (int(generated) - 1)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--ours", default=OURS, help="command of this engine's side")
    args = parser.parse_args()
    model = transformers.AutoModelForCausalLM.from_pretrained(args.directory, torch_dtype=torch.float32).eval()
    ours = Ours(args.ours, args.directory, args.tokens)
    prompt, _ = ours.turn()  # and a warm-up
    ids = torch.randint(3, model.config.vocab_size, (1, prompt))

    def generate(tokens):
        model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, pad_token_id=0)

    def recompute():
        """Seconds of each token."""
        all_ids, taken = ids, []
        for _ in range(args.tokens - 1):
            began = time.perf_counter()
            logits = model(all_ids, use_cache=False, logits_to_keep=1).logits
            all_ids = torch.cat([all_ids, logits[:, -1].argmax(-1, True)], 1)
            taken.append(time.perf_counter() - began)
        return taken

    rows = {"this engine, dense": [], "transformers, generate": [], "transformers, no cache": [], f"the same, last {LAST}": []}
    with torch.inference_mode():
        generate(4)
        for _ in range(args.turns):
            rows["this engine, dense"].append(ours.turn()[1])
            rows["transformers, generate"].append((seconds(lambda: generate(args.tokens)) - seconds(lambda: generate(1))) / (args.tokens - 1))
            taken = recompute()
            rows["transformers, no cache"].append(statistics.mean(taken))
            rows[f"the same, last {LAST}"].append(statistics.mean(taken[-LAST:]))
    ours.close()
    print(f"{args.directory}: {args.tokens} tokens after {prompt}, {torch.get_num_threads()} threads, transformers {transformers.__version__}")
    first = rows["this engine, dense"]
    for name, times in rows.items():
        ratio = statistics.median(t / f for t, f in zip(times, first))
        print(f"{name:<24} {statistics.median(times) * 1e3:9.3f} ms per token, best {min(times) * 1e3:9.3f}, {ratio:6.2f} x this engine's time")


main()
