"""Writes the golden files of src/test/resources: tiny models of every family with what Hugging Face computes for them.

Run from anywhere; needs torch 2.7, transformers 4.57, tokenizers 0.22 and safetensors. The same versions write the same
files, but for the last digits of logits on another processor. Per model directory under golden/:

  config.json, generation_config.json, tokenizer.json, *.safetensors   the model, as save_pretrained writes it
  golden.safetensors   prompt.N [N] int64, logits.N [N, vocab] float32, greedy.N [32] int64 and rep.N [32] int64 (greedy
                       with repetition_penalty 1.3 over prompt and generated tokens), for three lengths N; computed in
                       float32 whatever the weights' type, with eager attention and without a key-value cache

and, for the three that have tokenizers of their own:

  prompts.json         N -> the text that the tokenizer encodes to exactly prompt.N
  encodings.json       texts, their ids with special tokens, and those ids decoded without them

The best logit of every greedy step leads the second by more than MARGIN, and no special token is among the generated:
seeds are tried in turn until that holds.
"""

import copy
import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (AutoModelForCausalLM, FalconConfig, GenerationConfig, GPT2Config, GPTNeoXConfig, LlamaConfig,
                          MistralConfig, OPTConfig, PhiConfig, Qwen2Config, RepetitionPenaltyLogitsProcessor)

RESOURCES = pathlib.Path(__file__).resolve().parents[1] / "resources"
VOCABULARY = 384
STEPS = 32
MARGIN = 2e-3
PENALTY = 1.3

SENTENCES = [
    "Once upon a time there was a little robot who lived in a big, big house at the end of the street.",
    "The robot liked to count the stars, and every night it found one more than the night before.",
    "One day a girl named Lily came by and asked, \"What are you doing?\" \"I am counting,\" said the robot.",
    "They were happy, and they played in the garden until the sun went down behind the hill.",
    "The quick brown fox jumps over the lazy dog; it didn't mind, because it was the best day of its life!",
    "In 1984 there were 27 trees in the park. There are 365 days in a year, and 24 hours in a day.",
    "for (int i = 0; i < n; i++) {\n    total += values[i];\n}\n",
    "Grüße aus Köln: schöne Straßen, süße Äpfel. Où êtes-vous, mon élève? ¿Qué pasó, señor?",
]

TEXTS = [
    "", " ", "a", "Once upon a time", " leading space", "trailing space ", "two  spaces   and more", "line\nbreak\r\n\ttab",
    "Grüße aus Köln", "e\u0301 combining, \u00e9 composed", "日本語のテキスト", "한국어", "Привет, мир", "שלום עולם", "नमस्ते",
    "👋🏽 👨‍👩‍👧‍👦 🇪🇺 flags and families", "𝒻𝒶𝓃𝒸𝓎", "zero\u200bwidth \ufeff bom", "ctrl \x01\x02\x7f", "\u0000", "�", "▁ meta ▁▁",
    "don't stop, it's 12345 o'clock!!!", "<|end|> </s> <s> special words in the text", "Ａ full width", " no-break",
]


def byte_level_tokenizer(split, specials):
    """Byte-level BPE as GPT-2's (split None) or Llama 3's (a pattern of its own, whole words first)."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=split is not None))
    if split is None:
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(split), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(SENTENCES, trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=specials, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{specials[0]} $A", pair=f"{specials[0]} $A $B", special_tokens=[(specials[0], 0)])
    return tokenizer


def byte_fallback_tokenizer():
    """BPE over characters with a token for each byte of what is not in the vocabulary, as Llama 2's."""
    specials = ["<unk>", "<s>", "</s>"]
    normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    trained = Tokenizer(models.BPE())
    trained.normalizer = normalizer
    trained.pre_tokenizer = pre_tokenizers.Split("▁", behavior="merged_with_next")
    trained.train_from_iterator(SENTENCES[:6], trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(specials) - 256, show_progress=False))
    learned = json.loads(trained.to_str())["model"]
    pieces = specials + [f"<0x{b:02X}>" for b in range(256)] + sorted(learned["vocab"], key=learned["vocab"].get)
    tokenizer = Tokenizer(models.BPE(
        vocab={piece: i for i, piece in enumerate(pieces)}, merges=[tuple(m) for m in learned["merges"]],
        unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens(specials)
    tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", 1)])
    return tokenizer


LLAMA3_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
                r"|\s+(?!\S)|\s+")

BYTE_LEVEL = byte_level_tokenizer(None, ["<|begin|>", "<|end|>"])
TOKENS = dict(bos_token_id=0, eos_token_id=1)


def llama(**fields):
    return LlamaConfig(vocab_size=VOCABULARY, hidden_size=64, intermediate_size=172, num_attention_heads=8,
                       num_key_value_heads=4, max_position_embeddings=256, rms_norm_eps=1e-5, initializer_range=0.2, **fields)


def family(config_class, **fields):
    """A small member of a family; 6 heads of 8 values."""
    sizes = dict(num_hidden_layers=2, vocab_size=VOCABULARY, hidden_size=48, num_attention_heads=6,
                 max_position_embeddings=128, initializer_range=0.2, **TOKENS)
    return config_class(**(sizes | fields))


WITH_TOKENIZERS = {
    # float32, two shards, a head of its own
    "tiny-llama": dict(
        tokenizer=BYTE_LEVEL, dtype=torch.float32, shard="500KB",
        config=llama(num_hidden_layers=4, tie_word_embeddings=False, **TOKENS), generation=TOKENS),
    # bfloat16, tied head, heads wider than hidden / heads, Llama 3's rope scaling, two ways to end
    "tiny-llama3": dict(
        tokenizer=byte_level_tokenizer(LLAMA3_SPLIT, ["<|begin|>", "<|end|>", "<|eot|>"]), dtype=torch.bfloat16,
        config=llama(num_hidden_layers=2, tie_word_embeddings=True, head_dim=16, rope_theta=500000.0,
                     rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                       original_max_position_embeddings=64), **TOKENS),
        generation=dict(bos_token_id=0, eos_token_id=[1, 2], do_sample=True, temperature=0.6, top_p=0.9, top_k=40,
                        repetition_penalty=1.1)),
    # float16, biases everywhere, a byte-fallback tokenizer
    "tiny-llama-f16": dict(
        tokenizer=byte_fallback_tokenizer(), dtype=torch.float16,
        config=llama(num_hidden_layers=2, tie_word_embeddings=False, attention_bias=True, mlp_bias=True, bos_token_id=1,
                     eos_token_id=2),
        generation=dict(bos_token_id=1, eos_token_id=2)),
}

# All with the tokenizer of tiny-llama.
FAMILIES = {
    # a window shorter than the longest prompt
    "tiny-mistral": dict(
        dtype=torch.bfloat16, config=family(MistralConfig, intermediate_size=80, num_key_value_heads=2, sliding_window=11)),
    # windows in the last two of three layers, another rope base, tied head
    "tiny-qwen2": dict(
        dtype=torch.bfloat16,
        config=family(Qwen2Config, num_hidden_layers=3, intermediate_size=80, num_key_value_heads=3, rope_theta=1000000.0,
                      use_sliding_window=True, sliding_window=9, max_window_layers=1, tie_word_embeddings=True)),
    "tiny-opt": dict(dtype=torch.float16, config=family(OPTConfig, ffn_dim=96, init_std=0.2)),
    # as OPT-350M: norms after each half of a layer, none at the end, a narrow embedding
    "tiny-opt-350m": dict(
        dtype=torch.float16,
        config=family(OPTConfig, ffn_dim=96, init_std=0.2, do_layer_norm_before=False, word_embed_proj_dim=32)),
    # as checkpoints tuned with an early transformers: norms first, but none at the end; no biases, as Galactica
    "tiny-opt-bare": dict(
        dtype=torch.float16,
        config=family(OPTConfig, ffn_dim=96, init_std=0.2, _remove_final_layer_norm=True, enable_bias=False,
                      activation_function="gelu")),
    "tiny-gpt2": dict(
        dtype=torch.float32,
        config=GPT2Config(n_layer=2, vocab_size=VOCABULARY, n_embd=48, n_head=6, n_inner=80, n_positions=128,
                          initializer_range=0.2, **TOKENS)),
    "tiny-neox": dict(dtype=torch.float16, config=family(GPTNeoXConfig, intermediate_size=96)),
    # attention before the feed-forward network, half of each head rotating, no biases in attention, tied head
    "tiny-neox-sequential": dict(
        dtype=torch.float16,
        config=family(GPTNeoXConfig, intermediate_size=96, rotary_pct=0.5, use_parallel_residual=False,
                      attention_bias=False, tie_word_embeddings=True, hidden_act="gelu_fast")),
    # as Falcon-7B: one key and value for all heads, one norm
    "tiny-falcon": dict(dtype=torch.bfloat16, config=family(FalconConfig, ffn_hidden_size=96)),
    # as Falcon-40B: groups of heads, two norms
    "tiny-falcon-40b": dict(
        dtype=torch.bfloat16,
        config=family(FalconConfig, ffn_hidden_size=96, new_decoder_architecture=True, num_kv_heads=3)),
    # as Falcon2-11B: groups of heads, one norm
    "tiny-falcon-11b": dict(
        dtype=torch.bfloat16,
        config=family(FalconConfig, ffn_hidden_size=96, new_decoder_architecture=True, num_kv_heads=2,
                      num_ln_in_parallel_attn=1, tie_word_embeddings=False)),
    # attention before the feed-forward network, a key and a value for each head, biases
    "tiny-falcon-sequential": dict(
        dtype=torch.bfloat16,
        config=family(FalconConfig, ffn_hidden_size=96, multi_query=False, parallel_attn=False, bias=True)),
    # grouped queries, as no published Phi has them
    "tiny-phi": dict(
        dtype=torch.float16, config=family(PhiConfig, intermediate_size=96, num_key_value_heads=3)),
}


def prompts(tokenizer, lengths):
    """For each length, a text that encodes to exactly that many ids."""
    story = " ".join(SENTENCES)
    found = {}
    for end in range(len(story)):
        found.setdefault(len(tokenizer.encode(story[:end]).ids), story[:end])
    return {n: found[n] for n in lengths}


def random_model(seed, spec):
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(copy.deepcopy(spec["config"]), attn_implementation="eager")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(std=0.2)
            elif parameter.dim() == 1:  # a norm's weight
                parameter.uniform_(0.5, 1.5)
    return model.to(spec["dtype"])


@torch.no_grad()
def greedy(model, prompt, penalty, specials):
    """The continuation, or None where a step is too close to call or generates a special token."""
    process = RepetitionPenaltyLogitsProcessor(penalty)
    ids = prompt[None]
    for _ in range(STEPS):
        scores = process(ids, model(ids, use_cache=False).logits[:, -1])
        best, second = scores[0].topk(2).values.tolist()
        token = scores.argmax(-1)
        if best - second < MARGIN or token.item() in specials:
            return None
        ids = torch.cat([ids, token[None]], dim=1)
    return ids[0, len(prompt):].clone()


def golden(model, encoded, specials):
    tensors = {}
    for n, ids in encoded.items():
        prompt = torch.tensor(ids, dtype=torch.int64)
        assert len(prompt) == n
        tensors[f"prompt.{n}"] = prompt
        for name, penalty in (("greedy", 1.0), ("rep", PENALTY)):
            continuation = greedy(model, prompt, penalty, specials)
            if continuation is None:
                return None
            tensors[f"{name}.{n}"] = continuation
        with torch.no_grad():
            tensors[f"logits.{n}"] = model(prompt[None], use_cache=False).logits[0].clone()
        assert not torch.equal(tensors[f"greedy.{n}"], tensors[f"rep.{n}"])
    return tensors


def write_encodings(folder, tokenizer):
    rows = []
    for text in TEXTS:
        ids = tokenizer.encode(text).ids
        rows.append(dict(text=text, ids=ids, decoded=tokenizer.decode(ids, skip_special_tokens=True)))
    (folder / "encodings.json").write_text(json.dumps(rows, indent=1) + "\n")


def make(name, spec, tokenizer, lengths):
    folder = RESOURCES / "golden" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    assert tokenizer.get_vocab_size() == VOCABULARY, tokenizer.get_vocab_size()
    specials = set(tokenizer.get_added_tokens_decoder())
    texts = prompts(tokenizer, lengths)
    encoded = {n: tokenizer.encode(text).ids for n, text in texts.items()}

    for seed in range(1000):
        model = random_model(seed, spec)
        model.generation_config = GenerationConfig(**spec.get("generation", TOKENS))
        model.save_pretrained(folder, max_shard_size=spec.get("shard", "5GB"), safe_serialization=True)
        reloaded = AutoModelForCausalLM.from_pretrained(folder, dtype=spec["dtype"], attn_implementation="eager")
        tensors = golden(reloaded.float().eval(), encoded, specials)
        if tensors is not None:
            break
    else:
        raise SystemExit(f"{name}: no seed gives clear margins")

    save_file(tensors, folder / "golden.safetensors", metadata={"seed": str(seed)})
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    print(name, "seed", seed, sum(p.stat().st_size for p in folder.iterdir()) // 1024, "KiB")
    return folder, texts


if __name__ == "__main__":
    torch.set_num_threads(1)
    for model_name, model_spec in WITH_TOKENIZERS.items():
        path, prompt_texts = make(model_name, model_spec, model_spec["tokenizer"], (1, 7, 60))
        (path / "prompts.json").write_text(json.dumps({str(n): t for n, t in prompt_texts.items()}, indent=1) + "\n")
        write_encodings(path, model_spec["tokenizer"])
    for model_name, model_spec in FAMILIES.items():
        make(model_name, model_spec, BYTE_LEVEL, (1, 7, 40))
    demo = RESOURCES / "tokenizers" / "demo-llama"
    write_encodings(demo, Tokenizer.from_file(str(demo / "tokenizer.json")))
