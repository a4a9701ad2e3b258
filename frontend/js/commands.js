// What the page offers to keyboard and palette: every control with `data-command` that one could reach now.

const isHiddenRadio = (element) => element.type === "radio" && element.closest("label").checkVisibility();
const isInClosedMenu = (element) => element.closest("details[data-menu]:not([open])")?.querySelector("summary").checkVisibility();

export const isReachable = (element) =>
  element.checkVisibility({ visibilityProperty: true }) || isHiddenRadio(element) || isInClosedMenu(element);

export function offered() {
  return [...document.querySelectorAll("[data-command]")].filter(isReachable);
}
