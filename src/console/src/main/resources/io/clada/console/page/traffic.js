import { decimals, element, percent, rate } from './format.js';
import { axes, bars, line, plot } from './plot.js';

const PAST = 120;
const RECENT = 15;
const share = (value) => `${Math.round(100 * value)}%`;
const whole = (value) => (Number.isInteger(value) ? value.toLocaleString('en') : '');
const upTo = (least) => (u, min, max) => [0, Math.max(least, (max ?? 0) * 1.1)];
const UNIT = { range: () => [0, 1] };
const THIRDS = [0, 0.5, 1];

const TIME = {
  splits: () => [-120, -60, 0],
  values: () => ['−2 min', '−1 min', 'now'],
};

/** What is charted of a model's second; each chart's first value is its headline. */
const CHARTS = [
  {
    id: 'speed',
    title: 'Tokens per second',
    keys: [['main', 'all requests together']],
    series: [line('main', { fill: 0.14 })],
    values: (f) => [f.tokens],
    idle: [0],
    headline: (v) => rate(v[0]),
    y: { range: upTo(10) },
    labels: whole,
  },
  {
    id: 'weights',
    title: 'Share of weights read',
    keys: [['main', 'weights'], ['second', 'neurons']],
    series: [line('main'), line('second')],
    values: (f) => [f.weights_read, f.active_neurons],
    idle: [null, null],
    headline: (v) => percent(v[0]),
    y: { range: (u, min, max) => [0, Math.max(1, max ?? 0)] },
    splits: THIRDS,
    labels: share,
  },
  {
    id: 'surprisal',
    title: 'Surprisal and its threshold',
    keys: [['main', 'median'], ['second', '90 %'], ['hot', 'threshold', 'dash']],
    series: [line('main'), line('second'), line('hot', { dash: true })],
    values: (f) => [f.surprisal_median, f.surprisal_p90, f.surprisal_threshold],
    idle: [null, null, null],
    headline: (v) => decimals(v[0], 2),
    y: { range: upTo(0.5) },
    labels: (v) => decimals(v, 1),
  },
  {
    id: 'load',
    title: 'Cognitive load',
    keys: [['low', 'low'], ['medium', 'medium'], ['high', 'high']],
    series: [line('low', { fill: 0.55 }), line('medium', { fill: 0.75 }), line('high', { fill: 0.85 })],
    values: (f) => {
      const all = f.low + f.medium + f.high;
      return all === 0 ? [null, null, null] : [1, (f.medium + f.high) / all, f.high / all];
    },
    idle: [null, null, null],
    headline: (v) => (v[2] === null ? '–' : `${percent(v[2])} high`),
    y: UNIT,
    splits: THIRDS,
    labels: share,
  },
  {
    id: 'layers',
    title: 'Neurons computed, by layer',
    keys: [['main', 'mean of the last seconds']],
    series: [bars('main', 0.7)],
    layers: true,
    headline: (v) => percent(v[0]),
    y: UNIT,
    splits: THIRDS,
    labels: share,
  },
  {
    id: 'queue',
    title: 'Requests in a worker',
    keys: [['main', 'running'], ['hot', 'waiting']],
    series: [line('main', { stepped: true, fill: 0.14 }), line('hot', { stepped: true })],
    values: (f) => [f.running, f.queued],
    idle: [null, null],
    headline: (v) => (v[0] == null ? '–' : `${decimals(v[0], 0)} running`),
    y: { range: upTo(4) },
    labels: whole,
  },
];

/** The last two minutes of all traffic, of one model at a time. */
export class TrafficCharts {
  constructor(box) {
    this.frames = new Map();
    this.charts = CHARTS.map((spec) => new Chart(box, spec));
  }

  update({ now, frames }) {
    this.now = now;
    for (const frame of frames) {
      this.frames.set(frame.second, frame.models);
    }
    for (const second of this.frames.keys()) {
      if (second < now - PAST) {
        this.frames.delete(second);
      }
    }
  }

  /** The models that had traffic, most tokens first. */
  models() {
    const tokens = new Map();
    for (const models of this.frames.values()) {
      for (const [name, frame] of Object.entries(models)) {
        tokens.set(name, (tokens.get(name) ?? 0) + frame.tokens);
      }
    }
    return [...tokens.keys()].sort((a, b) => tokens.get(b) - tokens.get(a));
  }

  /** How a model’s requests ended, most frequent first, as [reason, how many]. */
  ends(model) {
    const counts = new Map();
    for (const models of this.frames.values()) {
      for (const [reason, n] of Object.entries(models[model]?.finished ?? {})) {
        counts.set(reason, (counts.get(reason) ?? 0) + n);
      }
    }
    return [...counts].sort(([, a], [, b]) => b - a);
  }

  draw(model) {
    const ages = Array.from({ length: PAST }, (_, i) => i - PAST);
    const seconds = ages.map((age) => {
      const models = this.frames.get(this.now + age);
      return models && { frame: models[model] };
    });
    this.charts.forEach((chart) => chart.draw(ages, seconds));
  }

  redraw() {
    this.charts.forEach((chart) => chart.uplot.redraw());
  }
}

class Chart {
  constructor(box, spec) {
    this.spec = spec;
    const figure = element('figure', '', 'card chart');
    figure.id = `chart-${spec.id}`;
    const caption = document.createElement('figcaption');
    this.value = element('output', '–');
    const keys = element('p', '', 'keys');
    keys.append(...spec.keys.map(([colour, name, style]) => element('span', name, `key ${colour} ${style ?? ''}`)));
    caption.append(element('h3', spec.title), this.value);
    const canvas = element('div', '', 'canvas');
    canvas.setAttribute('aria-hidden', 'true');
    figure.append(caption, canvas, keys);
    box.append(figure);
    const x = spec.layers
      ? { splits: (u) => u.data[0], values: (u, splits) => splits.map((v) => (u.data[0].length <= 12 || v % 4 === 0 ? v : '')) }
      : TIME;
    this.uplot = plot(
      canvas,
      132,
      {
        scales: {
          x: { time: false, range: spec.layers ? (u) => [0.4, (u.data[0].at(-1) ?? 1) + 0.6] : () => [-PAST, 0] },
          y: spec.y,
        },
        axes: axes(x, spec.labels, spec.splits),
        series: [{}, ...spec.series],
      },
      (index) => this.#tell(index),
    );
  }

  draw(ages, seconds) {
    this.data = this.spec.layers
      ? layers(seconds)
      : [ages, ...columns(seconds.map((s) => (s ? (s.frame ? this.spec.values(s.frame) : this.spec.idle) : this.spec.idle.map(() => null))))];
    this.uplot.setData(this.data);
    this.#tell(this.uplot.cursor.idx ?? null);
  }

  /** The value under the pointer, else the latest. */
  #tell(index) {
    if (!this.data || this.data[0].length === 0) {
      this.value.textContent = '–';
      return;
    }
    const [, ...series] = this.data;
    if (this.spec.layers) {
      this.value.textContent =
        index === null
          ? this.spec.headline([series[0].reduce((a, b) => a + b, 0) / series[0].length])
          : `layer ${this.data[0][index]}: ${percent(series[0][index])}`;
      return;
    }
    const at = index ?? latest(series[0]);
    this.value.textContent = this.spec.headline(series.map((values) => values[at] ?? null));
  }
}

/** The last second that is known, if it is not long ago. */
function latest(values) {
  for (let i = values.length - 1; i >= values.length - RECENT; i--) {
    if (values[i] != null) {
      return i;
    }
  }
  return values.length - 1;
}

function columns(rows) {
  return rows[0].map((_, i) => rows.map((row) => row[i] ?? null));
}

/** Mean over the last seconds that had any, weighted by their tokens. */
function layers(seconds) {
  const known = seconds.filter((s) => s?.frame?.layers.length > 0).slice(-RECENT);
  const depth = Math.max(0, ...known.map((s) => s.frame.layers.length));
  const weight = known.reduce((sum, s) => sum + Math.max(1, s.frame.tokens), 0);
  const mean = (i) =>
    known.reduce((sum, s) => sum + (s.frame.layers[i] ?? 0) * Math.max(1, s.frame.tokens), 0) / weight;
  const numbers = Array.from({ length: depth }, (_, i) => i + 1);
  return [numbers, numbers.map((n) => mean(n - 1))];
}
