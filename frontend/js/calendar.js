// The calendar: the server sends the business's wall-clock times and texts, this lays them out (@event-calendar/core).
import { createCalendar, Interaction, ResourceTimeGrid, TimeGrid } from "@event-calendar/core";

const VIEWS = { day: "resourceTimeGridDay", week: "timeGridWeek" };
const SHORT = 30 * 60_000;
const TINY = 20 * 60_000;
const MINUTE = 60_000;

const box = document.getElementById("calendar");
const find = (name) => document.querySelector(`[data-calendar-${name}]`);
let shown = { people: [], appointments: [], closed: [] };
let fetchedAt = 0;
let calendar;

const element = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
const isWeek = () => calendar.getOption("view") === VIEWS.week;
// Wall-clock strings are reckoned with as if they were UTC, so that the browser's own zone and its summer time stay out of it.
const instant = (text) => Date.parse(`${text}Z`);
const wall = (milliseconds) => new Date(milliseconds).toISOString().slice(0, 19);
const asWall = (date) => new Date(date.getTime() - date.getTimezoneOffset() * MINUTE).toISOString().slice(0, 19);
const narrow = matchMedia("(width < 45rem)");
/** Whose appointments alone are shown: in a week whoever was chosen, on a phone's day always somebody. */
const person = () => (isWeek() || narrow.matches ? find("person").value : "");

/** The business's clock now, as a wall-clock string: what the server said, plus the time since. */
function now() {
  return wall(instant(shown.now) + Date.now() - fetchedAt);
}

function appointmentEvent(one) {
  const long = instant(one.end) - instant(one.start);
  const size = long <= TINY ? "is-tiny" : long <= SHORT ? "is-short" : "";
  return {
    id: one.id, resourceIds: [one.person], start: one.start, end: one.end, title: one.name,
    classNames: ["appointment-block", `is-${one.status}`, size, one.end <= now() ? "is-past" : ""].filter(Boolean),
    extendedProps: one,
  };
}

const around = (one, name, start, end) => ({
  id: `${name}-${one.id}`, resourceIds: [one.person], start, end, display: "background", classNames: [`${name}-block`],
});

function bufferEvents(one) {
  return [one.ready_from && around(one, "ready", one.ready_from, one.start), one.tidy_until && around(one, "tidy", one.end, one.tidy_until)].filter(Boolean);
}

const closedEvent = (one, index) => ({
  id: `closed-${index}`, resourceIds: one.person ? [one.person] : shown.people.map(({ id }) => id), start: one.start, end: one.end,
  display: "background", classNames: ["closed-block"], title: one.text,
});

function nowEvent() {
  const start = now();
  const end = wall(instant(start) + MINUTE);
  return { id: "now", resourceIds: shown.people.map(({ id }) => id), start, end, display: "background", classNames: ["now-block"] };
}

function events() {
  const mine = (one) => !person() || !one.person || one.person === person();
  const appointments = shown.appointments.filter(mine);
  // A week shows everybody's appointments in one column a day: whose break it is could not be told there.
  const closed = shown.closed.filter((one) => mine(one) && (!isWeek() || person() || !one.person));
  return [
    ...appointments.map(appointmentEvent),
    ...(isWeek() ? [] : appointments.flatMap(bufferEvents)),
    ...closed.map(closedEvent),
    nowEvent(),
  ];
}

function showHead() {
  find("title").textContent = shown.title;
  find("summary").textContent = shown.summary;
  find("summary").hidden = !shown.summary;
  const chosen = find("person").value;
  const oneByOne = narrow.matches && !isWeek();
  const choices = shown.people.map(({ id, name, hours }) => new Option(oneByOne && hours ? `${name}, ${hours}` : name, id));
  find("person").replaceChildren(...(oneByOne ? [] : [new Option("Everybody", "")]), ...choices);
  find("person").value = chosen || !oneByOne ? chosen : firstToShow();
  find("person").hidden = !isWeek() && !oneByOne;
}

/** On a phone: whoever works that day, the first in the business's order. */
function firstToShow() {
  return (shown.people.find(({ hours }) => hours !== "off") ?? shown.people[0])?.id ?? "";
}

function columns() {
  const alone = !isWeek() && person();
  return shown.people.filter(({ id }) => !alone || id === alone).map((one) => ({ id: one.id, title: one.name, extendedProps: one }));
}

async function load({ startStr, endStr }) {
  const query = new URLSearchParams({ start: startStr.slice(0, 10), end: endStr.slice(0, 10) });
  try {
    const answer = await fetch(`${box.dataset.eventsUrl}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    shown = await answer.json();
  } catch {
    find("failed").hidden = false;
    return [];
  }
  fetchedAt = Date.now();
  find("failed").hidden = true;
  showHead();
  calendar.setOption("resources", columns());
  return events();
}

function appointmentContent({ event }) {
  const appointment = event.extendedProps;
  if (event.display === "background") return { domNodes: event.title ? [element("span", "closed-text", event.title)] : [] };
  const name = element("span", "appointment-name", event.title);
  name.dir = "auto";
  const who = shown.people.find(({ id }) => id === appointment.person);
  const said = [isWeek() && !person() ? who?.initials : "", appointment.text, appointment.hint];
  const text = element("span", "appointment-text", said.filter(Boolean).join(" · "));
  const button = element("button", "appointment-open", "");
  button.type = "button";
  button.append(name, " ", text, element("span", "sr-only", who ? ` with ${who.name}` : ""));
  button.addEventListener("click", () => open(appointment.url));
  return { domNodes: [button] };
}

function personContent({ resource }) {
  const { initials, hours } = resource.extendedProps;
  const avatar = element("span", "avatar avatar-sm", initials);
  avatar.ariaHidden = "true";
  return { domNodes: [avatar, element("span", "person-name", resource.title), element("span", "person-hours", hours)] };
}

function open(url) {
  const dialog = document.getElementById("appointment");
  if (!dialog.open) dialog.showModal();
  window.dispatchEvent(new CustomEvent("appointment:open", { detail: url }));
}

function book(choices = {}) {
  const query = new URLSearchParams({ day: asWall(new Date(calendar.getOption("date"))).slice(0, 10), ...choices });
  open(`${box.dataset.newUrl}?${query}`);
}

/** A click on empty time starts an appointment there. */
function bookAt({ date, resource }) {
  const [day, time] = asWall(date).split("T");
  const staff = resource?.id ?? person();
  book({ day, typed: time.slice(0, 5), ...(staff && { staff }) });
}

/** The library calls its grid a table and then has no cells: to a screen reader ours is a group of named buttons. */
function dropTableRoles() {
  // A day without appointments has nothing to focus in it, and is scrolled by the keyboard all the same.
  Object.assign(box.querySelector(".ec-main") ?? {}, { tabIndex: 0, role: "region", ariaLabel: "Appointments" });
  for (const part of box.querySelectorAll("[aria-colindex]")) part.removeAttribute("aria-colindex");
  for (const part of box.querySelectorAll("[role=table], [role=rowgroup], [role=row], [role=columnheader], [role=rowheader], [role=cell]")) {
    part.removeAttribute("role");
  }
}

function hourText(time) {
  const { clock } = box.dataset;
  const form = clock === "h12" ? { hour: "numeric", hourCycle: "h12" } : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat("en", form).format(time).toLowerCase();
}

/** Where today's grid begins to be seen: a little of what has just been stays in sight. */
const hourBefore = () => `${String(Math.max(0, Number(box.dataset.hour) - 1)).padStart(2, "0")}:00`;

/** A week that is wider than the screen begins with today. */
function showToday() {
  const main = box.querySelector(".ec-main");
  const today = box.querySelector(".ec-col-head.ec-today");
  if (narrow.matches && isWeek() && today) main.scrollLeft += today.getBoundingClientRect().left - box.querySelector(".ec-sidebar").getBoundingClientRect().right;
}

function remember() {
  const view = isWeek() ? "week" : "day";
  const local = calendar.getOption("date");
  const date = wall(Date.UTC(local.getFullYear(), local.getMonth(), local.getDate())).slice(0, 10);
  history.replaceState(history.state, "", `?date=${date}&view=${view}`);
  for (const button of document.querySelectorAll("[data-calendar-view]")) button.ariaPressed = String(button.dataset.calendarView === view);
}

function start() {
  const { date, today, view, firstHour, lastHour, weekStarts, newUrl } = box.dataset;
  box.replaceChildren();
  calendar = createCalendar(box, [ResourceTimeGrid, TimeGrid, Interaction], {
    view: VIEWS[view] ?? VIEWS.day,
    date,
    headerToolbar: { start: "", center: "", end: "" },
    height: "100%",
    allDaySlot: false,
    firstDay: Number(weekStarts),
    slotMinTime: firstHour,
    slotMaxTime: lastHour,
    flexibleSlotTimeLimits: true,
    ...(newUrl && { dateClick: bookAt }),
    eventStartEditable: false,
    eventDurationEditable: false,
    scrollTime: date === today ? hourBefore() : firstHour,
    slotDuration: "00:15",
    slotLabelInterval: "01:00",
    slotHeight: 20,
    slotLabelFormat: hourText,
    slotEventOverlap: false,
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "short" },
    locale: box.dataset.locale,
    columnWidth: "minmax(140px, 1fr)",
    eventSources: [{ events: load }],
    eventContent: appointmentContent,
    resourceLabelContent: personContent,
    datesSet: () => {
      if (calendar) remember();
      requestAnimationFrame(showToday);
    },
    views: { timeGridWeek: { columnWidth: "minmax(110px, 1fr)" } },
  });
  dropTableRoles();
  new MutationObserver(dropTableRoles).observe(box, { childList: true, subtree: true });
  remember();
  setInterval(redraw, MINUTE);
  narrow.addEventListener("change", () => calendar.refetchEvents());
  if (box.dataset.opensUrl) open(box.dataset.opensUrl);
}

/** The line moves, and what is over fades, without asking the server. */
function redraw() {
  for (const one of events()) {
    if (one.id === "now" || one.classNames.includes("is-past")) calendar.updateEvent(one);
  }
}

const steps = {
  today: () => calendar.setOption("date", now().slice(0, 10)),
  prev: () => calendar.prev(),
  next: () => calendar.next(),
  again: () => calendar.refetchEvents(),
  book: () => book(),
};

document.addEventListener("click", ({ target }) => {
  const go = target.closest("[data-calendar-go]")?.dataset.calendarGo;
  const view = target.closest("[data-calendar-view]")?.dataset.calendarView;
  if (!calendar) return;
  if (go) steps[go]();
  if (view) calendar.setOption("view", VIEWS[view]);
  if (go || view) remember();
});

if (box) {
  find("person").addEventListener("change", () => calendar.refetchEvents());
  for (const topic of ["appointment", "facts", "resync"]) document.body.addEventListener(`live:${topic}`, () => calendar.refetchEvents());
  start();
}
