// A picture or a recording by button, drop or paste: first what it shows, then it is sent and put into the text.

const MOST = 15 * 1024 * 1024;

export class Picture {
  constructor(root, text) {
    this.root = root;
    this.text = text;
    this.dialog = root.querySelector("[data-dialog]");
    this.file = this.dialog.querySelector("[data-dialog-file]");
    this.alt = this.dialog.querySelector("[data-dialog-alt]");
    this.name = this.dialog.querySelector("[data-dialog-name]");
    this.error = this.dialog.querySelector("[data-dialog-error]");
    this.waiting = [];
    root.querySelector("[data-picture]").addEventListener("click", () => this.open(null));
    this.dialog.querySelector("[data-dialog-cancel]").addEventListener("click", () => this.close());
    this.dialog.addEventListener("close", () => this.next());
    this.dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  // Several files are asked about one after the other.
  ask(files) {
    this.waiting.push(...files);
    if (!this.dialog.open) this.next();
  }

  next() {
    const file = this.waiting.shift();
    if (file) this.open(file);
    else this.text.focus();
  }

  open(file) {
    this.given = file;
    this.error.textContent = this.alt.value = this.file.value = "";
    this.name.textContent = file?.name ?? "";
    this.dialog.querySelector("[data-dialog-choose]").hidden = file !== null;
    this.dialog.showModal();
    (file ? this.alt : this.file).focus();
  }

  close() {
    this.waiting = [];
    this.dialog.close();
  }

  async send() {
    const words = this.error.dataset;
    const file = this.given ?? this.file.files[0];
    const alt = this.alt.value.trim();
    if (!file) return this.refuse(words.wordsFile, this.file);
    if (file.size > MOST) return this.refuse(words.wordsLarge, this.file);
    if (!alt) return this.refuse(words.wordsAlt, this.alt);
    const body = new FormData();
    body.set("csrf_token", this.root.querySelector("input[name=csrf_token]").value);
    body.set("file", file, file.name || "picture");
    try {
      const response = await fetch(this.root.dataset.media, { method: "POST", body, headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (!response.ok) return this.refuse(answer.said, this.file);
      const plain = alt.replace(/[[\]]/g, "");
      const isDocument = answer.path.endsWith(".pdf");
      this.dialog.close();
      this.text.insert(`${isDocument ? "" : "!"}[${plain}](${answer.path})`, !isDocument);
    } catch {
      this.refuse(words.wordsFailed, this.alt);
    }
  }

  refuse(words, field) {
    this.error.textContent = words;
    field.focus();
  }
}
