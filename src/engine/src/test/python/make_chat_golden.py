"""Writes src/test/resources/chat/golden.json: conversations as Hugging Face transformers renders them.

Run from anywhere; needs transformers 4.57 and jinja2 3.1. The same versions write the same file:

  conversations   the conversations below
  templates       every chat/templates/*.jinja, a well-known chat template in its known form, with every conversation
  messages        the conversation that the snippets see
  language        the snippets of chat_language.txt, for the corners of Jinja

What was rendered has either `text`, or `error`, the message that the template raised, or `failed`, the name of another
error: transformers' sandbox, its parser or Python itself refused.
"""

import datetime
import json
import pathlib

import jinja2
import transformers.utils.chat_template_utils as chat_template_utils
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

CHAT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "chat"


class July(datetime.datetime):
    """The time that strftime_now shows."""

    @classmethod
    def now(cls, tz=None):
        return cls(2025, 7, 4, 9, 5, 7, 123456)


chat_template_utils.datetime = July

# The tokens that begin and end a text in the models that the templates come from.
TOKENS = {
    "llama2": ("<s>", "</s>"),
    "llama3": ("<|begin_of_text|>", "<|eot_id|>"),
    "llama31": ("<|begin_of_text|>", "<|eot_id|>"),
    "mistral": ("<s>", "</s>"),
    "mistral-v3": ("<s>", "</s>"),
    "phi3": ("<s>", "<|endoftext|>"),
    "zephyr": ("<s>", "</s>"),
    "gemma": ("<bos>", "<eos>"),
    "gemma3": ("<bos>", "<eos>"),
    "deepseek-r1": ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"),
}


def say(*turns):
    roles = {"s": "system", "u": "user", "a": "assistant"}
    return [{"role": roles.get(role, role), "content": content} for role, content in turns]


CONVERSATIONS = {
    "one question": say(("u", "What is a cloud?")),
    "system and question": say(("s", "Answer briefly."), ("u", "What is a cloud?")),
    "three turns": say(("u", "Hello"), ("a", "Hi, how can I help?"), ("u", "Tell me a joke.")),
    "system and three turns": say(("s", "You are a pirate."), ("u", "Hello"), ("a", "Arr!"), ("u", "Where is the gold?")),
    "five turns": say(("u", "1"), ("a", "2"), ("u", "3"), ("a", "4"), ("u", "5")),
    "answer last": say(("u", "Hello"), ("a", "Hi")),
    "space at the ends": say(("s", "  be kind \n"), ("u", "\n  Hello \t\n"), ("a", "  Hi  "), ("u", " x\n\n")),
    "empty texts": say(("s", ""), ("u", ""), ("a", ""), ("u", "")),
    "lines and quotes": say(("u", "a\nb\r\nc\td \"quoted\" 'single' \\n \\ <b>&amp;</b>")),
    "braces": say(("u", "{{ 7 * 7 }} {% raw %} {# no comment #} </s> [INST]")),
    "other scripts": say(("s", "Grüße 日本語"), ("u", "👋🏽 مرحبا \u00a0nbsp\u2028line"), ("a", "𝒻𝒶𝓃𝒸𝓎"), ("u", "שלום")),
    "thinking": say(("u", "2+2?"), ("a", "<think>\nTwo and two.\n</think>\n\n4"), ("u", "3+3?"),
                    ("a", "<think>three</think>6"), ("u", "And 4+4?")),
    "thinking last": say(("u", "2+2?"), ("a", "<think>\nTwo and two.\n</think>\n\n4")),
    "tool response": say(("u", "Weather?"), ("a", "Asking."), ("u", "<tool_response>sunny</tool_response>")),
    "tool role": say(("u", "Weather?"), ("a", "Asking."), ("tool", "sunny"), ("u", "Thanks")),
    "two systems": say(("s", "One."), ("s", "Two."), ("u", "Hello")),
    "system in the middle": say(("u", "Hello"), ("s", "Be brief."), ("u", "Go on")),
    "answer first": say(("a", "Hi"), ("u", "Hello")),
    "two questions": say(("u", "One"), ("u", "Two")),
    "only a system": say(("s", "Alone.")),
    "unknown role": say(("narrator", "It was a dark and stormy night.")),
}

MESSAGES = say(("s", "Be brief."), ("u", "  Hello, World! "), ("a", "Hi <there>"), ("u", "a,b,,c"))

LANGUAGE = pathlib.Path(__file__).with_name("chat_language.txt")


def tokenizer(bos, eos):
    return PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()), bos_token=bos, eos_token=eos)


def render(template, messages, tokens):
    try:
        return {"text": tokens.apply_chat_template(messages, chat_template=template, tokenize=False, add_generation_prompt=True)}
    except jinja2.exceptions.TemplateError as e:
        if type(e) is jinja2.exceptions.TemplateError:
            return {"error": str(e)}
        return {"failed": type(e).__name__}
    except Exception as e:
        return {"failed": type(e).__name__}


def templates():
    """From each template's name to its tokens and to what becomes of each conversation."""
    result = {}
    for file in sorted((CHAT / "templates").glob("*.jinja")):
        bos, eos = TOKENS.get(file.stem, ("<s>", "<|im_end|>"))
        tokens = tokenizer(bos, eos)
        rendered = {name: render(file.read_text(), messages, tokens) for name, messages in CONVERSATIONS.items()}
        result[file.stem] = {"bos_token": bos, "eos_token": eos, "rendered": rendered}
    return result


def language():
    """Snippets are parted by lines of four dashes; a snippet may have several lines."""
    tokens = tokenizer("<s>", "</s>")
    snippets = LANGUAGE.read_text().removesuffix("\n").split("\n----\n")
    return [{"template": snippet} | render(snippet, MESSAGES, tokens) for snippet in snippets]


def main():
    golden = {
        "conversations": CONVERSATIONS,
        "messages": MESSAGES,
        "templates": templates(),
        "language": language(),
    }
    (CHAT / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
    print(len(golden["templates"]), "templates,", len(CONVERSATIONS), "conversations,", len(golden["language"]), "snippets")


if __name__ == "__main__":
    main()
