// Shows of a list what holds every word typed, as it is typed; without it the form is sent and the server does so.
const plain = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();

for (const place of document.querySelectorAll("[data-finding]")) {
  const field = place.querySelector("input[type=search]");
  const lines = [...place.querySelectorAll("[data-words]")];
  const said = place.querySelector("[role=status]");
  // A list the server has cut already cannot be widened here: then the form is sent.
  if (!field || !lines.length || field.value) continue;
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const shown = lines.filter((line) => {
      line.hidden = !words.every((word) => line.dataset.words.includes(word));
      return !line.hidden;
    });
    for (const line of lines) line.querySelector("details").open = shown.length === 1 && line === shown[0];
    said.textContent = [said.dataset.none, said.dataset.one][shown.length] ?? said.dataset.many.replace("{}", shown.length);
  });
}
