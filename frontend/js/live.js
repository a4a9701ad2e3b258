// Live events as DOM events on <body>: {"topic": "conversation:12"} becomes `live:conversation:12`, then `live:conversation`.
// One stream for all tabs: in a SharedWorker, or where there is none in the tab that holds a lock.
import { openStream } from "./stream.js";

const SIGN_AFTER = 3000;
const { liveUrl, liveWorker } = document.body.dataset;
const sign = document.querySelector("[data-live-sign]");
let signTimer;
let hasHeard = false;

function fire(name, detail) {
  document.body.dispatchEvent(new CustomEvent(name, { detail }));
}

function showState(state) {
  clearTimeout(signTimer);
  if (state === "live" && !hasHeard) {
    // What happened between the rendering of this page and now was told to nobody here.
    hasHeard = true;
    fire("live:resync");
  }
  if (state === "live" && navigator.onLine) {
    sign.hidden = true;
    return;
  }
  if (state === "connecting") return;
  signTimer = setTimeout(() => {
    sign.querySelector("[data-text]").textContent = navigator.onLine ? "Reconnecting…" : "You are offline. What you see may be old.";
    sign.hidden = false;
  }, SIGN_AFTER);
}

function receive(said) {
  if (said.state) return showState(said.state);
  const kind = said.topic.split(":")[0];
  fire(`live:${said.topic}`, said);
  if (kind !== said.topic) fire(`live:${kind}`, said);
}

function followWorker() {
  const worker = new SharedWorker(liveWorker, { name: "live" });
  const ask = () => worker.port.postMessage({ want: liveUrl });
  worker.port.start();
  ask();
  setInterval(ask, 60_000);
  addEventListener("pageshow", ask);
  addEventListener("online", () => worker.port.postMessage({ want: liveUrl, now: true }));
}

/** The tab that gets the lock reads the stream for all; when it goes, the next in line does. */
function takeTurns(channel) {
  const lead = () =>
    new Promise(() => {
      const stream = openStream(liveUrl, (said) => {
        channel.postMessage(said);
        receive(said);
      });
      addEventListener("online", stream.connectNow);
    });
  if (navigator.locks) navigator.locks.request(`live:${liveUrl}`, lead);
  else lead();
}

if (liveUrl) {
  const channel = new BroadcastChannel(`live:${liveUrl}`);
  channel.onmessage = ({ data }) => receive(data);
  if (window.SharedWorker) followWorker();
  else takeTurns(channel);
  addEventListener("offline", () => showState("waiting"));
}
