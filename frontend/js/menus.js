// <details data-menu>: one open at a time, closed by Escape, by a click elsewhere and by choosing; arrows move inside.

const openMenus = () => document.querySelectorAll("details[data-menu][open]");
const items = (menu) => [...menu.querySelectorAll("a.menu-item, button.menu-item")];

function close(menu, { andFocus = false } = {}) {
  menu.open = false;
  if (andFocus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    const chosen = menu.contains(event.target) && event.target.closest(".menu-item");
    if (chosen || !menu.contains(event.target)) close(menu);
  }
});

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches?.("details[data-menu][open]")) return;
    for (const menu of openMenus()) if (menu !== target) close(menu);
    if (target.querySelector("summary:focus-visible")) items(target)[0]?.focus();
  },
  true,
);

function step(menu, key) {
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, Home: 0, End: all.length - 1 }[key];
  all.at(to % all.length)?.focus();
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    event.stopPropagation();
    close(menu, { andFocus: true });
  } else if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
    event.preventDefault();
    step(menu, event.key);
  }
});
