// Light or dark: follows the system until pinned; the pin is a cookie, so that the server draws the
// page right at once.
const YEAR = 31_536_000;
const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function pin(theme) {
  const follows = theme === (system.matches ? "dark" : "light");
  if (follows) delete root.dataset.theme;
  else root.dataset.theme = theme;
  document.cookie = `theme=${follows ? "" : theme}; path=/; max-age=${follows ? 0 : YEAR}; samesite=lax`;
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const now = root.dataset.theme ?? (system.matches ? "dark" : "light");
    pin(now === "dark" ? "light" : "dark");
  });
}
