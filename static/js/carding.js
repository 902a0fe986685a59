// An answer to a question of the day is sent once the network is there: pressed without one it waits in this browser.
// Without this script the form is sent as any other.
const form = document.querySelector("form[data-card]");
if (form) keepCard(form);

function keepCard(form) {
  const line = form.querySelector("[data-card-waiting]");
  const key = `card ${form.dataset.card}`;
  let waiting = null;
  let timer = 0;
  let pause = 1000;

  const keep = (text) => {
    waiting = text;
    try {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    } catch {
      // A browser that keeps nothing still tries again as long as the page is open.
    }
  };

  async function send() {
    clearTimeout(timer);
    if (waiting === null) return;
    const body = new URLSearchParams(waiting);
    // The token of this page: what was kept may be from before signing in again.
    body.set("csrf_token", form.elements.csrf_token.value);
    try {
      const response = await fetch(form.action, { method: "POST", body });
      if (response.status >= 500) throw new Error(response.status);
      const isHere = new URL(response.url).pathname.startsWith(new URL(form.action).pathname);
      // Signed out meanwhile: signing in leads back here, and what was kept is sent then.
      if (isHere) keep(null);
      if (response.redirected) location.assign(response.url);
      else form.submit();
    } catch {
      line.hidden = false;
      timer = setTimeout(send, pause);
      pause = Math.min(pause * 2, 30000);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (waiting !== null) return;
    keep(new URLSearchParams(new FormData(form, event.submitter)).toString());
    send();
  });
  window.addEventListener("online", send);

  try {
    // One name for each person, card and answer: nobody sends what somebody else left on a shared device.
    waiting = localStorage.getItem(key);
  } catch {
    return;
  }
  send();
}
