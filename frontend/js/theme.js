// Light, night or as the system says; kept in a cookie, so that the server renders the page in it and nothing flashes.

const YEAR = 31_536_000;

function mark(chosen) {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
}

function choose(theme) {
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? YEAR : 0}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  mark(theme);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (button) choose(button.dataset.themeChoice);
});
mark(document.documentElement.dataset.theme ?? "");
