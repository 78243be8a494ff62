/** A value that cannot be sent. */
class WrongValue extends Error {
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

function whole(text, field) {
  if (!/^[+-]?\d{1,19}$/.test(text)) {
    throw new WrongValue(field, `${field}: “${text}” is not a whole number`);
  }
  return text;
}

const READERS = {
  int: (text, field) => Number(whole(text, field)),
  long: whole, // as text: numbers have fewer digits here
  number: (text, field) => {
    const value = Number(text.replace(',', '.'));
    if (!Number.isFinite(value)) {
      throw new WrongValue(field, `${field}: “${text}” is not a number`);
    }
    return value;
  },
  list: (text) => [text],
};

/** What is asked for, and what was wrong with it. Ranges are the worker’s to judge. */
export class Form {
  constructor(form) {
    this.form = form;
    this.problem = form.querySelector('#problem');
    this.again = form.querySelector('#again');
    form.addEventListener('input', (event) => {
      if (event.target.hasAttribute('aria-invalid')) {
        this.clearProblem();
      }
    });
    const prompt = form.elements.prompt;
    prompt.addEventListener('input', () => {
      prompt.style.height = 'auto';
      prompt.style.height = `${prompt.scrollHeight + 2}px`;
    });
  }

  /** What is left empty is left to the worker and the model. */
  read() {
    const request = {};
    for (const control of this.form.elements) {
      const text = control.value?.trim();
      if (control.name && text) {
        const read = READERS[control.dataset.type];
        request[control.name] = read ? read(text, control.name) : control.value;
      }
    }
    if (!request.prompt) {
      throw new WrongValue('prompt', 'Write a prompt first.');
    }
    return request;
  }

  /** A message of a worker’s begins with the field that it is about. */
  showProblem(message, field = message.split(':')[0]) {
    this.problem.hidden = false;
    this.problem.querySelector('p').textContent = message;
    const control = this.form.elements[field];
    if (control) {
      control.setAttribute('aria-invalid', 'true');
      control.setAttribute('aria-describedby', 'problem-text');
      control.closest('details')?.setAttribute('open', '');
      control.focus();
    }
  }

  showBusy(message, retryAfter) {
    this.showProblem(message, '');
    this.again.hidden = false;
    let left = Math.ceil(retryAfter ?? 0);
    const tick = () => {
      this.again.textContent = left > 0 ? `Try again in ${left} s` : 'Try again';
      this.again.disabled = left > 0;
      if (left-- <= 0) {
        clearInterval(this.counting);
      }
    };
    this.counting = setInterval(tick, 1000);
    tick();
  }

  clearProblem() {
    clearInterval(this.counting);
    this.problem.hidden = true;
    this.again.hidden = true;
    for (const control of this.form.querySelectorAll('[aria-invalid]')) {
      control.removeAttribute('aria-invalid');
      control.removeAttribute('aria-describedby');
    }
  }
}
