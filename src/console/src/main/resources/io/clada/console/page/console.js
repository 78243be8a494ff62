import { Answer } from './answer.js';
import { events, refuseBad, Refusal } from './events.js';
import { count, decimals, describe, element, percent, rate, seconds } from './format.js';
import { Form } from './form.js';
import { Ribbon } from './ribbon.js';
import { followTheme } from './theme.js';
import { TrafficCharts } from './traffic.js';

const REQUESTS = 'api/requests';
const SLOW_MS = 4000;
const at = (id) => document.getElementById(id);

const form = new Form(at('form'));
const answer = new Answer(at('tokens'), at('tip'), () => {});
const ribbon = new Ribbon(at('ribbon'), (index) => answer.mark(index));
const charts = new TrafficCharts(at('charts'));
let shown = null; // whose answer is on the page
let running = null; // the same, until it has ended

// --- asking

at('form').addEventListener('submit', (event) => {
  event.preventDefault();
  ask();
});
at('again').addEventListener('click', ask);
at('stop').addEventListener('click', stop);
addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    ask();
  } else if (event.key === 'Escape' && running) {
    event.preventDefault();
    stop();
  }
});

async function ask() {
  if (running) {
    return;
  }
  form.clearProblem();
  let request;
  try {
    request = form.read();
  } catch (e) {
    form.showProblem(e.message, e.field);
    return;
  }
  const run = { abort: new AbortController(), begun: performance.now(), last: null };
  begin(run, request.prompt);
  try {
    const options = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(request),
      signal: run.abort.signal,
    };
    for await (const { name, data } of events(REQUESTS, options)) {
      take(run, name, data);
    }
    if (!run.last) {
      throw new Refusal(0, { message: 'the answer broke off' });
    }
  } catch (e) {
    if (!run.last) {
      say(e.name === 'AbortError' ? 'Stopped' : 'Failed');
      form.showProblem(e.message, e.field);
    }
  } finally {
    end(run);
  }
}

function begin(run, prompt) {
  shown = run;
  running = run;
  answer.clear();
  ribbon.draw(answer);
  at('asked').textContent = prompt;
  at('spoken').textContent = 'Generating';
  at('hint').hidden = true;
  at('facts').hidden = true;
  at('caret').hidden = false;
  at('stop').hidden = false;
  at('go').hidden = true;
  say('Sent');
  run.slow = setTimeout(() => say('Waiting for a worker'), SLOW_MS);
}

function take(run, name, data) {
  if (run !== shown) {
    return; // windows that come behind an answer's end, when the next is begun
  }
  if (name === 'started') {
    run.id = data.id;
    say('Queued');
    if (run.stopping) {
      cancel(run);
    }
  } else if (name === 'failed') {
    throw new Refusal(0, data);
  } else if (name === 'window') {
    answer.addWindow(data);
    drawSoon();
  } else if (name === 'token') {
    clearTimeout(run.slow);
    run.first ??= performance.now();
    following(at('text'), () => answer.add(data));
    if (data.finish) {
      run.last = data;
      finish(run);
      end(run);
    } else if (!run.stopping) {
      say(`${count(answer.tokens.length)} tokens, ${rate(speed(run))} per second`);
    }
    drawSoon();
  }
}

/** Keeps the end in sight while it is in sight. */
function following(box, grow) {
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  grow();
  if (atEnd) {
    box.scrollTop = box.scrollHeight;
  }
}

function speed(run) {
  return (1000 * (answer.tokens.length - 1)) / (performance.now() - run.first);
}

const ENDS = {
  STOP: 'Ended by itself',
  LENGTH: 'Reached its length',
  CANCELLED: 'Stopped',
  DEADLINE: 'Past its deadline',
  OVERLOADED: 'The fleet is busy',
  INVALID: 'Refused',
  ERROR: 'Failed',
};

/** The request has ended, though windows may still come. */
function finish(run) {
  const last = run.last;
  say(ENDS[last.finish] ?? last.finish);
  at('spoken').textContent = `${at('progress').textContent}. ${answer.text}`;
  if (last.finish === 'OVERLOADED') {
    form.showBusy(last.message, last.retry_after_seconds);
  } else if (last.message) {
    form.showProblem(last.message);
  }
  if (answer.tokens.length > 0 && last.usage) {
    showFacts(last);
  }
}

function showFacts({ usage, timings }) {
  at('facts').hidden = false;
  const pace = timings.decode_seconds > 0 ? (usage.completion_tokens - 1) / timings.decode_seconds : NaN;
  describe(at('facts'), [
    ['Tokens', `${count(usage.completion_tokens)} after ${count(usage.prompt_tokens)}`],
    ['Per second', rate(pace)],
    ['First token', seconds(timings.time_to_first_token_seconds)],
    ['Queued', seconds(timings.queue_seconds)],
    ['Weights read', percent(usage.weights_read_ratio)],
    ['Neurons', percent(usage.active_neuron_ratio)],
    ['Thresholds', `version ${usage.thresholds_version}`],
    ['Seed', usage.seed],
  ]);
}

function end(run) {
  clearTimeout(run.slow);
  if (running !== run) {
    return;
  }
  running = null;
  at('caret').hidden = true;
  at('stop').hidden = true;
  at('go').hidden = false;
  drawSoon();
}

function stop() {
  if (running.stopping) {
    running.abort.abort();
    return;
  }
  running.stopping = true;
  say('Stopping');
  if (running.id) {
    cancel(running);
  }
}

/** A tombstone: the tokens so far, and then the end, still arrive. */
async function cancel(run) {
  try {
    await refuseBad(await fetch(`${REQUESTS}/${run.id}`, { method: 'DELETE' }));
  } catch (e) {
    if (running === run && e.status !== 404) {
      run.stopping = false;
      form.showProblem(`It could not be stopped: ${e.message}`);
    }
  }
}

function say(text) {
  at('progress').textContent = text;
}

let drawing = false;
function drawSoon() {
  if (!drawing) {
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      ribbon.draw(answer);
    });
  }
}

// --- watching

const RETRY_MS = [500, 1000, 2000, 5000, 10000];
let latest = null;

async function watch() {
  for (let failures = 0; ; failures++) {
    try {
      for await (const { data } of events('api/traffic')) {
        failures = 0;
        show(data);
      }
      link('away', 'Connection lost');
    } catch (e) {
      link('away', e instanceof Refusal ? e.message : 'Server away');
    }
    await new Promise((done) => setTimeout(done, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
  }
}

function link(state, text) {
  at('link').dataset.state = state;
  if (at('link-text').textContent !== text) {
    at('link-text').textContent = text;
  }
}

function show(update) {
  latest = update;
  link(update.trouble ? 'trouble' : 'live', update.trouble ? 'Kafka away' : 'Live');
  charts.update(update);
  const models = [...new Set([...charts.models(), ...Object.keys(update.thresholds)])];
  offer(models);
  const model = at('watched').value;
  if (!document.hidden) {
    charts.draw(model);
  }
  const force = update.thresholds[model];
  at('model-line').textContent = [
    model,
    'last two minutes',
    force && `fleet’s thresholds ${decimals(force.surprisal, 3)} / ${decimals(force.entropy, 3)}, version ${force.version}`,
  ].filter(Boolean).join(' · ');
  notice(update.trouble ?? (charts.models().length === 0 ? 'No traffic in the last two minutes.' : ''), Boolean(update.trouble));
  const ends = charts.ends(model);
  at('ends').hidden = ends.length === 0;
  at('ends').textContent = `Ended in these two minutes: ${ends.map(([reason, n]) => `${count(n)} ${reason.toLowerCase()}`).join(', ')}`;
  showMinute(update.minutes[model]);
}

function offer(models) {
  const select = at('watched');
  const known = [...select.options].map((option) => option.value);
  if (models.length !== known.length || models.some((model) => !known.includes(model))) {
    const chosen = select.value;
    select.replaceChildren(...models.map((model) => element('option', model)));
    select.value = models.includes(chosen) ? chosen : (models[0] ?? '');
    at('models').replaceChildren(...models.map((model) => new Option(model, model)));
  }
  select.hidden = models.length < 2;
}

function notice(text, isTrouble) {
  at('notice').hidden = text === '';
  at('notice').classList.toggle('trouble', isTrouble);
  if (at('notice').textContent !== text) {
    at('notice').textContent = text;
  }
}

function showMinute(minute) {
  at('minute').hidden = !minute;
  if (minute) {
    const end = new Date(1000 * minute.end);
    at('minute-end').textContent = `to ${end.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`;
    describe(at('minute-facts'), [
      ['Requests', count(minute.requests)],
      ['Tokens', count(minute.tokens)],
      ['Per second', rate(minute.tokens_per_second)],
      ['Weights read', percent(minute.weights_read)],
      ['First token p50', seconds(minute.first_token_p50)],
      ['First token p99', seconds(minute.first_token_p99)],
      ['Per token p50', seconds(minute.per_token_p50)],
      ['Per token p99', seconds(minute.per_token_p99)],
    ]);
  }
}

at('watched').addEventListener('change', () => latest && show({ ...latest, frames: [] }));
document.addEventListener('visibilitychange', () => latest && show({ ...latest, frames: [] }));
followTheme(at('theme'), () => {
  charts.redraw();
  ribbon.redraw();
});
watch();
