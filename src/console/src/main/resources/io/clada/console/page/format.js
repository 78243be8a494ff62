const NONE = '–';

const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

export function count(value) {
  return isNumber(value) ? Math.round(value).toLocaleString('en') : NONE;
}

export function decimals(value, digits) {
  return isNumber(value) ? value.toFixed(digits) : NONE;
}

export function percent(value) {
  return isNumber(value) ? `${Math.round(100 * value)} %` : NONE;
}

export function rate(value) {
  return isNumber(value) ? value.toFixed(value < 9.95 ? 1 : 0) : NONE;
}

export function seconds(value) {
  if (!isNumber(value)) {
    return NONE;
  }
  return value < 1 ? `${Math.round(1000 * value)} ms` : `${value.toFixed(1)} s`;
}

/** Replaces a description list's entries, given as pairs of a name and a value. */
export function describe(list, entries) {
  list.replaceChildren(
    ...entries.map(([name, value]) => {
      const row = document.createElement('div');
      row.append(element('dt', name), element('dd', value));
      return row;
    }),
  );
}

export function element(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) {
    made.className = className;
  }
  return made;
}
