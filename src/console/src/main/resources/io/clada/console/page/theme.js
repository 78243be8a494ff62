const KEY = 'clada.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/** Follows the system until the visitor says otherwise. */
export function followTheme(button, onChange) {
  apply(stored(), onChange);
  system.addEventListener('change', () => apply(stored(), onChange));
  button.addEventListener('click', () => {
    const next = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Not kept where the browser keeps nothing.
    }
    apply(next, onChange);
  });
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function isDark() {
  return document.documentElement.dataset.theme === 'dark';
}

function apply(chosen, onChange) {
  document.documentElement.dataset.theme = chosen ?? (system.matches ? 'dark' : 'light');
  onChange();
}
