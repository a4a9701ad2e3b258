// The calendar's dialog: it asks for the details of the appointment that was clicked.
import htmx from "./htmx.js";

window.addEventListener("appointment:open", ({ detail: url }) => htmx.ajax("GET", url, { target: "#appointment-body", swap: "innerHTML" }));
