// One stream of events per address, shared by the tabs of this browser. It ends with the last tab that wants it.
import { openStream } from "../stream.js";

const FORGOTTEN_AFTER = 200_000; // tabs ask every minute; a sleeping tab's timers run once a minute at worst
const streams = new Map();

function want(url) {
  const known = streams.get(url);
  if (known) {
    known.wantedAt = Date.now();
    known.stream.tellState();
    return;
  }
  const channel = new BroadcastChannel(`live:${url}`);
  const stream = openStream(url, (said) => channel.postMessage(said));
  streams.set(url, { stream, channel, wantedAt: Date.now() });
}

function sweep() {
  for (const [url, { stream, channel, wantedAt }] of streams) {
    if (Date.now() - wantedAt < FORGOTTEN_AFTER) continue;
    stream.close();
    channel.close();
    streams.delete(url);
  }
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => (data.now ? streams.get(data.want)?.stream.connectNow() : want(data.want));
};
setInterval(sweep, 60_000);
