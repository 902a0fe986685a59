// What is filled into a form stays on this device until it is handed in; without this module it is simply typed once.

function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // A browser that keeps nothing still hands in what is on the page.
  }
}

function fill(form, values) {
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.tagName === "BUTTON" || !values.has(field.name)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.get(field.name) === field.value;
    else field.value = values.get(field.name);
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const text = kept(form.dataset.draft);
  if (text) fill(form, new URLSearchParams(text));
  // A field may stand outside its form: what is typed there comes by the page.
  document.addEventListener("input", (event) => {
    if (event.target.form !== form) return;
    const values = new URLSearchParams(new FormData(form));
    values.delete("csrf_token");
    keep(form.dataset.draft, values.toString());
  });
}

for (const place of document.querySelectorAll("[data-forget]")) keep(place.dataset.forget, null);
