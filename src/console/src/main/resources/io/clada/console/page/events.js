/** What the server said no with. */
export class Refusal extends Error {
  constructor(status, { message, field }) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

/** The server could not be reached, or left in the middle of a stream. */
export class Unreachable extends Error {}

/**
 * Server-sent events of a response: fetch, unlike EventSource, can post, and tells why it was
 * refused.
 */
export async function* events(url, options) {
  const response = await reach(() => fetch(url, options));
  if (!response.ok) {
    throw new Refusal(response.status, await explanation(response));
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = '';
  for (;;) {
    const { done, value } = await reach(() => reader.read());
    if (done) {
      return;
    }
    const parts = (pending + value).split('\n\n');
    pending = parts.pop();
    for (const part of parts) {
      const event = parse(part);
      if (event) {
        yield event;
      }
    }
  }
}

export async function refuseBad(response) {
  if (!response.ok) {
    throw new Refusal(response.status, await explanation(response));
  }
}

async function explanation(response) {
  try {
    return await response.json();
  } catch {
    return { message: `the server answered ${response.status}` };
  }
}

async function reach(step) {
  try {
    return await step();
  } catch (e) {
    if (e.name === 'AbortError') {
      throw e;
    }
    throw new Unreachable('the console’s server does not answer', { cause: e });
  }
}

/** Null for a comment, which only says that the stream is alive. */
function parse(part) {
  let name = 'message';
  let data = '';
  for (const line of part.split('\n')) {
    if (line.startsWith('event: ')) {
      name = line.slice(7);
    } else if (line.startsWith('data: ')) {
      data += line.slice(6);
    }
  }
  return data === '' ? null : { name, data: JSON.parse(data) };
}
