"""Writes the golden messages next to this file, with another implementation of Avro: fastavro.

    pip install fastavro==1.13.1 && python make_golden.py

Each is one line of hexadecimal: a zero byte, the schema id 258 in four bytes, Avro's binary encoding. Those of the first
released schemas are to be read for ever; those in current/ are what is written now.
"""

import io
import json
import pathlib
import struct

import fastavro

HERE = pathlib.Path(__file__).parent

RECORDS = {
    "GenerationRequest": {
        "prompt": "Es war einmal: \u00fc \U0001f600",
        "mode": "GRIFFIN",
        "max_new_tokens": 300,
        "stop": ["\n\n", "END"],
        "do_sample": True,
        "temperature": 0.25,
        "seed": -(2**63),
    },
    "TokenEvent": {
        "id": "request-1",
        "model": "demo",
        "attempt": 1,
        "token_index": 64,
        "token_id": 31999,
        "text": " upon",
        "surprisal": 1.5,
        "entropy": 2.25,
        "load": "HIGH",
        "active_neuron_ratio": 0.5,
        "weights_read_ratio": 0.75,
        "finish": "LENGTH",
        "usage": {"prompt_tokens": 4, "completion_tokens": 65, "seed": 42},
        "timings": {"queue_seconds": 0.125},
    },
    "NeuronUsage": {
        "id": "request-1",
        "model": "demo",
        "prompt_tokens": 4,
        "layers": [
            {"scale": 0.5, "levels": bytes(range(256))},
            {"scale": 0.0, "levels": b""},
        ],
    },
    "Thresholds": {
        "model": "demo",
        "version": 2**40,
        "surprisal": 0.5,
        "entropy": 0.25,
        "computed_at": 1_700_000_000_123,
    },
}

RELEASED = HERE.parent / "released" / "v1"
CURRENT = HERE.parents[2] / "main" / "avro"


def write(file, schema, record):
    out = io.BytesIO()
    out.write(struct.pack(">bI", 0, 258))
    fastavro.schemaless_writer(out, schema, record)
    file.write_text(out.getvalue().hex() + "\n")


for name, record in RECORDS.items():
    released = json.loads((RELEASED / f"{name}.avsc").read_text())
    write(HERE / f"{name}.hex", fastavro.parse_schema(released), record)

    names = {}
    fastavro.parse_schema(json.loads((CURRENT / "Mode.avsc").read_text()), names)
    current = json.loads((CURRENT / f"{name}.avsc").read_text())
    write(
        HERE / "current" / f"{name}.hex",
        fastavro.parse_schema(current, names),
        record,
    )
