// The editor: CodeMirror in a shadow root, so that its sheets are its own and the page's policy stays strict.

import { bodyStart, fitted, listenForFiles } from "./plain_text.js";

export function codeText(library, field, host, complete) {
  const { EditorState, EditorView, keymap } = library;
  const heardChanges = [];
  const heardMoves = [];
  const shadow = host.attachShadow({ mode: "open" });
  const label = field.labels[0]?.textContent ?? "";

  const view = new EditorView({
    root: shadow,
    parent: shadow,
    state: EditorState.create({
      doc: field.value,
      selection: { anchor: bodyStart(field.value) },
      extensions: [
        library.lineNumbers(),
        library.history(),
        library.drawSelection(),
        library.dropCursor(),
        library.highlightActiveLine(),
        library.highlightSelectionMatches(),
        library.closeBrackets(),
        library.markdown({ base: library.markdownLanguage, addKeymap: true }),
        library.syntaxHighlighting(colours(library)),
        library.search({ top: true }),
        library.lintGutter(),
        library.autocompletion({ override: [complete], icons: false }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          "aria-label": label,
          tabindex: "0",
          spellcheck: "true",
          autocapitalize: "sentences",
          autocorrect: "on",
        }),
        theme(EditorView),
        frontMatter(library),
        keymap.of([
          { key: "Mod-s", run: save },
          ...library.closeBracketsKeymap,
          ...library.completionKeymap,
          ...library.lintKeymap,
          ...library.searchKeymap,
          ...library.historyKeymap,
          ...library.markdownKeymap,
          ...library.defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            field.value = view.state.doc.toString();
            for (const heard of heardChanges) heard();
          }
          if (update.selectionSet) for (const heard of heardMoves) heard();
        }),
      ],
    }),
  });
  host.hidden = false;
  field.hidden = true;
  field.labels[0]?.addEventListener("click", () => view.focus());

  function save() {
    field.form.requestSubmit();
    return true;
  }

  const at = (line, column) => {
    const found = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
    return Math.min(found.from + Math.max(column - 1, 0), found.to);
  };
  const change = (from, to, insert, selection) =>
    view.dispatch({ changes: { from, to, insert }, selection, scrollIntoView: true, userEvent: "input" });

  return {
    field,
    view,
    value: () => view.state.doc.toString(),
    set(text) {
      // Only what differs is put in, so that the place one writes at stays where it is.
      const old = view.state.doc.toString();
      let start = 0;
      while (start < old.length && start < text.length && old[start] === text[start]) start += 1;
      let tail = 0;
      const most = Math.min(old.length, text.length) - start;
      while (tail < most && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
      view.dispatch({ changes: { from: start, to: old.length - tail, insert: text.slice(start, text.length - tail) } });
    },
    line: () => view.state.doc.lineAt(view.state.selection.main.head).number,
    goTo(line, column) {
      view.dispatch({ selection: { anchor: at(line, column) }, effects: EditorView.scrollIntoView(at(line, column), { y: "center" }) });
      view.focus();
    },
    replace(line, column, length, text) {
      const from = at(line, column);
      change(from, Math.min(from + length, view.state.doc.length), text);
      view.focus();
    },
    insert(pattern, isBlock) {
      const { main } = view.state.selection;
      const { from, to, text } = fitted(view.state.doc.toString(), main.from, main.to, pattern, isBlock);
      const start = text.indexOf("‹");
      const plain = text.replace(/[‹›]/g, "");
      const selection = start < 0
        ? { anchor: from + plain.length }
        : { anchor: from + start, head: from + text.indexOf("›") - 1 };
      change(from, to, plain, selection);
      view.focus();
    },
    showProblems(problems, mend) {
      const found = problems.map((problem) => {
        const line = view.state.doc.line(Math.min(Math.max(problem.line, 1), view.state.doc.lines));
        const from = Math.min(line.from + Math.max(problem.column - 1, 0), line.to);
        return {
          from: problem.column > 1 ? from : line.from,
          to: line.to,
          severity: problem.severity === "note" ? "info" : problem.severity,
          message: `${problem.what} ${problem.cure}`,
          actions: problem.mended ? [{ name: problem.mended.text.trim().slice(0, 40), apply: () => mend(problem) }] : [],
        };
      });
      view.dispatch(library.setDiagnostics(view.state, found));
    },
    onChange: (heard) => heardChanges.push(heard),
    onMove: (heard) => heardMoves.push(heard),
    onFiles: (heard) => listenForFiles(view.contentDOM, heard),
    focus: () => view.focus(),
  };
}

// The lines between the dashes on top are no Markdown: what reads as a heading there is keys and values.
function frontMatter({ Decoration, EditorView, ViewPlugin }) {
  const line = Decoration.line({ class: "cm-front" });
  const key = Decoration.mark({ class: "cm-front-key" });
  const found = ({ doc }) => {
    const marks = [];
    if (doc.line(1).text.trimEnd() !== "---") return Decoration.none;
    for (let number = 1; number <= Math.min(doc.lines, 60); number += 1) {
      const { from, text } = doc.line(number);
      marks.push(line.range(from));
      const named = /^[\w-]+:/.exec(text);
      if (named) marks.push(key.range(from, from + named[0].length));
      if (number > 1 && text.trimEnd() === "---") break;
    }
    return Decoration.set(marks);
  };
  return ViewPlugin.define(
    (view) => ({
      marks: found(view.state),
      update(update) {
        if (update.docChanged) this.marks = found(update.state);
      },
    }),
    { decorations: (plugin) => plugin.marks },
  );
}

// --- Colours and shapes, from the same tokens as every page ---

function colours({ HighlightStyle, tags }) {
  return HighlightStyle.define([
    { tag: tags.heading, color: "var(--accent-strong)", fontWeight: "var(--weight-strong)" },
    { tag: tags.strong, fontWeight: "var(--weight-strong)" },
    { tag: tags.emphasis, fontStyle: "italic" },
    { tag: tags.quote, color: "var(--ink-soft)" },
    { tag: [tags.link, tags.url], color: "var(--accent)" },
    { tag: [tags.processingInstruction, tags.contentSeparator, tags.meta], color: "var(--ink-soft)" },
    { tag: tags.monospace, fontFamily: "var(--code-family)" },
    { tag: tags.atom, color: "var(--good)", fontWeight: "var(--weight-strong)" },
  ]);
}

function theme(EditorView) {
  return EditorView.theme({
    "&": { color: "var(--ink)", backgroundColor: "var(--sheet)", border: "var(--hair) solid var(--line-strong)", borderRadius: "var(--radius)", height: "100%", fontSize: "var(--size-interface)" },
    "&.cm-focused": { outline: "var(--focus) solid var(--focus-colour)", outlineOffset: "1px" },
    ".cm-scroller": { fontFamily: "var(--code-family)", lineHeight: "var(--leading-text)", borderRadius: "var(--radius)" },
    ".cm-content": { padding: "var(--space-4) 0", caretColor: "var(--ink)" },
    ".cm-line": { padding: "0 var(--space-4) 0 var(--space-2)" },
    ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
    ".cm-front, .cm-front span": { color: "var(--ink)", fontWeight: "var(--weight-plain)" },
    ".cm-front .cm-front-key, .cm-front .cm-front-key span": { color: "var(--ink-soft)" },
    ".cm-gutters": { backgroundColor: "var(--sheet)", color: "var(--ink-soft)", border: "0", fontSize: "var(--size-tiny)" },
    ".cm-activeLine": { backgroundColor: "transparent" },
    "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-tint) 55%, transparent)" },
    ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-line)" },
    ".cm-selectionMatch": { backgroundColor: "var(--mark)" },
    ".cm-matchingBracket, .cm-nonmatchingBracket": { backgroundColor: "var(--accent-tint)" },
    ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--harm)", textUnderlineOffset: "3px" },
    ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--attention)", textUnderlineOffset: "3px" },
    ".cm-lintRange-info": { backgroundImage: "none" },
    ".cm-lint-marker": { width: "0.7em", height: "0.7em", borderRadius: "var(--radius-round)", content: "none" },
    ".cm-lint-marker-error": { backgroundColor: "var(--harm)", borderRadius: "2px", rotate: "45deg" },
    ".cm-lint-marker-warning": { backgroundColor: "var(--attention)" },
    ".cm-lint-marker-info": { backgroundColor: "var(--line-strong)" },
    ".cm-tooltip, .cm-panels": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "var(--hair) solid var(--line-strong)", borderRadius: "var(--radius)", fontFamily: "var(--interface-family)", fontSize: "var(--size-small)" },
    ".cm-tooltip": { boxShadow: "var(--shadow-high)", maxWidth: "26rem" },
    ".cm-diagnostic": { padding: "var(--space-2) var(--space-3)", borderLeftWidth: "var(--bar)" },
    ".cm-diagnostic-error": { borderLeftColor: "var(--harm)" },
    ".cm-diagnostic-warning": { borderLeftColor: "var(--attention)" },
    ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--on-accent)", borderRadius: "var(--radius-small)", padding: "2px 8px", minHeight: "1.75rem" },
    ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--interface-family)", maxHeight: "16rem" },
    ".cm-tooltip-autocomplete > ul > li": { padding: "var(--space-1) var(--space-3)", minHeight: "2rem", lineHeight: "1.5rem" },
    ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-tint)", color: "var(--accent-strong)" },
    ".cm-completionDetail": { color: "var(--ink-soft)", fontStyle: "normal" },
    ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "var(--weight-strong)" },
    ".cm-panel input, .cm-panel button": { font: "inherit", color: "var(--ink)", backgroundColor: "var(--paper)", backgroundImage: "none", border: "var(--hair) solid var(--line-strong)", borderRadius: "var(--radius-small)", minHeight: "2rem" },
  });
}
