// The plain text field behind the same few verbs as the editor, for browsers or servers without its library.

export function plainText(field) {
  const lineStart = (line) => field.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const changed = () => field.dispatchEvent(new Event("input", { bubbles: true }));
  return {
    field,
    value: () => field.value,
    set(text) {
      field.value = text;
      changed();
    },
    line: () => field.value.slice(0, field.selectionStart).split("\n").length,
    goTo(line, column) {
      const at = lineStart(line) + column - 1;
      field.focus();
      field.setSelectionRange(at, at);
    },
    replace(line, column, length, text) {
      const at = lineStart(line) + column - 1;
      field.setRangeText(text, at, at + length, "end");
      field.focus();
      changed();
    },
    insert(pattern, isBlock) {
      const { from, to, text } = fitted(field.value, field.selectionStart, field.selectionEnd, pattern, isBlock);
      const start = text.indexOf("‹");
      const plain = text.replace(/[‹›]/g, "");
      field.setRangeText(plain, from, to, "end");
      field.focus();
      if (start >= 0) field.setSelectionRange(from + start, from + text.indexOf("›") - 1);
      changed();
    },
    showProblems() {},
    onChange: (heard) => field.addEventListener("input", heard),
    onMove: (heard) => ["keyup", "click"].forEach((name) => field.addEventListener(name, heard)),
    onFiles: (heard) => listenForFiles(field, heard),
    focus: () => field.focus(),
  };
}

// Where the text itself begins: behind the lines between dashes on top.
export function bodyStart(value) {
  const top = /^---[ \t]*\n(?:[^\n]*\n)*?---[ \t]*(?:\n|$)/.exec(value);
  return top ? top[0].length : 0;
}

// A whole example stands on lines of its own with an empty line before and after, and never among the keys on top.
export function fitted(value, from, to, pattern, isBlock) {
  const start = Math.max(from, bodyStart(value));
  const stop = Math.max(to, start);
  const before = value.slice(0, start);
  const after = value.slice(stop);
  if (!isBlock) return { from: start, to: stop, text: pattern.trim() };
  const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after === "" ? "\n" : after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  return { from: start, to: stop, text: lead + pattern.trim() + tail };
}

export function listenForFiles(element, heard) {
  const taken = (event, files) => {
    if (!files?.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    heard([...files]);
  };
  // Before the editor hears of it: it would pour a drawing's source into the text.
  element.addEventListener("drop", (event) => taken(event, event.dataTransfer?.files), true);
  element.addEventListener("paste", (event) => taken(event, event.clipboardData?.files), true);
}
