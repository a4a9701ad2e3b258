// The calendar's dialog: it asks for the details of the appointment that was clicked, or for the form to book one.
import htmx from "./htmx.js";

window.addEventListener("appointment:open", ({ detail: url }) => htmx.ajax("GET", url, { target: "#appointment-body", swap: "innerHTML" }));

/** The dialog is called what the part says that came into it. */
document.addEventListener("htmx:after:swap", () => {
  const said = document.querySelector("#appointment-body [data-dialog-title]")?.dataset.dialogTitle;
  if (said) document.getElementById("appointment-title").textContent = said;
});
