// The telephone: draws a customer's chat from the stand-in vendor's events and sends what is typed.

const ROOT = "/demo/phone/";
const NAMES = { image: "Photo", video: "Video", audio: "Voice message", document: "Document", sticker: "Sticker", location: "Place" };
const STATUS = { waiting: "on its way", sent: "sent", delivered: "delivered", read: "read", failed: "not sent" };
const TICKS = {
  waiting: "M8 3v3.5l2 1M13 6a5 5 0 1 1-10 0 5 5 0 0 1 10 0",
  sent: "M4 6.5 7 9.5 12.5 3",
  delivered: "M1 6.5 4 9.5 9.5 3M7.5 8.5l1 1L14 3",
  read: "M1 6.5 4 9.5 9.5 3M7.5 8.5l1 1L14 3",
  failed: "M8 2v5M8 10v.1",
};

const $ = (id) => document.getElementById(id);
const state = { business: { name: "" }, customers: [], customer: null, messages: new Map(), stream: null };

function element(tag, props = {}, ...children) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

async function call(path, body) {
  const options = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(ROOT + path, options);
  const found = await response.json().catch(() => ({ error: "The telephone has no connection. Try again in a moment." }));
  if (!response.ok) throw new Error(found.error);
  return found;
}

function complain(place, error) {
  place.textContent = error ? (error instanceof TypeError ? "The telephone has no connection. Try again in a moment." : error.message) : "";
  place.hidden = !error;
}

// Drawing

function tick(status) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 12");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", STATUS[status]);
  svg.classList.add(status);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", TICKS[status]);
  svg.append(path);
  return svg;
}

const timeOf = (at) => new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" }).format(at);

function dayOf(at) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
  if (days < 2) return days === 1 ? "Yesterday" : "Today";
  return new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" }).format(at);
}

function media(message) {
  const src = message.file ? `${ROOT}media/${message.file}` : message.link;
  if (!src) return null;
  const name = message.filename || NAMES[message.kind];
  if (message.kind === "image" || message.kind === "sticker") return element("img", { src, alt: message.text || NAMES[message.kind], loading: "lazy" });
  if (message.kind === "video") return element("video", { src, controls: true, preload: "metadata" });
  if (message.kind === "audio") return element("audio", { src, controls: true, preload: "metadata" });
  return element("a", { href: src, download: name, textContent: name });
}

function place(message) {
  if (!message.location) return null;
  const { latitude, longitude } = message.location;
  return element("div", { className: "stamp", textContent: `${latitude.toFixed(4)}, ${longitude.toFixed(4)}` });
}

function quote(message) {
  const original = message.reply_to && state.messages.get(message.reply_to);
  return original ? element("div", { className: "quote", textContent: original.text || NAMES[original.kind] || "" }) : null;
}

function bubble(message) {
  const at = new Date(message.at);
  const stamp = element("div", { className: "stamp" }, element("time", { dateTime: message.at, textContent: timeOf(at) }));
  if (message.mine) stamp.append(tick(message.status));
  const made = element("div", { className: "bubble" },
    element("span", { className: "unseen", textContent: message.mine ? "You: " : `${state.business.name}: ` }),
    quote(message), media(message),
    message.text ? element("div", { className: "words", textContent: message.text }) : null,
    place(message), stamp);
  if (message.reaction) made.append(element("span", { className: "reaction", textContent: message.reaction, title: "Reaction" }));
  return made;
}

function choice(row, onclick, disabled) {
  return element("button", { type: "button", className: "choice", onclick, disabled }, row.title, row.description ? element("small", { textContent: row.description }) : null);
}

function choices(message, answered) {
  if (message.buttons) {
    const made = message.buttons.map((row) => choice(row, () => reply(message, row, false), answered));
    return element("div", { className: "choices" }, ...made);
  }
  if (message.menu) {
    return element("div", { className: "choices" }, choice({ title: message.menu.button }, () => openMenu(message), answered));
  }
  return null;
}

function draw(arrived) {
  const ordered = [...state.messages.values()].filter((m) => m.kind !== "reaction").sort((a, b) => (a.at < b.at ? -1 : 1));
  const answered = new Set(ordered.map((message) => message.reply_to).filter(Boolean));
  const scroll = $("scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const kept = new Map([...$("chat").children].map((node) => [node.key, node]));
  let day = "", side = null;
  const nodes = [];
  for (const message of ordered) {
    const its = dayOf(new Date(message.at));
    if (its !== day) nodes.push(element("li", { className: "day", textContent: its }));
    const key = keyOf(message, answered.has(message.id));
    const classes = ["item", message.mine ? "mine" : "", message.mine !== side ? "other" : "", arrived === message.id ? "arrives" : ""];
    const node = kept.get(key) ?? element("li", { className: classes.filter(Boolean).join(" ") }, bubble(message), choices(message, answered.has(message.id)) ?? "");
    node.key = key;
    if (message.mine) showStatus(node, message.status);
    nodes.push(node);
    [day, side] = [its, message.mine];
  }
  swap($("chat"), nodes);
  $("empty").hidden = ordered.length > 0;
  if (atEnd || arrived) scroll.scrollTop = scroll.scrollHeight;
}

// A message's bubble is drawn anew only when it looks different; its status is exchanged in place.
const keyOf = (message, isAnswered) => JSON.stringify({ ...message, rev: 0, status: "", isAnswered });

function showStatus(node, status) {
  const shown = node.querySelector(".stamp svg");
  if (!shown.classList.contains(status)) shown.replaceWith(tick(status));
}

// Only what changed leaves the page, so that focus, playback and what a screen reader says stay where they are.
function swap(list, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...list.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  });
}

// A long history arrives as many events; the screen needs one drawing.
let waiting = false, newest = "";
function redraw(arrived) {
  newest = arrived || newest;
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    draw(newest);
    [waiting, newest] = [false, ""];
  });
}

// Receiving

function listen() {
  state.stream?.close();
  state.messages.clear();
  draw();
  const stream = new EventSource(`${ROOT}events?customer=${state.customer.key}`);
  stream.onopen = () => presence("online");
  stream.onerror = () => {
    presence("connecting…");
    if (stream.readyState === EventSource.CLOSED) setTimeout(start, 2000);
  };
  stream.addEventListener("typing", (event) => presence(JSON.parse(event.data).typing ? "typing…" : "online"));
  stream.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    const isNew = !state.messages.has(message.id);
    state.messages.set(message.id, message);
    redraw(isNew ? message.id : "");
  });
  state.stream = stream;
}

function presence(words) {
  if ($("presence").textContent !== words) $("presence").textContent = words;
}

// Sending

async function send(body) {
  try {
    complain($("problem"), null);
    await call("send", { customer: state.customer.key, ...body });
    return true;
  } catch (error) {
    complain($("problem"), error);
    return false;
  }
}

function reply(message, row, isList) {
  $("text").focus();
  return send({ kind: "reply", is_list: isList, reply_to: message.id, ...row });
}

function openMenu(message) {
  $("menu-title").textContent = message.menu.button;
  const rows = message.menu.rows.map((row) => choice(row, () => {
    $("menu").close();
    reply(message, row, true);
  }));
  $("rows").replaceChildren(...rows);
  $("menu").showModal();
}

async function sendText() {
  const box = $("text");
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  fit();
  if (!(await send({ text })) && !box.value) box.value = text;
}

function fit() {
  const box = $("text");
  box.rows = Math.min(5, Math.max(1, box.value.split("\n").length, Math.ceil(box.value.length / 34)));
}

const base64 = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
});

async function sendFile(input, kindOf) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  if (file.size > 16 * 1024 * 1024) return complain($("problem"), new Error("A file may have 16 MB at most."));
  const caption = input.id === "voice" ? "" : $("text").value.trim();
  if (caption) $("text").value = "";
  await send({ kind: kindOf(file), data: await base64(file), mime_type: file.type, filename: file.name, caption, is_voice: input.id === "voice" });
}

// Customers

function showCustomers() {
  const label = (customer) => `${customer.name} (${customer.phone || `@${customer.username}`})`;
  $("customer").replaceChildren(...state.customers.map((c) => element("option", { value: c.key, textContent: label(c), selected: c === state.customer })));
  const form = $("edit").elements;
  for (const name of ["name", "phone", "username"]) form[name].value = state.customer[name];
}

function choose(key) {
  state.customer = state.customers.find((customer) => customer.key === key) ?? state.customers[0];
  sessionStorage.setItem("customer", state.customer.key);
  showCustomers();
  listen();
}

async function save(event) {
  event.preventDefault();
  const given = Object.fromEntries(new FormData($("edit")));
  try {
    complain($("edit-problem"), null);
    const saved = await call("customers", { ...given, key: event.submitter?.value === "add" ? "" : state.customer.key });
    state.customers = (await call("state")).customers;
    choose(saved.key);
  } catch (error) {
    complain($("edit-problem"), error);
  }
}

async function start() {
  try {
    Object.assign(state, await call("state"));
  } catch {
    presence("no connection");
    setTimeout(start, 2000);
    return;
  }
  $("business").textContent = state.business.name;
  $("avatar").textContent = state.business.name.slice(0, 1);
  choose(sessionStorage.getItem("customer"));
}

// Wiring

$("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  sendText();
});
$("text").addEventListener("input", fit);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    sendText();
  }
});
$("attach").addEventListener("click", (event) => {
  const picked = event.target.dataset?.pick;
  if (!picked) return;
  $("attach").open = false;
  if (picked === "place") $("place").showModal();
  else $(picked).click();
});
document.addEventListener("click", (event) => {
  if (!$("attach").contains(event.target)) $("attach").open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && $("attach").open) {
    $("attach").open = false;
    $("attach").firstElementChild.focus();
  }
});
$("photo").addEventListener("change", () => sendFile($("photo"), (file) => (file.type.startsWith("video/") ? "video" : "image")));
$("document").addEventListener("change", () => sendFile($("document"), () => "document"));
$("voice").addEventListener("change", () => sendFile($("voice"), () => "audio"));
$("place").addEventListener("close", () => {
  if ($("place").returnValue === "send") send({ kind: "location", ...Object.fromEntries(new FormData($("place-form"))) });
  $("place").returnValue = "";
});
$("menu-close").addEventListener("click", () => $("menu").close());
$("customer").addEventListener("change", (event) => choose(event.target.value));
$("edit").addEventListener("submit", save);
start();
