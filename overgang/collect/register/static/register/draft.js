// What was typed comes back when the session ended before it was saved. It is kept in this tab only, for the user who
// typed it, until the save has led to another page.
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft]");
  const mine = `draft:${form ? form.dataset.draft : ""}:`;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("draft:") && (!form || !key.startsWith(mine))) sessionStorage.removeItem(key);
  }
  if (!form) return;
  const key = mine + location.pathname;
  const skip = new Set(["csrfmiddlewaretoken", "seen", "once"]);
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  if (kept && !location.search && !document.querySelector(".ds-error-summary")) {
    const values = new Map(JSON.parse(kept));
    for (const field of form.elements) {
      if (!field.name || skip.has(field.name) || field.type === "hidden") continue;
      const typed = values.get(field.name) || [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = typed.includes(field.value);
      else if (values.has(field.name)) field.value = typed[0];
    }
  }
  form.addEventListener("submit", () => {
    const data = new FormData(form);
    const values = [...new Set(data.keys())].filter((name) => !skip.has(name)).map((name) => [name, data.getAll(name)]);
    sessionStorage.setItem(key, JSON.stringify(values));
  });
})();
