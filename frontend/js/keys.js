// The keyboard map is what the page offers: `data-key="e"` on a control presses it, j and k move through `[data-row]`.
// Single keys can be switched off (WCAG 2.1.4); what the sheet lists is read from the page when it opens.
import { isReachable, modifier, offered } from "./commands.js";
import { openPalette } from "./palette.js";

const STORED = "single-keys";
const singleKeys = () => localStorage.getItem(STORED) !== "off";
const isTyping = ({ target }) => target.matches?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

function press(key) {
  const control = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isReachable);
  if (!control) return false;
  control.focus();
  control.click();
  return true;
}

const links = () => [...document.querySelectorAll("[data-row] a")];
// Where one stood in the list. When that row has left it, its neighbours are still the next ones.
let stood = -1;
document.addEventListener("focusin", ({ target }) => {
  if (target.closest("[data-row] a")) stood = links().indexOf(target);
});

function move(by) {
  const rows = links();
  const at = [document.activeElement, rows.find((row) => row.ariaCurrent === "page")].map((row) => rows.indexOf(row));
  const from = at.find((index) => index >= 0) ?? (by > 0 ? stood - 1 : stood);
  const next = rows[Math.max(0, Math.min(rows.length - 1, from + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

function single(key) {
  if (key === "j") return move(1);
  if (key === "k") return move(-1);
  return press(key);
}

document.addEventListener("keydown", (event) => {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  const busy = event.metaKey || event.ctrlKey || event.altKey || isTyping(event) || document.querySelector("dialog[open]");
  if (busy || !singleKeys() || event.defaultPrevented) return;
  if (single(event.key)) event.preventDefault();
});

function line(text, key) {
  const copy = document.getElementById("keys-line").content.firstElementChild.cloneNode(true);
  copy.querySelector("[data-text]").textContent = text;
  copy.querySelector("[data-key-name]").textContent = key;
  return copy;
}

function fillSheet() {
  const known = offered().filter((element) => element.dataset.key);
  const lines = known.map((element) => line(element.dataset.command, element.dataset.key));
  if (document.querySelector("[data-row]")) lines.unshift(line("Next and previous in the list", "j k"), line("Open", "enter"));
  if (document.querySelector("[data-send]")) lines.push(line("Send what you wrote", `${modifier} ↵`), line("Stop writing", "esc"));
  document.querySelector("[data-keys-list]").replaceChildren(...lines, line("Find a command", `${modifier} K`));
}

const sheet = document.getElementById("keys");
if (sheet) {
  const toggle = sheet.querySelector("[data-single-keys]");
  toggle.checked = singleKeys();
  toggle.addEventListener("change", () => localStorage.setItem(STORED, toggle.checked ? "on" : "off"));
  new MutationObserver(() => sheet.open && fillSheet()).observe(sheet, { attributeFilter: ["open"] });
}
