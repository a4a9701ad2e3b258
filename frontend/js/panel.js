// The side panel as a drawer where there is no room for a third column.

const panel = () => document.querySelector("[data-panel]");

function setOpen(open) {
  panel().classList.toggle("panel-open", open);
  for (const button of document.querySelectorAll("[data-panel-toggle][aria-expanded]")) button.ariaExpanded = String(open);
  (open ? panel() : document.querySelector("[data-panel-toggle][aria-expanded]")).focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-panel-toggle]")) setOpen(!panel().classList.contains("panel-open"));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel()?.matches(".panel-open")) setOpen(false);
});
