// An observation or a talk is kept on every tap: on the server, and in this browser while the network is gone. What
// was to be given then is given when the network is back, once. Without this module the form's two buttons do the same.

// What is kept is named after its kind, who writes it and its key: "talk 5/Xk3...".
const KINDS = ["observation", "talk"];

// Some browsers keep nothing; then it is tried again as long as the page is open.
function keep(id, value) {
  try {
    if (value === null) localStorage.removeItem(id);
    else localStorage.setItem(id, JSON.stringify(value));
  } catch {
    // Nothing more can be done here.
  }
}

function kept(id) {
  try {
    return JSON.parse(localStorage.getItem(id));
  } catch {
    return null;
  }
}

function keptIds(writer) {
  try {
    return Object.keys(localStorage).filter((id) => KINDS.some((kind) => id.startsWith(`${kind} ${writer}/`)));
  } catch {
    return [];
  }
}

// The page that comes next may have been written before what is on its way was saved: then the copy has to stay.
let isLeaving = false;
window.addEventListener("beforeunload", () => {
  isLeaving = true;
  setTimeout(() => (isLeaving = false), 10000);
});

class Refused extends Error {}

// Sends what is kept and returns what the server says; throws Refused when it never will be taken.
async function send(address, fields, token, deed) {
  const body = new URLSearchParams(fields);
  body.set("csrf_token", token);
  body.set("do", deed);
  const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  if (response.redirected) {
    // Signed out meanwhile: signing in leads back here, and what was kept is sent then.
    location.reload();
    throw new Error("signed out");
  }
  if (response.status === 404) throw new Refused();
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

// --- The form ---

function keepForm(form) {
  const id = form.dataset.kept;
  const line = form.querySelector("[data-saved]");
  let version = 0;
  let savedVersion = 0;
  let deed = "save";
  let pause = 1000;
  let timer = 0;
  let running = null;

  const say = (words, isWaiting) => {
    line.textContent = words;
    line.classList.toggle("saved--waiting", isWaiting);
  };
  const filled = () => {
    const values = new URLSearchParams(new FormData(form));
    values.delete("csrf_token");
    values.delete("do");
    return values.toString();
  };
  const plan = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  async function attempt() {
    const mine = version;
    const what = deed;
    try {
      const answer = await send(form.action, filled(), form.elements.csrf_token.value, what);
      pause = 1000;
      savedVersion = mine;
      if (answer.is_over) {
        keep(id, null);
        location.assign(answer.href);
        return;
      }
      // From now on the page is the draft's own, so that opening it again shows what was kept.
      history.replaceState(null, "", answer.href);
      if (mine === version && what === deed && !isLeaving) keep(id, null);
      say(line.dataset.wordsSaved.replace("{time}", `\u2713 ${answer.time}`), false);
      if (mine !== version || what !== deed) plan(0);
    } catch (error) {
      if (error instanceof Refused) {
        keep(id, null);
        say(line.dataset.wordsRefused, true);
        return;
      }
      say(deed === "give" ? line.dataset.wordsGiving : line.dataset.wordsWaiting, true);
      plan(pause);
      pause = Math.min(pause * 2, 30000);
    }
  }

  // One request at a time, so that an older text never arrives after a newer one.
  async function save() {
    clearTimeout(timer);
    if (running) return;
    running = attempt();
    await running;
    running = null;
  }

  function changed(wait) {
    version += 1;
    keep(id, { address: form.action, fields: filled(), deed });
    plan(wait);
  }

  form.addEventListener("input", (event) => changed(event.target.matches("input[type=radio], input[type=checkbox], select") ? 0 : 700));
  window.addEventListener("online", () => plan(0));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.value === "give") deed = "give";
    changed(0);
  });

  const before = kept(id);
  if (!before) return;
  fill(form, new URLSearchParams(before.fields));
  deed = before.deed;
  changed(0);
}

// Put kept values back into the form.
function fill(form, values) {
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.tagName === "BUTTON") continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.getAll(field.name).includes(field.value);
    else if (values.has(field.name)) field.value = values.get(field.name);
  }
}

// --- What this browser still holds of other forms is sent from any of these pages ---

async function sendUnsent(line) {
  const token = document.querySelector("input[name=csrf_token]")?.value;
  const here = document.querySelector("form[data-kept]");
  const ids = keptIds(line.dataset.unsent).filter((id) => id !== here?.dataset.kept);
  if (!token || !ids.length) return;
  line.textContent = line.dataset.words;
  line.hidden = false;
  let isSent = false;
  for (const id of ids) {
    const before = kept(id);
    try {
      if (before) await send(before.address, before.fields, token, before.deed);
      keep(id, null);
      isSent = true;
    } catch (error) {
      if (!(error instanceof Refused)) continue;
      keep(id, null);
    }
  }
  // The list shows it among the drafts, or as done; a form is not taken from under somebody's hands.
  if (isSent && !here) location.reload();
  else if (isSent) line.textContent = line.dataset.wordsSent;
}

for (const form of document.querySelectorAll("form[data-kept]")) keepForm(form);
for (const line of document.querySelectorAll("[data-unsent]")) {
  sendUnsent(line);
  window.addEventListener("online", () => sendUnsent(line));
}
