"""Uses a gateway with OpenAI's own client, and says on each line what it saw. Argument: the URL."""

import sys

import openai

url = sys.argv[1]
client = openai.OpenAI(base_url=url + "/v1", api_key="any", max_retries=0)


def chat(said, **more):
    return client.chat.completions.create(
        model="scripted", messages=[{"role": "user", "content": said}], **more
    )


answer = chat("count 3", logprobs=True, seed=7)
print("chat:", answer.choices[0].message.content, answer.choices[0].finish_reason, answer.usage.total_tokens)
print("logprob: %.3f" % answer.choices[0].logprobs.content[0].logprob)

chunks = list(chat("the sun is up", stream=True, stream_options={"include_usage": True}))
text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
print("streamed chat:", text, len(chunks), chunks[-1].usage.prompt_tokens)

answer = client.completions.create(model="scripted", prompt="count 2", stop=["x"])
print("completion:", answer.choices[0].text, answer.choices[0].finish_reason)
chunks = client.completions.create(model="scripted", prompt="count 4", stream=True)
print("streamed completion:", "".join(c.choices[0].text for c in chunks))

print("models:", [m.id for m in client.models.list()])

answer = chat("count 1", extra_body={"mode": "dense", "top_k_ratio": 0.5})
print("extra:", answer.choices[0].message.content, answer.clada["seed"])

for said, more in [
    ("OVERLOADED the queue is full", {}),
    ("OVERLOADED the queue is full", {"stream": True}),
    ("INVALID temperature: 3.0 is not from 0 to 2", {}),
    ("INVALID model: x is not served", {}),
    ("ERROR it broke", {"stream": True}),
    ("count 1", {"n": 2}),
]:
    try:
        chat(said, **more)
        print("no error:", said)
    except openai.APIStatusError as e:
        print("error:", type(e).__name__, e.status_code, e.param, e.response.headers.get("retry-after"))
