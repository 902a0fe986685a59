// Steps are put in order with buttons; without this module each step has a list of places to choose from.

function prepare(list) {
  if (list.dataset.ready) return;
  list.dataset.ready = "yes";
  list.classList.add("steps--moving");
  for (const moves of list.querySelectorAll("[data-moves]")) moves.hidden = false;
  for (const place of list.querySelectorAll("select")) place.hidden = true;
  arrange(list);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(list, button);
  });
}

const steps = (list) => [...list.querySelectorAll("[data-step]")];

// What was kept in this browser may have filled the places after the page was written.
function arrange(list) {
  const place = (step) => Number(step.querySelector("select").value) || Infinity;
  list.append(...steps(list).sort((one, other) => (place(one) < place(other) ? -1 : place(one) > place(other) ? 1 : 0)));
  showEnds(list);
}

function move(list, button) {
  const step = button.closest("[data-step]");
  const isUp = button.dataset.move === "-1";
  const other = isUp ? step.previousElementSibling : step.nextElementSibling;
  if (!other) return;
  if (isUp) other.before(step);
  else other.after(step);
  const all = steps(list);
  all.forEach((each, index) => (each.querySelector("select").value = String(index + 1)));
  showEnds(list);
  button.focus();
  say(list, step, all.indexOf(step) + 1, all.length);
  step.querySelector("select").dispatchEvent(new Event("change", { bubbles: true }));
}

// The buttons at the ends stay reachable, so that focus is never lost while moving.
function showEnds(list) {
  const all = steps(list);
  for (const button of list.querySelectorAll("[data-move]")) {
    const end = button.dataset.move === "-1" ? all[0] : all[all.length - 1];
    button.setAttribute("aria-disabled", String(end.contains(button)));
  }
}

function say(list, step, place, count) {
  const words = { "{step}": step.dataset.step, "{place}": place, "{count}": count };
  const said = list.parentElement.querySelector("[data-ordering-said]");
  said.textContent = list.dataset.moved.replace(/\{\w+\}/g, (name) => words[name] ?? name);
}

const prepareAll = (root) => root.querySelectorAll("[data-ordering]").forEach(prepare);

prepareAll(document);
document.addEventListener("swapped", (event) => prepareAll(event.detail));
