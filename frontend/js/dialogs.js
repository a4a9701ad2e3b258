// Native dialogs: `data-opens="<id>"` opens one, a click on its backdrop closes it, and `hx-confirm` asks in ours.

const confirmDialog = document.getElementById("confirm");

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  else if (event.target.matches?.("dialog[open]")) closeOutside(event);
});

function closeOutside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  const inside = clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
  if (!inside) target.close();
}

/** Resolves to whether the person said yes. */
function ask({ title, text, verb, no }) {
  confirmDialog.querySelector("[data-title]").textContent = title;
  confirmDialog.querySelector("[data-text]").textContent = text;
  confirmDialog.querySelector("[data-verb]").textContent = verb;
  confirmDialog.querySelector("[data-no]").textContent = no;
  confirmDialog.returnValue = "";
  confirmDialog.showModal();
  return new Promise((resolve) => {
    confirmDialog.addEventListener("close", () => resolve(confirmDialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("htmx:confirm", async (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (!ctx.confirm) return;
  event.preventDefault();
  const { confirmTitle = "Are you sure?", confirmVerb = "Go on", confirmNo = "Cancel" } = ctx.sourceElement.dataset;
  const agreed = await ask({ title: confirmTitle, text: ctx.confirm, verb: confirmVerb, no: confirmNo });
  (agreed ? issueRequest : dropRequest)();
});
