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
      const { before, text, after } = fitted(field.value, field.selectionStart, field.selectionEnd, pattern, isBlock);
      const start = text.indexOf("‹");
      const stop = text.indexOf("›") - 1;
      const plain = text.replace(/[‹›]/g, "");
      field.value = before + plain + after;
      field.focus();
      const at = before.length;
      if (start >= 0) field.setSelectionRange(at + start, at + stop);
      else field.setSelectionRange(at + plain.length, at + plain.length);
      changed();
    },
    showProblems() {},
    onChange: (heard) => field.addEventListener("input", heard),
    onMove: (heard) => ["keyup", "click"].forEach((name) => field.addEventListener(name, heard)),
    onFiles: (heard) => listenForFiles(field, heard),
    focus: () => field.focus(),
  };
}

// A whole example stands on lines of its own with an empty line before and after.
export function fitted(value, from, to, pattern, isBlock) {
  const before = value.slice(0, from);
  const after = value.slice(to);
  if (!isBlock) return { before, text: pattern.trim(), after };
  const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after === "" ? "\n" : after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  return { before, text: lead + pattern.trim() + tail, after };
}

export function listenForFiles(element, heard) {
  const taken = (event, files) => {
    if (!files?.length) return;
    event.preventDefault();
    heard([...files]);
  };
  element.addEventListener("drop", (event) => taken(event, event.dataTransfer?.files));
  element.addEventListener("paste", (event) => taken(event, event.clipboardData?.files));
}
