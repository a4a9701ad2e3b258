// `data-copy="<id>"` puts an element's text on the clipboard; the button shows only where that can be done.
import { toast } from "./toasts.js";

const show = () => {
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = !navigator.clipboard;
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  toast("Copied.");
});
document.addEventListener("htmx:after:swap", show);
show();
