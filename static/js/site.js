// What pages do beyond their forms and links. Each behaviour is attached by data attributes; none is needed.

// --- A lesson remembers where it was left ---

function keepPlace(lesson) {
  const token = document.querySelector("input[name=csrf_token]")?.value;
  const headings = [...lesson.querySelectorAll("h2[id], h3[id]")];
  // Opening a lesson again at its top does not forget where it was left.
  const left = lesson.dataset.place;
  let sent = left || null;
  let waiting = 0;

  const send = () => {
    waiting = 0;
    const place = here();
    if (place === sent || (left && !place)) return;
    sent = place;
    const body = new URLSearchParams({ place, csrf_token: token });
    fetch(lesson.dataset.placeAddress, { method: "POST", body, keepalive: true }).catch(() => (sent = null));
  };
  // The heading read at is the last one above the upper third of the window.
  const here = () => {
    const line = window.innerHeight / 3;
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < line);
    return above.length ? above[above.length - 1].id : "";
  };
  const observer = new IntersectionObserver(() => {
    if (!waiting) waiting = setTimeout(send, 4000);
    markOutline(here());
  }, { rootMargin: "0px 0px -60% 0px" });
  for (const heading of headings) observer.observe(heading);
  if (token) {
    waiting = setTimeout(send, 1500);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
  }
}

function markOutline(anchor) {
  for (const link of document.querySelectorAll("[data-outline] a[href^='#']")) {
    if (link.hash === `#${anchor}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// --- A question in a lesson is checked in its place ---

async function swap(id, request) {
  const place = document.querySelector(`[data-swap="${CSS.escape(id)}"]`);
  place.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(...request);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector(`[data-swap="${CSS.escape(id)}"]`);
    if (!fresh) throw new Error("the question is not on the page that came back");
    for (const part of ["[data-left]"]) refresh(part, page);
    place.replaceWith(fresh);
    fresh.tabIndex = -1;
    fresh.focus({ preventScroll: true });
    if (fresh.getBoundingClientRect().top < 0) fresh.scrollIntoView({ block: "start" });
    document.dispatchEvent(new CustomEvent("swapped", { detail: fresh }));
    return true;
  } catch {
    place.removeAttribute("aria-busy");
    return false;
  }
}

function refresh(selector, page) {
  const old = document.querySelector(selector);
  const fresh = page.querySelector(selector);
  if (old && fresh) old.replaceWith(fresh);
  else if (old) old.remove();
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-swap-form]");
  if (!form) return;
  event.preventDefault();
  const id = form.closest("[data-swap]").dataset.swap;
  if (!(await swap(id, [form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }]))) form.submit();
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-swap-link]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (!(await swap(link.closest("[data-swap]").dataset.swap, [link.href]))) location.href = link.href;
});

// --- An answer in a quiz is saved as soon as it is given ---

function keepAnswers(form) {
  const line = document.querySelector("[data-saved]");
  const key = `answer ${form.dataset.key}`;
  let version = 0;
  let savedVersion = 0;
  let pause = 1000;
  let timer = 0;
  let running = null;

  const say = (words, isWaiting) => {
    line.textContent = words;
    line.classList.toggle("saved--waiting", isWaiting);
  };
  // What the server has not acknowledged stays in this browser, so a closed tab or a dead battery loses nothing.
  const keep = (text) => {
    try {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    } catch {
      // A browser that keeps nothing still tries again as long as the page is open.
    }
  };
  const filled = () => {
    const values = new URLSearchParams(new FormData(form));
    values.delete("go");
    return values;
  };

  async function send() {
    const mine = version;
    const body = filled();
    if ([...body].every(([name, value]) => name === "csrf_token" || !value.trim())) {
      savedVersion = mine;
      return true;
    }
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (response.redirected) {
        // Signed out meanwhile: signing in leads back here, and what was kept is sent then.
        location.reload();
        return false;
      }
      const answer = await response.json();
      if (answer.is_over) {
        keep(null);
        location.assign(answer.href);
        return false;
      }
      if (!response.ok) throw new Error(response.status);
      pause = 1000;
      savedVersion = mine;
      if (mine === version) keep(null);
      say(line.dataset.wordsSaved.replace("{time}", `\u2713 ${answer.time}`), false);
      markAnswered();
      return true;
    } catch {
      say(line.dataset.wordsWaiting, true);
      plan(pause);
      pause = Math.min(pause * 2, 30000);
      return false;
    }
  }

  // One request at a time, so that an older answer never arrives after a newer one.
  async function save() {
    clearTimeout(timer);
    if (running) await running;
    if (savedVersion === version) return true;
    running = send();
    const isSaved = await running;
    running = null;
    return isSaved && savedVersion === version;
  }

  const plan = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  function changed(wait) {
    version += 1;
    const values = filled();
    values.delete("csrf_token");
    keep(values.toString());
    plan(wait);
  }

  function markAnswered() {
    const item = document.querySelector(`.strip__item[data-number="${form.dataset.number}"]`);
    item?.classList.add("strip__item--answered");
    const words = item?.querySelector("[data-answered]");
    if (words) words.textContent = line.dataset.wordsAnswered;
  }

  form.addEventListener("input", (event) => changed(event.target.matches("[type=text], [type=number], textarea") ? 700 : 0));
  form.addEventListener("change", () => changed(0));
  window.addEventListener("online", () => plan(0));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const goal = event.submitter?.value ?? "";
    if (await save()) location.assign(`${location.pathname}?q=${goal}`);
    else say(line.dataset.wordsWaiting, true);
  });

  let kept = null;
  try {
    kept = localStorage.getItem(key);
  } catch {
    return;
  }
  if (kept === null) return;
  fill(form, new URLSearchParams(kept));
  changed(0);
}

// Put kept values back into a form.
function fill(form, values) {
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.tagName === "BUTTON") continue;
    const kept = values.getAll(field.name);
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept.includes(field.value);
    else if (kept.length) field.value = kept[0];
  }
}

// --- The time left counts down from what the server said ---

function showTimeLeft(part) {
  const count = part.querySelector("[data-count]");
  const end = performance.now() + 1000 * Number(part.dataset.secondsLeft);
  const tick = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    const isShort = left <= 60;
    count.textContent = isShort
      ? count.dataset.seconds.replace("{seconds}", left)
      : count.dataset.minutes.replace("{minutes}", Math.ceil(left / 60));
    part.classList.toggle("time-left--short", left <= 120);
    // The grace of the server is longer than this: what was just saved arrives first.
    if (left === 0) return setTimeout(() => location.assign(location.pathname + "?q=check"), 2000);
    setTimeout(tick, isShort ? 1000 : 5000);
  };
  tick();
}

// --- Small things ---

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// An open menu closes when something else is touched, and by Escape.
const menu = document.querySelector("details.account");
document.addEventListener("click", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu?.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

for (const lesson of document.querySelectorAll("[data-lesson]")) keepPlace(lesson);
for (const form of document.querySelectorAll("form[data-attempt]")) keepAnswers(form);
for (const part of document.querySelectorAll("[data-seconds-left]")) showTimeLeft(part);

// A form that came back with problems begins at their summary.
document.getElementById("problems")?.focus();
