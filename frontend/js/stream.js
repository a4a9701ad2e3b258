// A stream of server-sent events that comes back by itself: 1, 2, 4 … 30 seconds, never all browsers at the same moment.
// Each event's data is {"topic": "conversation:<id>"}. After a gap the topic "resync" says that anything may have changed.

const LONGEST_WAIT = 30_000;

export function openStream(url, publish) {
  let source;
  let timer;
  let failures = 0;
  let state = "connecting";

  const tellState = () => publish({ state });
  const become = (next) => {
    state = next;
    tellState();
  };

  function opened() {
    if (failures > 0) publish({ topic: "resync" });
    failures = 0;
    become("live");
  }

  function failed() {
    source.close();
    become("waiting");
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** failures);
    failures += 1;
    timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
  }

  function connect() {
    clearTimeout(timer);
    source = new EventSource(url);
    source.onopen = opened;
    source.onmessage = ({ data }) => publish(JSON.parse(data));
    source.onerror = failed;
  }

  function connectNow() {
    if (state === "waiting") connect();
    else tellState();
  }

  function close() {
    clearTimeout(timer);
    source.close();
  }

  connect();
  return { tellState, connectNow, close };
}
