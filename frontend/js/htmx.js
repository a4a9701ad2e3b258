// htmx 4: our CSRF token on what writes, words when a request fails, and open menus that stay open while a part is exchanged.
import htmx from "htmx.org";
import { toast } from "./toasts.js";

const WORDS = {
  403: "You may not do this. If the page stood open for long, reload it.",
  404: "This is no longer here.",
  409: "Somebody else changed this just now. Reload to see it.",
  413: "That is too large.",
  429: "That was too often. Wait a moment.",
};

function refuse() {
  throw new Error("Expressions in attributes are off here, and the CSP forbids them. Write a small module instead.");
}

htmx.registerExtension("ours", {
  init: (api) => api.initSecurity(null, refuse, refuse),
  htmx_before_morph_node: (_, { oldNode, newNode }) => {
    if (oldNode.matches?.("details[open]")) newNode.setAttribute("open", "");
    if (oldNode.matches?.("input[type=radio], input[type=checkbox]")) newNode.checked = oldNode.checked;
  },
});

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET") ctx.request.headers["X-CSRFToken"] = csrfToken();
});

// An answer to what was done in a conversation that is no longer open must not take the place of the one that is.
document.addEventListener("htmx:before:swap", (event) => {
  const { sourceElement, target } = event.detail.ctx;
  if (target?.id === "conversation" && !sourceElement.isConnected && !sourceElement.closest("[data-row]")) event.preventDefault();
});

/** A sentence of the server's, where it sent one instead of a page. */
const sentence = ({ response, text }) => response.headers.get("Content-Type")?.startsWith("text/plain") && text;

const wrote = (ctx) => ctx?.request.method !== "GET";

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const { status } = ctx.response;
  if (status === 401) location.reload();
  else if (status !== 422 && (wrote(ctx) || status < 500)) toast(sentence(ctx) || WORDS[status] || "That did not work. Nothing was changed; try again in a minute.");
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (wrote(ctx)) toast("The server could not be reached. Nothing was sent.");
});

export default htmx;
