import { describe, decimals, element, percent } from './format.js';

const BITS = [1, 2, 3, 4.5, 6, 8];

/** The tokens of one answer: as text, and each with what is known of it. */
export class Answer {
  constructor(box, tip, onHover) {
    this.box = box;
    this.tip = tip;
    this.onHover = onHover;
    this.clear();
    box.addEventListener('pointerover', (e) => this.#show(e.target.closest('.token')));
    box.addEventListener('pointerleave', () => this.#show(this.#focused()));
    box.addEventListener('focusin', (e) => this.#choose(e.target));
    box.addEventListener('focusout', () => this.#show(null));
    box.addEventListener('keydown', (e) => this.#move(e));
    addEventListener('scroll', () => this.#show(null), { passive: true });
  }

  clear() {
    this.tokens = [];
    this.windows = [];
    this.version = null;
    this.box.replaceChildren();
    this.#show(null);
  }

  /** A token of an index that is there takes back that one and all after it. */
  add(token) {
    for (const retracted of this.tokens.splice(token.token_index)) {
      retracted.space.remove();
      retracted.node.remove();
    }
    if (token.usage) {
      this.version = token.usage.thresholds_version;
    }
    if (token.token_id === undefined) {
      return;
    }
    this.tokens.push(token);
    // A space that leads a word is its token's, but a box around it reads badly.
    const [, space, rest] = /^( *)(.*)$/s.exec(token.text);
    token.space = document.createTextNode(rest ? space : '');
    token.node = this.#node(token, rest || token.text);
    this.box.append(token.space, token.node);
  }

  addWindow(window) {
    this.windows.push(window);
  }

  get text() {
    return this.tokens.map((token) => token.text).join('');
  }

  /** Bits above which a token counted as surprising; null where its window is not known yet. */
  thresholdBits(token) {
    const window = this.#window(token.token_index);
    if (!window || window.surprisal_sum === 0) {
      return null;
    }
    const from = window.first_token_index;
    const bits = this.tokens
      .slice(from, from + window.tokens)
      .reduce((sum, each) => sum + each.surprisal, 0);
    return (window.surprisal_threshold * bits) / window.surprisal_sum;
  }

  mark(index) {
    this.#show(index === null ? null : this.tokens[index]?.node);
  }

  #window(index) {
    return this.windows.findLast(
      (w) => w.first_token_index <= index && index < w.first_token_index + w.tokens,
    );
  }

  #node(token, text) {
    const level = BITS.filter((bits) => token.surprisal >= bits).length;
    const node = element(
      'span',
      text,
      `token s${level} ${token.load.toLowerCase()}${text === '' ? ' blank' : ''}`,
    );
    node.setAttribute('role', 'option');
    node.tabIndex = token.token_index === 0 ? 0 : -1;
    node.token = token;
    return node;
  }

  #focused() {
    return this.box.contains(document.activeElement) ? document.activeElement : null;
  }

  #choose(node) {
    this.box.querySelector('[tabindex="0"]')?.setAttribute('tabindex', '-1');
    node.tabIndex = 0;
    node.setAttribute(
      'aria-label',
      [node.token.text, ...this.#details(node.token).map(([name, value]) => `${name} ${value}`)].join(', '),
    );
    this.#show(node);
  }

  #move(event) {
    const at = this.tokens.indexOf(event.target.token);
    const last = this.tokens.length - 1;
    const to = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: this.#line(at, -1),
      ArrowDown: this.#line(at, 1),
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined && at >= 0) {
      event.preventDefault();
      this.tokens[Math.max(0, Math.min(to, last))].node.focus();
    }
  }

  /** The token of the next line that is nearest below or above. */
  #line(at, step) {
    const place = (index) => this.tokens[index].node.getClientRects()[0] ?? new DOMRect();
    const start = place(at);
    let best = at;
    for (let i = at + step; this.tokens[i]; i += step) {
      const here = place(i);
      const sameLine = Math.abs(here.top - start.top) < 4;
      if (sameLine) {
        continue;
      }
      const chosen = best === at ? null : place(best);
      if (chosen && Math.abs(here.top - chosen.top) >= 4) {
        break;
      }
      if (!chosen || Math.abs(here.left - start.left) < Math.abs(chosen.left - start.left)) {
        best = i;
      }
    }
    return best;
  }

  #details(token) {
    const window = this.#window(token.token_index);
    const threshold = this.thresholdBits(token);
    const version = window?.thresholds_version ?? this.version;
    return [
      ['Surprisal', `${decimals(token.surprisal, 2)} bits${threshold === null ? '' : ` (threshold ${decimals(threshold, 2)})`}`],
      ['Entropy', `${decimals(token.entropy, 2)} bits`],
      ['Load', token.load.toLowerCase()],
      ['Neurons active', percent(token.active_neuron_ratio)],
      ['Weights read', percent(token.weights_read_ratio)],
      ['Thresholds', version === null || version === undefined ? 'not told yet' : `version ${version}`],
      ['Token', `${token.token_index}, attempt ${token.attempt}`],
    ];
  }

  #show(node) {
    this.box.querySelector('.marked')?.classList.remove('marked');
    this.tip.hidden = !node?.token;
    this.onHover(node?.token?.token_index ?? null);
    if (this.tip.hidden) {
      return;
    }
    node.classList.add('marked');
    const list = document.createElement('dl');
    describe(list, this.#details(node.token));
    const heading = element('p', JSON.stringify(node.token.text).slice(1, -1).replaceAll(' ', '␣') || '(no text of its own)', 'word');
    this.tip.replaceChildren(heading, list);
    const at = node.getClientRects()[0] ?? node.getBoundingClientRect();
    const width = this.tip.offsetWidth;
    const height = this.tip.offsetHeight;
    const below = at.bottom + 8 + height < innerHeight;
    this.tip.style.left = `${Math.max(8, Math.min(at.left - 12, innerWidth - width - 8))}px`;
    this.tip.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - height - 8)}px`;
  }
}
