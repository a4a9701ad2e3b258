// ⌘K: everything on the page that carries `data-command`, found by typing. An Alpine component: the list follows what is typed.
import Alpine from "@alpinejs/csp";
import { offered } from "./commands.js";

const dialog = document.getElementById("palette");

export function openPalette() {
  if (!dialog || document.querySelector("dialog[open]")) return;
  dialog.dispatchEvent(new CustomEvent("palette:open"));
  dialog.showModal();
}

const holds = (text, typed) => typed.toLowerCase().split(/\s+/).every((word) => text.toLowerCase().includes(word));

export function palette() {
  return {
    typed: "",
    at: 0,
    commands: [],
    init() {
      this.$el.addEventListener("palette:open", () => this.gather());
      this.$watch("typed", () => (this.at = 0));
    },
    gather() {
      this.typed = "";
      this.at = 0;
      const once = new Map(offered().map((element) => [element.dataset.command, element]));
      this.commands = [...once].map(([text, element]) => ({ text, key: element.dataset.key ?? "", element }));
    },
    get matches() {
      const found = this.commands.filter(({ text }) => holds(text, this.typed));
      return found.map((command, index) => ({ ...command, index, id: `command-${index}`, isActive: String(index === this.at) }));
    },
    get isEmpty() {
      return this.matches.length === 0;
    },
    get activeId() {
      return this.isEmpty ? null : `command-${this.at}`;
    },
    steer(event) {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Enter") this.run(this.at);
      if (event.key !== "Enter" && !by) return;
      event.preventDefault();
      if (by) this.at = (this.at + by + this.matches.length) % Math.max(1, this.matches.length);
      this.$nextTick(() => document.getElementById(this.activeId)?.scrollIntoView({ block: "nearest" }));
    },
    runFound(event) {
      this.run(Number(event.currentTarget.dataset.index));
    },
    run(index) {
      const chosen = this.matches[index];
      if (!chosen) return;
      dialog.close();
      const { element } = Alpine.raw(chosen);
      element.focus();
      element.click();
    },
  };
}
