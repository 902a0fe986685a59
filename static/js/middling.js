// A picture that is wider than its frame begins where it matters: at the place its author's first moment has.

for (const frame of document.querySelectorAll("[data-middle]")) {
  frame.scrollLeft = Number(frame.dataset.middle) - frame.clientWidth / 2;
}
