// The studio's page: the text, the learner's page beside it, what is to be mended, and nothing typed is ever lost.
// Without this module the text field still edits and saves.

import { completions } from "./completing.js";
import { Keeper } from "./keeping.js";
import { Picture } from "./picturing.js";
import { plainText } from "./plain_text.js";
import { Preview } from "./previewing.js";
import { Problems } from "./problems.js";

const root = document.querySelector("[data-studio]");

async function begin() {
  const place = root.querySelector("textarea[name=text]");
  const known = { names: null, kind: root.dataset.kind, name: root.dataset.name };
  const text = await opened(place, known);
  const preview = new Preview(root, text);
  const problems = new Problems(root, text);
  const keeper = new Keeper(root, text);
  const picture = new Picture(root, text);

  preview.onAnswer = (answer, asked) => {
    known.names = answer.names;
    problems.show(answer.problems, answer.errors_elsewhere, asked);
  };
  text.onChange(() => {
    keeper.changed();
    preview.changed();
  });
  text.onMove(() => preview.follow());
  text.onFiles((files) => picture.ask(files));
  keeper.onSaved = () => preview.ask(true);

  offerTools(text);
  offerSides();
  keeper.offerKept();
  preview.ask(true);
}

// The editor when its library is there, else the text field as it is.
async function opened(place, known) {
  try {
    const library = await import(root.dataset.library);
    const { codeText } = await import("./code_text.js");
    return codeText(library, place, root.querySelector("[data-code]"), completions(known));
  } catch (error) {
    console.info("The plain text field it is:", error.message);
    return plainText(place);
  }
}

// --- The buttons that put in whole examples ---

function offerTools(text) {
  const tools = root.querySelector("[data-tools]");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    button.closest("details")?.removeAttribute("open");
    const pattern = document.getElementById(`insert-${button.dataset.insert}`).content.textContent;
    text.insert(ownId(pattern, text.value()), !pattern.startsWith("["));
  });
  tools.addEventListener("keydown", (event) => {
    const menu = event.target.closest("details[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// An id begins with the file's words, so that it is the only one in the course.
function ownId(pattern, text) {
  const stem = root.dataset.name.replace(/^\d+[-_. ]*/, "").replace(/\.md$/, "").replace(/[^\w-]+/g, "-").slice(0, 24);
  let number = 1;
  while (text.includes(`#${stem}-${number}`)) number += 1;
  const asked = root.dataset.kind === "quiz" ? "" : ".question";
  // Choices lead somewhere at once: to the first ending, else to where they stand themselves.
  const goal = /\{[^{}]*#([\w.-]+)[^{}]*\.ending/.exec(text)?.[1] ?? `${stem}-${number}`;
  return pattern
    .replaceAll("](#)", `](#${goal})`)
    .replace("{QUESTION#", asked ? `{${asked} #` : "{#")
    .replace("{QUESTION.", `{${asked ? `${asked} ` : ""}.`)
    .replace("#ID", `#${stem}-${number}`);
}

// --- On a phone one sees the text or the page ---

function offerSides() {
  const panes = root.querySelector("[data-panes]");
  const group = root.querySelector("[data-switch]");
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show]");
    if (!button) return;
    panes.dataset.showing = button.dataset.show;
    for (const each of group.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === button));
  });
}

begin();
