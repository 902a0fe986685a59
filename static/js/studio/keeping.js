// What is typed is kept: at once in this browser, a moment later on the server, and saved when one says so.

const PAUSE = 800;
const HERE = 20000;

export class Keeper {
  constructor(root, text) {
    this.root = root;
    this.text = text;
    this.form = root.querySelector("[data-form]");
    this.line = root.querySelector("[data-saved]");
    this.base = this.form.elements.base;
    this.key = `studio ${root.dataset.key}`;
    this.others = root.querySelector("[data-others]");
    this.changedElsewhere = root.querySelector("[data-changed]");
    this.onSaved = () => {};
    this.form.addEventListener("submit", (event) => this.save(event));
    for (const drop of root.querySelectorAll("form[data-drop]")) drop.addEventListener("submit", () => this.drop());
    window.addEventListener("online", () => this.keepSoon(0));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.leave());
    this.speakUp();
    setInterval(() => document.visibilityState === "visible" && this.speakUp(), HERE);
  }

  get token() {
    return this.form.elements.csrf_token.value;
  }

  changed() {
    this.isUnkept = true;
    this.say(this.line.dataset.wordsTyping);
    this.remember();
    this.keepSoon(PAUSE);
  }

  keepSoon(pause) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.keep(), pause);
  }

  async keep() {
    if (!this.isUnkept) return;
    const text = this.text.value();
    try {
      const answer = await this.post(this.root.dataset.draft, { text, base: this.base.value });
      if (text !== this.text.value()) return;
      this.isUnkept = false;
      this.forget();
      this.say(this.line.dataset.wordsKept.replace("{time}", answer.time));
      this.hear(answer);
    } catch {
      this.say(this.line.dataset.wordsLocal, true);
      this.keepSoon(5000);
    }
  }

  // What is to be forgotten must not be kept again on the way out.
  drop() {
    clearTimeout(this.waiting);
    this.isUnkept = false;
    this.forget();
  }

  // The page may be gone in a moment: the last words are sent without waiting for an answer.
  leave() {
    if (!this.isUnkept) return;
    const body = new URLSearchParams({ csrf_token: this.token, text: this.text.value(), base: this.base.value });
    navigator.sendBeacon(this.root.dataset.draft, body);
  }

  async save(event) {
    event.preventDefault();
    if (this.root.dataset.mayWrite !== "yes" || this.isSaving) return;
    this.isSaving = true;
    clearTimeout(this.waiting);
    const text = this.text.value();
    try {
      const response = await fetch(this.root.dataset.save, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams({ csrf_token: this.token, text, base: this.base.value }),
      });
      if (response.redirected) return location.reload();
      // Whoever has signed out since gets the page that says so; what she typed stays here.
      if (response.status === 400) return this.form.submit();
      const answer = await response.json();
      if (answer.is_conflict) return this.form.submit();
      if (!answer.is_saved) return this.say(answer.said, true);
      this.base.value = answer.base;
      this.changedElsewhere.hidden = true;
      const isStill = this.text.value() === text;
      // Ids that were missing have been written in.
      if (isStill && answer.text !== text) this.text.set(answer.text);
      this.isUnkept = !isStill;
      clearTimeout(this.waiting);
      if (isStill) this.forget();
      else this.keepSoon(0);
      this.say(`${answer.time} · ${answer.said}`);
      this.line.classList.add("studio__saved--good");
      this.onSaved();
    } catch {
      this.say(this.line.dataset.wordsFailed, true);
    } finally {
      this.isSaving = false;
    }
  }

  say(words, isBad = false) {
    this.line.classList.remove("studio__saved--good");
    this.line.classList.toggle("studio__saved--bad", isBad);
    if (this.line.textContent.trim() !== words) this.line.textContent = words;
  }

  // --- Who else is here ---

  async speakUp() {
    try {
      this.hear(await this.post(this.root.dataset.draft, {}));
    } catch {
      // Without a network nobody knows; the next time will tell.
    }
  }

  hear({ others, hash }) {
    const words = others.length ? this.others.dataset.words.replace("{names}", others.join(", ")) : "";
    if (this.others.textContent.trim() !== words) this.others.textContent = words;
    this.changedElsewhere.hidden = hash === this.base.value;
  }

  async post(address, values) {
    const response = await fetch(address, { method: "POST", body: new URLSearchParams({ csrf_token: this.token, ...values }) });
    if (!response.ok || response.redirected) throw new Error(response.status);
    return response.json();
  }

  // --- What this browser kept ---

  remember() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ text: this.text.value(), base: this.base.value, at: Date.now() }));
    } catch {
      // A browser that keeps nothing still has the server.
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // As above.
    }
  }

  offerKept() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.key));
    } catch {
      return;
    }
    if (!kept || kept.text === this.text.value()) return;
    const place = this.root.querySelector("[data-kept-here]");
    const [text, base] = [this.text.value(), this.base.value];
    place.hidden = false;
    place.querySelector("[data-kept-when]").textContent = new Date(kept.at).toLocaleString(document.documentElement.lang);
    place.querySelector("[data-kept-drop]").addEventListener("click", () => {
      this.base.value = base;
      this.text.set(text);
      place.hidden = true;
      this.text.focus();
    });
    // It began from the file of that time: saving says so if it is another by now.
    this.base.value = kept.base;
    this.text.set(kept.text);
    this.changed();
  }
}
