// Ticks all boxes of one name at once, or none; without it they are ticked one by one.
for (const bar of document.querySelectorAll("[data-ticks]")) {
  const boxes = document.querySelectorAll(`input[type=checkbox][name="${bar.dataset.ticks}"]`);
  bar.hidden = boxes.length < 3;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-tick]");
    if (!button) return;
    for (const box of boxes) box.checked = button.dataset.tick === "all";
  });
}
