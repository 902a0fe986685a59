// The learner's page beside the text, patched while one types: only what changed is replaced, so places stay.

const PAUSE = 90;

export class Preview {
  constructor(root, text) {
    this.root = root;
    this.text = text;
    this.frame = root.querySelector("[data-frame]");
    this.said = root.querySelector("[data-behind]");
    this.token = root.querySelector("input[name=csrf_token]").value;
    this.answers = {};
    this.onAnswer = () => {};
    this.isAsking = false;
    this.isStale = false;
    this.frame.addEventListener("load", () => this.loaded());
    if (this.frame.contentDocument?.readyState === "complete") this.loaded();
    this.offerWidths();
    this.offerPlay();
  }

  changed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), PAUSE);
  }

  // One request at a time; what was typed meanwhile is asked for when it is back. Only a whole look follows the
  // links of the course's other files.
  async ask(isWhole = false) {
    if (this.isAsking) {
      this.isStale = true;
      return;
    }
    this.isAsking = true;
    this.isStale = false;
    const started = performance.now();
    const text = this.text.value();
    try {
      const body = new URLSearchParams({ csrf_token: this.token, text, answers: JSON.stringify(this.answers) });
      if (!isWhole) body.set("quick", "yes");
      const response = await fetch(this.root.dataset.preview, { method: "POST", body });
      if (!response.ok || response.redirected) throw new Error(response.status);
      const answer = await response.json();
      this.say(answer.page ? "" : this.said.dataset.wordsBroken);
      if (answer.page) this.show(answer.page);
      this.onAnswer(answer, text);
      this.root.dataset.took = Math.round(performance.now() - started);
    } catch {
      this.say(this.said.dataset.wordsAway);
      setTimeout(() => this.changed(), 3000);
    } finally {
      this.isAsking = false;
      if (this.isStale) this.ask();
    }
  }

  say(words) {
    if (this.said.textContent !== words) this.said.textContent = words;
  }

  show(page) {
    this.latest = page;
    const inside = this.frame.contentDocument;
    const old = inside?.querySelector("main");
    if (!old) return;
    const fresh = new DOMParser().parseFromString(page, "text/html");
    inside.documentElement.lang = fresh.documentElement.lang;
    patch(old, inside.importNode(fresh.querySelector("main"), true));
    document.dispatchEvent(new CustomEvent("swapped", { detail: inside }));
    this.follow();
  }

  loaded() {
    const inside = this.frame.contentDocument;
    if (!inside || this.inside === inside) return;
    this.inside = inside;
    inside.addEventListener("submit", (event) => this.submitted(event), true);
    inside.addEventListener("click", (event) => this.clicked(event), true);
    if (this.latest) this.show(this.latest);
  }

  submitted(event) {
    event.preventDefault();
    if ("run" in this.answers) {
      // A choice leads on; whatever else an ending offers begins the conversation anew.
      const choice = event.submitter?.name === "choice" ? event.submitter.value : "";
      this.answers.run = choice ? `${this.answers.run} ${choice}`.trim() : "";
      this.frame.contentWindow.scrollTo(0, 0);
      return this.ask();
    }
    const question = event.target.closest("[data-swap]");
    if (!question) return this.say(this.said.dataset.wordsDoes);
    this.answers[question.dataset.swap] = new URLSearchParams(new FormData(event.target)).toString();
    this.ask();
  }

  clicked(event) {
    const link = event.target.closest("a[href]");
    if (!link) return;
    const href = link.getAttribute("href");
    if (link.closest("[data-swap]") && "swapLink" in link.dataset) {
      event.preventDefault();
      delete this.answers[link.closest("[data-swap]").dataset.swap];
      this.ask();
    } else if (!href.startsWith("#")) {
      event.preventDefault();
      this.say(this.said.dataset.wordsLeads.replace("{where}", link.textContent.trim() || href));
      if (!href.startsWith("/learn/") && !href.startsWith("?")) window.open(link.href, "_blank", "noopener");
    }
  }

  // --- The place one writes at is shown in the page ---

  follow() {
    const inside = this.frame.contentDocument;
    if (!inside?.body) return;
    const here = placeOf(inside, this.text.value(), this.text.line());
    if (here === this.here && here?.isConnected) return;
    this.here?.classList.remove("is-written-here");
    this.here = here;
    if (!here) return;
    here.classList.add("is-written-here");
    const { top, bottom } = here.getBoundingClientRect();
    const height = this.frame.clientHeight;
    if (top < 0 || bottom > height) inside.defaultView.scrollBy({ top: top - height / 4, behavior: "instant" });
  }

  offerWidths() {
    const stage = this.root.querySelector("[data-stage]");
    offer(this.root.querySelector("[data-widths]"), (button) => (stage.dataset.width = button.dataset.width));
  }

  offerPlay() {
    const group = this.root.querySelector("[data-plays]");
    if (!group) return;
    offer(group, (button) => {
      if (button.dataset.play === "yes") this.answers.run = "";
      else delete this.answers.run;
      this.ask();
    });
  }
}

// One of several buttons is pressed.
function offer(group, chosen) {
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    for (const each of group.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === pressed));
    chosen(pressed);
  });
}

// Replace what differs and leave everything else: open folds, typed answers and the scroll stay as they are.
function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const mayDescend = old.nodeType === 1 && old.tagName === fresh.tagName && !["FORM", "FIELDSET", "SELECT"].includes(old.tagName);
  if (!mayDescend) return old.replaceWith(fresh);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== "open" && name !== "class") old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (!fresh.hasAttribute("class")) old.removeAttribute("class");
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  let start = 0;
  while (start < before.length && start < after.length && before[start].isEqualNode(after[start])) start += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - start;
  while (tail < most && before[before.length - 1 - tail].isEqualNode(after[after.length - 1 - tail])) tail += 1;
  const gone = before.slice(start, before.length - tail);
  const come = after.slice(start, after.length - tail);
  if (gone.length === come.length) gone.forEach((each, index) => patch(each, come[index]));
  else {
    const next = before[before.length - tail] ?? null;
    gone.forEach((each) => each.remove());
    come.forEach((each) => old.insertBefore(each, next));
  }
}

// The element in the page that shows this line of the text: the nearest heading above, then the block with its words.
function placeOf(inside, text, number) {
  const lines = text.split("\n");
  const words = (line) => line.replace(/\{[^{}]*\}\s*$/, "").replace(/^[\s>#*\-+[\]x\d.=|]+/i, "").replace(/[*_`[\]|]|\([^)]*\)/g, "").replace(/\s+/g, " ").trim();
  const alike = (element, wanted) => element.textContent.replace(/\s+/g, " ").includes(wanted);
  let at = number - 1;
  while (at >= 0 && !/^#{2,6}\s/.test(lines[at])) at -= 1;
  const titles = [...inside.querySelectorAll("main :is(h2, h3, h4, legend)")];
  const heading = at >= 0 ? titles.find((each) => alike(each, words(lines[at]))) : inside.querySelector("main h1");
  if (!heading) return null;
  const wanted = words(lines[number - 1] ?? "").slice(0, 40);
  if (wanted.length < 4 || at === number - 1) return heading;
  const blocks = [...inside.querySelectorAll("main :is(p, li, td, dd, label, pre, figure)")].filter((each) => !each.querySelector("p, li"));
  const later = blocks.filter((each) => heading.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
  return later.find((each) => alike(each, wanted)) ?? heading;
}
