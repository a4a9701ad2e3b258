// htmx 4 with our CSRF token on what writes. It never compiles text: the CSP forbids it, so nobody should come to rely on it.
import htmx from "htmx.org";

function refuse() {
  throw new Error("Expressions in attributes are off here. Write a small module instead.");
}

htmx.registerExtension("no-eval", { init: (api) => api.initSecurity(null, refuse, refuse) });

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") request.headers["X-CSRFToken"] = csrfToken();
});

export default htmx;
