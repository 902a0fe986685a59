// What one may write next: keys and values on top, behaviours, ids, files, roles of a section, words of the house.

const COURSE_KEYS = ["title", "summary", "language", "audience", "pass", "valid-for", "cpd-hours", "requires"];
const SHARED_KEYS = ["title", "summary", "kind", "minutes", "behaviours", "id"];
const KEYS = {
  quiz: ["pass", "attempts", "minutes-allowed", "draw", "shuffle", "review", "forms", "opens-after"],
  scenario: ["seat", "channel", "start", "pass", "end-heat"],
  survey: ["anonymous"],
  policy: ["owner", "review-by"],
};
const VALUES = {
  kind: ["lesson", "quiz", "scenario", "policy", "survey", "checklist"],
  shuffle: ["yes", "no"],
  anonymous: ["yes", "no"],
  review: ["after-submit", "after-pass", "never"],
  attempts: ["unlimited", "1", "3"],
  seat: ["agent", "leader", "colleague"],
  channel: ["phone", "counter", "chat", "in person"],
  start: ["heat 3, trust 1, effort 3"],
  "opens-after": ["7 days"],
  "valid-for": ["12 months", "24 months"],
};
const PASSES = ["all lessons", "all lessons, quiz 80", "all lessons, quiz 80, retained 80 after 7 days"];
const ROLES = {
  lesson: [".moment", ".see .poor", ".see .good", ".rule", ".job-aid", ".commit", ".trainer", ".question"],
  quiz: [".multiple", ".order", ".match", ".sort", ".spot", ".open", ".fixed"],
  scenario: [".ending", ".draw", ".customer-card", ".observer-card", ".trainer", ".critical"],
};
const OUTCOMES = ["solved", "tired", "pending", "lost", "safe", "unsafe"];

const plain = (labels) => labels.map((label) => ({ label }));
const told = (named) => Object.entries(named).map(([label, detail]) => ({ label, detail }));

// Returns a source of completions; `known.names` is what the server said last.
export function completions(known) {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const names = known.names ?? { files: {}, anchors: {}, media: [], behaviours: {}, variables: [], courses: [] };
    const found = isOnTop(context.state.doc, line.number) ? onTop(before, known, names) : inText(before, known, names);
    if (!found || (!context.explicit && !found.typed && !found.always)) return null;
    return { from: context.pos - found.typed.length, options: found.options, validFor: /^[\w.#/-]*$/ };
  };
}

// Between the first two lines of dashes.
function isOnTop(doc, number) {
  if (doc.line(1).text.trimEnd() !== "---") return false;
  for (let each = 2; each <= Math.min(doc.lines, 40); each += 1) {
    if (doc.line(each).text.trimEnd() === "---") return number < each && number > 1;
  }
  return number > 1;
}

function onTop(before, known, names) {
  const value = /^([\w-]+):\s*(.*)$/.exec(before);
  if (!value) {
    const keys = known.kind === "course" ? COURSE_KEYS : [...SHARED_KEYS, ...(KEYS[known.kind] ?? [])];
    return { typed: /[\w-]*$/.exec(before)[0], options: keys.map((key) => ({ label: key, apply: `${key}: ` })) };
  }
  const [, key, written] = value;
  const typed = /[^,\s]*$/.exec(written)[0];
  if (key === "behaviours") return { typed, options: told(names.behaviours), always: true };
  if (key === "requires") return { typed, options: plain(names.courses), always: true };
  if (key === "pass" && known.kind === "course") return { typed: written, options: plain(PASSES), always: true };
  return VALUES[key] ? { typed: written, options: plain(VALUES[key]), always: true } : null;
}

function inText(before, known, names) {
  const variable = /\{\{\s*(?:org\.)?([a-z0-9_]*)$/.exec(before);
  if (variable) {
    const start = variable[0].length - variable[1].length;
    const lead = variable[0].slice(0, start).includes("org.") ? "" : "org.";
    return { typed: variable[1], options: names.variables.map((name) => ({ label: name, apply: `${lead}${name} }}` })), always: true };
  }
  const target = /\]\(([^)\s]*)$/.exec(before);
  if (target) return linked(target[1], known, names);
  const braces = /\{([^{}]*)$/.exec(before);
  return braces ? inBraces(braces[1], known, names) : null;
}

function linked(typed, known, names) {
  const [file, anchor] = typed.split("#");
  if (anchor !== undefined) {
    const anchors = names.anchors[file || known.name] ?? [];
    return { typed: anchor, options: plain(anchors), always: true };
  }
  const files = Object.entries(names.files).filter(([name]) => name !== known.name);
  return {
    typed,
    options: [
      ...files.map(([label, detail]) => ({ label, detail })),
      ...names.media.map((name) => ({ label: `media/${name}` })),
      ...plain((names.anchors[known.name] ?? []).map((name) => `#${name}`)),
    ],
    always: true,
  };
}

function inBraces(inside, known, names) {
  const typed = /[^\s"=]*$/.exec(inside)[0];
  if (/\b(?:behaviour|behaviours|shows|misses)="?[^"\s]*(?:\s[^"]*)?$/.test(inside) && !/"\s+\S*$/.test(inside)) {
    return { typed, options: told(names.behaviours), always: true };
  }
  if (/\boutcome=\S*$/.test(inside)) return { typed, options: plain(OUTCOMES), always: true };
  const kind = known.kind === "policy" ? "lesson" : known.kind;
  const pairs = kind === "scenario" ? ["heat=-1", "trust=+1", "effort=+1", "shows=", "misses=", "outcome=", 'if="trust>=3"'] : ["behaviour=", "points=", "pool=", "form="];
  const roles = kind === "lesson" ? [...ROLES.lesson, ...ROLES.quiz] : ROLES[kind] ?? ROLES.lesson;
  return { typed, options: plain([...roles, ...pairs]) };
}
