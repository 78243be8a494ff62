import { decimals } from './format.js';
import { axes, bars, line, plot } from './plot.js';

/** Surprisal of the answer's tokens, bar by bar, and the threshold that it was held against. */
export class Ribbon {
  constructor(box, onHover) {
    this.box = box;
    this.onHover = onHover;
  }

  draw(answer) {
    this.box.hidden = answer.tokens.length === 0;
    if (this.box.hidden) {
      return;
    }
    this.uplot ??= this.#make();
    this.uplot.setData([
      answer.tokens.map((token) => token.token_index),
      answer.tokens.map((token) => token.surprisal),
      answer.tokens.map((token) => answer.thresholdBits(token)),
    ]);
  }

  redraw() {
    this.uplot?.redraw();
  }

  #make() {
    return plot(
      this.box,
      84,
      {
        padding: [8, 14, 8, 0],
        scales: {
          x: { time: false, range: (u) => [-0.5, Math.max(40, (u.data[0].at(-1) ?? 0) + 0.5)] },
          y: { range: (u, min, max) => [0, Math.max(8, max ?? 0)] },
        },
        axes: axes({ show: false }, (v) => decimals(v, 0)),
        series: [{}, bars('second', 0.66), line('hot', { dash: true })],
      },
      this.onHover,
    );
  }
}
