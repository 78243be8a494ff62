"""Writes src/test/resources/rouge/golden.json: pairs of texts and their ROUGE-L F1, by Google's rouge-score.

Run from anywhere; needs rouge-score 0.1.2.
"""

import json
import pathlib
import random

from rouge_score import rouge_scorer

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "resources" / "rouge" / "golden.json"

PAIRS = [
    ("the cat sat on the mat", "the cat sat on the mat"),
    ("the cat sat on the mat", "the cat lay on a mat"),
    ("police killed the gunman", "the gunman police killed"),
    ("police killed the gunman", "gunman the killed police"),
    ("one two three", "four five six"),
    ("", "something"),
    ("something", ""),
    ("", ""),
    ("...", "!!!"),
    ("Don't STOP: it's 3.14!", "don t stop it s 3 14"),
    ("Grüße aus Köln", "Gr e aus K ln"),
    ("Grüße aus Köln", "Grüße aus Bonn"),
    ("日本語 text", "日本語 text"),
    ("a a a a b", "a b a a"),
    ("under_score and-dash", "under score and dash"),
    ("İstanbul ＦＵＬＬ width", "i stanbul width"),
    ("line\nbreak\ttab", "line break tab"),
]


def pairs():
    random.seed(5)
    words = "the a cat dog sat ran on under mat tree and then it was very big".split()
    for _ in range(40):
        yield tuple(" ".join(random.choices(words, k=random.randint(1, 40))) for _ in range(2))


def main():
    scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
    golden = [
        {"reference": reference, "candidate": candidate, "f1": scorer.score(reference, candidate)["rougeL"].fmeasure}
        for reference, candidate in PAIRS + list(pairs())
    ]
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n")
    print(len(golden), "pairs")


if __name__ == "__main__":
    main()
