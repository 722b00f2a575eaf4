/** The value that the editor's theme gives a colour of its: `--vscode-charts-blue`. */
export function themeColor(name: string, fallback = '--vscode-foreground'): string {
  const style = getComputedStyle(document.documentElement);
  return style.getPropertyValue(name).trim() || style.getPropertyValue(fallback).trim();
}

export function isHighContrast(): boolean {
  return document.body.classList.contains('vscode-high-contrast');
}

/** Calls when the user has chosen another theme. */
export function onThemeChange(then: () => void): void {
  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      then();
    });
  };
  const observer = new MutationObserver(soon);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
