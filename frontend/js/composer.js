// Writing: a draft kept per conversation, ⌘↵ to send, and a pending bubble until the server has answered.
import { modifier } from "./commands.js";
import { toEnd } from "./messages.js";

const composer = () => document.querySelector("[data-composer]");
const field = () => document.getElementById("composer-text");
const isNote = (form) => form.elements.kind?.value === "note";
const prepared = new WeakSet();
const draftKey = (form) => `draft:${form.dataset.composer}`;

function keepDraft(form, text) {
  if (text) sessionStorage.setItem(draftKey(form), JSON.stringify({ text, note: isNote(form) }));
  else sessionStorage.removeItem(draftKey(form));
}

function showKind(form) {
  const { replyHint, noteHint } = form.dataset;
  field().placeholder = isNote(form) ? noteHint : replyHint;
  form.querySelector("[data-send-key]").textContent = `${modifier} ↵`;
}

function prepare() {
  const form = composer();
  if (!form) return;
  if (!prepared.has(form)) restoreDraft(form);
  prepared.add(form);
  showKind(form);
}

function restoreDraft(form) {
  const draft = JSON.parse(sessionStorage.getItem(draftKey(form)) ?? "null");
  const kind = draft && form.querySelector(draft.note ? "#kind-note" : "#kind-reply");
  // What was meant for the team must not become an answer where one may not write notes any more, nor the other way round.
  if (!kind) return;
  kind.checked = true;
  field().value = draft.text;
}

function showPending(note, text) {
  const pattern = document.getElementById(note ? "pending-note" : "pending-message");
  const bubble = pattern.content.firstElementChild.cloneNode(true);
  bubble.querySelector("[data-text]").textContent = text;
  document.getElementById("messages").append(bubble);
  toEnd();
  return bubble;
}

const visibleSend = (form) => [...form.querySelectorAll("[data-send]")].find((button) => button.checkVisibility());

document.addEventListener("input", ({ target }) => {
  if (target.id === "composer-text") keepDraft(target.form, target.value);
});

document.addEventListener("change", ({ target }) => {
  if (target.name !== "kind" || !target.form?.matches("[data-composer]")) return;
  showKind(target.form);
  keepDraft(target.form, field().value);
});

// A click, not a change: `r` on the tab that is already chosen goes to the field too. Arrow keys stay on the tabs.
document.addEventListener("click", ({ target, detail }) => {
  if (target.matches?.("[data-composer] [name=kind]") && !(detail === 0 && target.matches(":focus-visible") && arrowed)) field().focus();
});
let arrowed = false;
document.addEventListener("keydown", (event) => {
  arrowed = event.key.startsWith("Arrow");
  if (event.target.id !== "composer-text" || event.isComposing) return;
  if (event.key === "Escape") leave(event.target);
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
  event.preventDefault();
  visibleSend(event.target.form)?.click();
});

// Out of the field, where single keys are commands again.
function leave(text) {
  text.blur();
  document.querySelector("[data-row] a[aria-current=page]")?.focus();
}

const pending = new WeakMap();

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement.closest("[data-composer]");
  if (!form) return;
  const text = field().value.trim();
  const isTemplate = form.matches(".composer-closed") && !isNote(form);
  if (!text && !isTemplate) {
    event.preventDefault();
    field().focus();
    return;
  }
  form.elements.client_id.value ||= crypto.randomUUID();
  ctx.request.body.set("client_id", form.elements.client_id.value);
  ctx.request.body.set("text", text);
  const shown = isTemplate ? form.elements.template.selectedOptions[0].textContent : text;
  pending.set(ctx, { form, text, bubble: showPending(isNote(form), shown) });
  field().value = "";
  form.querySelector("#composer-error").replaceChildren();
});

// Before the answer is morphed in: the pending bubble must not be taken for the real one.
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => pending.get(ctx)?.bubble.remove());

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const sent = pending.get(ctx);
  if (!sent) return;
  const { form, text, bubble } = sent;
  bubble.remove();
  if (!form.isConnected) {
    // Another conversation is open by now. What did not go out waits as this one's draft.
    if (ctx.response?.status < 400) keepDraft(form, "");
    return;
  }
  if (ctx.status === "swapped" && ctx.response.status < 400) {
    form.elements.client_id.value = "";
    keepDraft(form, field().value);
  } else if (!field().value) {
    // The same client_id goes out again, so that an attempt whose answer was lost is not sent twice.
    field().value = text;
  }
  field().focus();
});

document.addEventListener("htmx:after:swap", prepare);
prepare();
