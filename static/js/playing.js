// A scenario goes on without a new page, and the number keys choose; neither is needed.

const run = () => document.querySelector("[data-run]");

// The keys work while something in the conversation has the focus, so they are in nobody's way elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !run()?.contains(event.target)) return;
  const choice = run().querySelectorAll("[data-choice]")[Number(event.key) - 1];
  if (!choice) return;
  event.preventDefault();
  choice.click();
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-moves]");
  if (!form) return;
  event.preventDefault();
  const here = run();
  if (here.ariaBusy === "true") return;
  here.ariaBusy = "true";
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const response = await fetch(form.action, { method: "POST", body });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-run]");
    // An ending has a page of its own, and a session that is over a sign-in.
    if (!fresh) location.assign(response.url);
    else show(here, fresh, page.title);
  } catch {
    // As it goes without this module: the browser sends the form and shows what comes of it.
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "choice", value: body.get("choice") }));
    form.submit();
  }
});

function show(old, fresh, title) {
  old.replaceWith(fresh);
  document.title = title;
  document.querySelector("[data-run-said]").textContent = fresh.dataset.said;
  begin();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  fresh.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

// Reading goes on where something new begins.
function begin() {
  run().querySelector("[data-keys]").hidden = false;
  run().querySelector("[data-now]").focus({ preventScroll: true });
}

if (run()) begin();
