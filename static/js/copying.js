// Copies the text of a read-only field; without this the field can be selected and copied by hand.
for (const place of document.querySelectorAll("[data-copying]")) {
  const field = place.querySelector("input, textarea");
  const button = place.querySelector("button");
  const said = place.querySelector("[role=status]");
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = said.textContent = button.dataset.copied;
    setTimeout(() => {
      button.textContent = words;
      said.textContent = "";
    }, 3000);
  });
}
