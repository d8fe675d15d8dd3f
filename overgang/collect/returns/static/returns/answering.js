// The form of an annual return: what is typed is saved a moment later, and what the checks say is put beside the fields.
// Without this script the same is done by the buttons.
(() => {
  "use strict";
  const form = document.querySelector("form[data-live]");
  const summary = document.querySelector(".ds-error-summary");
  if (summary) summary.focus();
  if (!form) return;
  const PAUSE = 700;
  const AGAIN = 10000;
  const conflict = !form.querySelector("[value=hand_in]") && document.querySelector(".sides");
  const saved = form.querySelector("[data-saved]");
  const remains = form.querySelector("[data-remains]");
  let timer = 0;
  let changed = 0;
  let running = null;
  let stopped = Boolean(conflict);

  const bare = (element) => {
    const copy = element.cloneNode(true);
    for (const area of copy.querySelectorAll("textarea")) area.remove();
    return copy.innerHTML.replace(/\s+/g, " ").trim();
  };

  const put = (place, said) => {
    if (bare(place) === bare(said)) return;
    const active = document.activeElement;
    const at = place.contains(active) ? [active.id, active.selectionStart, active.selectionEnd] : null;
    for (const area of said.querySelectorAll("textarea")) {
      const old = document.getElementById(area.id);
      if (old) area.value = old.value;
    }
    place.replaceChildren(...said.childNodes);
    const back = at && document.getElementById(at[0]);
    if (back) {
      back.focus();
      if (back.setSelectionRange) back.setSelectionRange(at[1], at[2]);
    }
  };

  const show = (html) => {
    const said = new DOMParser().parseFromString(html, "text/html").querySelector("[data-seen]");
    form.elements.seen.value = said.dataset.seen;
    saved.textContent = said.dataset.saved;
    remains.textContent = said.dataset.remains;
    for (const each of said.querySelectorAll("[data-of]")) {
      const field = document.getElementById(`q-${each.dataset.of}`);
      field.toggleAttribute("aria-invalid", "invalid" in each.dataset);
      if ("invalid" in each.dataset) field.setAttribute("aria-invalid", "true");
      const use = document.querySelector(`#s-${each.dataset.of} .question__use`);
      if (use) use.hidden = !("use" in each.dataset);
      put(document.getElementById(`says-${each.dataset.of}`), each);
    }
  };

  const send = async () => {
    const sent = changed;
    try {
      const answer = await fetch(form.dataset.live, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.redirected || answer.status === 403) saved.textContent = form.dataset.signedOut;
      else if (answer.status === 400) saved.textContent = form.dataset.tooLong;
      else if (answer.status === 409) {
        saved.textContent = await answer.text();
        stopped = true;
      } else if (answer.ok) {
        show(await answer.text());
        if (changed === sent) changed = 0;
      } else throw new Error(answer.status);
    } catch {
      saved.textContent = form.dataset.offline;
      timer = setTimeout(start, AGAIN);
    }
  };

  const start = () => {
    clearTimeout(timer);
    if (!changed || stopped || running) return;
    const before = changed;
    running = send().finally(() => {
      running = null;
      if (changed && changed !== before) later();
    });
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(start, PAUSE);
  };

  const typed = () => {
    changed += 1;
    later();
  };

  form.addEventListener("input", (event) => {
    if (event.target.type !== "checkbox") typed();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-types]");
    if (!button) return;
    event.preventDefault();
    const field = document.getElementById(button.dataset.in);
    field.value = button.dataset.types;
    field.focus();
    typed();
  });

  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) {
      stopped = true;
      return;
    }
    event.preventDefault();
    const by = event.submitter;
    running.finally(() => {
      clearTimeout(timer);
      stopped = true;
      form.requestSubmit(by);
    });
  });

  addEventListener("pagehide", () => {
    if (!changed || stopped) return;
    fetch(form.dataset.live, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true });
  });
})();
