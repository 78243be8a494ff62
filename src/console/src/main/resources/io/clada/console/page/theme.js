const KEY = 'clada.theme';
const root = document.documentElement.dataset;
const system = matchMedia('(prefers-color-scheme: dark)');

/**
 * What the visitor has chosen stands in the root element; without it the style sheet follows the
 * system by itself. Whatever is drawn in the theme's colours is told when they change.
 */
export function followTheme(button, onChange) {
  const chosen = stored();
  if (chosen) root.theme = chosen;
  onChange();
  system.addEventListener('change', onChange);
  button.addEventListener('click', () => {
    root.theme = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem(KEY, root.theme);
    } catch {
      // Not kept where the browser keeps nothing.
    }
    onChange();
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
  return root.theme ? root.theme === 'dark' : system.matches;
}
