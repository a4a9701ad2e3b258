// What the page offers to keyboard and palette: every control with `data-command` that one could reach now.

const isHiddenRadio = (element) => element.type === "radio" && element.closest("label").checkVisibility();
const isInClosedMenu = (element) => element.closest("details[data-menu]:not([open])")?.querySelector("summary").checkVisibility();

export const isReachable = (element) =>
  element.checkVisibility({ visibilityProperty: true }) || isHiddenRadio(element) || isInClosedMenu(element);

/** What is pressed with a letter: ⌘ on Apple's keyboards, Ctrl elsewhere. */
export const modifier = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";

/** What can be done with what is open comes first, the ways to other pages after it. */
export function offered() {
  const found = [...document.querySelectorAll("[data-command]")].filter(isReachable);
  const isNear = (element) => Boolean(element.closest(".conversation, .calendar-head, .known-page"));
  return [...found.filter(isNear), ...found.filter((element) => !isNear(element))];
}
