// What is to be mended: at its line in the editor, in a list below it, and said politely to who cannot see either.

export class Problems {
  constructor(root, text) {
    this.text = text;
    this.list = root.querySelector("[data-problems]");
    this.none = root.querySelector("[data-none]");
    this.elsewhere = root.querySelector("[data-elsewhere]");
    this.announced = root.querySelector("[data-announced]");
    this.list.addEventListener("click", (event) => this.pressed(event));
  }

  // `asked` is the text that was looked at; what has changed since is looked at again in a moment.
  show(problems, elsewhere, asked) {
    if (this.text.value() !== asked) return;
    this.problems = problems;
    this.lines = asked.split("\n");
    this.text.showProblems(problems, (problem) => this.mend(problem));
    const focused = [...this.list.querySelectorAll("button")].indexOf(document.activeElement);
    this.list.replaceChildren(...problems.map((problem, index) => this.item(problem, index)));
    if (focused >= 0) (this.list.querySelectorAll("button")[focused] ?? this.list.querySelector("button"))?.focus();
    this.none.hidden = problems.length > 0;
    if (elsewhere !== null) this.elsewhere.hidden = !elsewhere;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.announce(), 1500);
  }

  item(problem, index) {
    const words = this.list.dataset;
    const item = document.createElement("li");
    item.className = `to-mend to-mend--${problem.severity}`;
    const kind = document.createElement("span");
    kind.className = "to-mend__kind";
    kind.textContent = { error: words.wordsError, warning: words.wordsWarning, note: words.wordsNote }[problem.severity];
    const line = document.createElement("button");
    line.type = "button";
    line.className = "to-mend__line";
    line.dataset.go = index;
    line.textContent = words.wordsLine.replace("{line}", problem.line);
    const what = document.createElement("span");
    what.className = "to-mend__what";
    what.append(problem.what, " ", Object.assign(document.createElement("span"), { className: "soft", textContent: problem.cure }));
    item.append(kind, line, what);
    if (problem.mended) {
      const mend = document.createElement("button");
      mend.type = "button";
      mend.className = "to-mend__cure";
      mend.dataset.mend = index;
      mend.textContent = words.wordsMend.replace("{text}", problem.mended.text.trim().split("\n")[0]);
      item.append(mend);
    }
    return item;
  }

  pressed(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const problem = this.problems[Number(button.dataset.go ?? button.dataset.mend)];
    if (button.dataset.mend === undefined) this.text.goTo(problem.line, problem.column);
    else this.mend(problem);
  }

  // The line may have moved since it was looked at; one that was rewritten is left alone.
  mend({ mended }) {
    const wanted = this.lines[mended.line - 1];
    const found = this.text.value().split("\n").flatMap((line, index) => (line === wanted ? [index + 1] : []));
    if (!found.length) return;
    const nearest = found.sort((one, other) => Math.abs(one - mended.line) - Math.abs(other - mended.line))[0];
    this.text.replace(nearest, mended.column, mended.length, mended.text);
  }

  announce() {
    const count = (severity) => this.problems.filter((problem) => problem.severity === severity).length;
    const { words, wordsNone } = this.announced.dataset;
    const said = this.problems.length
      ? words.replace("{errors}", count("error")).replace("{warnings}", count("warning"))
      : wordsNone;
    if (this.announced.textContent !== said) this.announced.textContent = said;
  }
}
