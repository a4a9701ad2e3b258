// The conversation's scroll: it opens at the end, stays there while new messages come, and says so when one is further up.

const NEAR = 80;
const scroller = () => document.querySelector("[data-messages]");
const pill = () => document.querySelector("[data-to-bottom]");
const isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
let wasAtEnd = true;
let before = 0;

export function toEnd() {
  const box = scroller();
  if (!box) return;
  box.scrollTop = box.scrollHeight;
  pill().hidden = true;
}

function lastMessageId() {
  return [...document.querySelectorAll("#messages [id^=message-], #messages [id^=entry-]")].at(-1)?.id;
}

let lastSeen;
const known = new WeakSet();

function follow() {
  const last = lastMessageId();
  if (wasAtEnd) toEnd();
  else if (last !== lastSeen) pill().hidden = false;
  lastSeen = last;
}

/** Earlier messages were put above: what one was reading stays where it was. */
function keepPlace() {
  const box = scroller();
  box.scrollTop += box.scrollHeight - before;
}

function opened() {
  known.add(scroller());
  toEnd();
  lastSeen = lastMessageId();
  new ResizeObserver(() => wasAtEnd && toEnd()).observe(document.getElementById("messages"));
  scroller().addEventListener("scroll", ({ target }) => {
    wasAtEnd = isAtEnd(target);
    if (wasAtEnd) pill().hidden = true;
  });
  wasAtEnd = true;
}

document.addEventListener("htmx:before:swap", () => {
  const box = scroller();
  if (!box) return;
  wasAtEnd = isAtEnd(box);
  before = box.scrollHeight;
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const target = ctx.target;
  if (scroller() && !known.has(scroller())) opened();
  else if (ctx.sourceElement?.matches?.("[data-earlier]") || target?.matches?.(".more")) keepPlace();
  else if (scroller() && ["messages", "conversation"].includes(target?.id)) follow();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-to-bottom]")) toEnd();
});

if (scroller()) opened();
