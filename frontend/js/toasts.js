// Short messages at the bottom, with Undo where the server names an address for it. Servers send the header
// HX-Trigger: {"toast": {"text": "Resolved.", "undo": "/app/…/reopen/"}}
import htmx from "htmx.org";

const SECONDS = 6;
const place = document.getElementById("toasts");
const pattern = document.getElementById("toast-line");

function dismissLater(line) {
  let timer;
  const start = () => (timer = setTimeout(() => line.remove(), SECONDS * 1000));
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) line.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) line.addEventListener(name, start);
  line.querySelector("[data-dismiss]").addEventListener("click", () => line.remove());
  start();
}

export function toast(text, undo) {
  const line = pattern.content.firstElementChild.cloneNode(true);
  line.querySelector("[data-text]").textContent = text;
  const button = line.querySelector("[data-undo]");
  button.hidden = !undo;
  button.addEventListener("click", () => {
    line.remove();
    const known = document.getElementById("known");
    const target = known ?? document.querySelector("#conversation") ?? document.body;
    // The button that was pressed is gone: the heading of what it brought back takes the focus.
    const focus = () => target.querySelector("[tabindex='-1'], h1")?.focus();
    htmx.ajax("POST", undo, { target, swap: known ? "innerHTML" : "innerMorph" }).then(focus);
  });
  // One at a time: of two that offer Undo nobody could tell which act is meant.
  place.replaceChildren(line);
  dismissLater(line);
}

document.addEventListener("toast", ({ detail }) => toast(detail.text, detail.undo));
for (const line of place.querySelectorAll("[data-toast]")) dismissLater(line);
