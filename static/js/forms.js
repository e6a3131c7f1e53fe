// The pages work without this script; it makes their forms pleasant.
"use strict";

// A form that must be sent once can't be sent by a second click.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    form.querySelector("[type=submit]").setAttribute("aria-disabled", "true");
  });
}

// A page that comes back from the browser's memory may send its form again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    form.querySelector("[type=submit]").removeAttribute("aria-disabled");
  }
});

for (const summary of document.querySelectorAll("[data-focus]")) summary.focus();

for (const choice of document.querySelectorAll("[data-expiry]")) {
  const date = choice.querySelector("[type=date]");
  const presets = choice.querySelectorAll("[type=radio]");
  const choose = (typed) => {
    for (const preset of presets) if (typed) preset.checked = false;
    if (!typed && ![...presets].some((preset) => preset.checked)) presets[0].checked = true;
  };
  date.addEventListener("input", () => choose(date.value));
  for (const preset of presets) preset.addEventListener("change", () => (date.value = ""));
  if (date.value) choose(date.value);
}
