// Passkeys. A form with `data-passkey="create"` or `"get"` asks the browser before it is sent, with the options in `#js_data`, or
// else those that its address gives; the answer goes into its hidden `credential`.
const WHY = {
  NotAllowedError: "The passkey was not used. Try again, or choose another way.",
  InvalidStateError: "This device already has a passkey for your account.",
};

async function options(form) {
  const given = document.getElementById("js_data");
  if (given) return JSON.parse(given.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The page answered ${answer.status}.`);
  return answer.json();
}

/** Only a key that keeps the account by itself and asks who holds it can stand in for the password. */
function demand(publicKey, isAlone) {
  const wanted = publicKey.authenticatorSelection;
  wanted.residentKey = isAlone ? "required" : "discouraged";
  wanted.requireResidentKey = isAlone;
  if (isAlone) wanted.userVerification = "required";
}

async function create(form) {
  const { publicKey } = (await options(form)).creation_options;
  demand(publicKey, form.elements.passwordless?.checked ?? true);
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
}

async function get(form) {
  const { publicKey } = (await options(form)).request_options;
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

function tell(form, text) {
  const place = form.querySelector("[data-problem]");
  place.textContent = text;
  place.hidden = !text;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
    tell(form, "This browser is too old for passkeys.");
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    tell(form, "");
    try {
      const found = await (form.dataset.passkey === "create" ? create(form) : get(form));
      form.elements.credential.value = JSON.stringify(found.toJSON());
      form.submit();
    } catch (problem) {
      tell(form, WHY[problem.name] ?? "The passkey could not be used. Reload the page and try again.");
    }
  });
}
