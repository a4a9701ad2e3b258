// The list of conversations: which row is open, and no row twice when one from a later page moves to the top.

const rows = () => document.querySelectorAll("[data-row]");

function markOpen() {
  for (const link of document.querySelectorAll("[data-row] a")) {
    if (link.pathname === location.pathname) link.ariaCurrent = "page";
    else link.ariaCurrent = null;
  }
}

function dropRepeated() {
  const seen = new Set();
  for (const row of rows()) {
    if (seen.has(row.id)) row.remove();
    else seen.add(row.id);
  }
}

if (document.querySelector("[data-inbox]")) {
  document.addEventListener("htmx:after:swap", () => {
    markOpen();
    dropRepeated();
  });
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const link = ctx.sourceElement.closest("[data-row] a");
    if (!link) return;
    for (const other of document.querySelectorAll("[data-row] a")) other.ariaCurrent = other === link ? "page" : null;
    link.closest("[data-row]").classList.remove("row-unread");
  });
}
