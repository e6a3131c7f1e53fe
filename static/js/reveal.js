// The page of a new key's value, which works without this script.
"use strict";

const value = document.getElementById("api-key-value");
const button = document.querySelector("[data-copy]");
const said = document.querySelector("[data-copied]");
let isCopied = false;

value.addEventListener("focus", () => value.select());
value.addEventListener("copy", () => (isCopied = true));

button.hidden = false;
button.addEventListener("click", async () => {
  value.select();
  try {
    await navigator.clipboard.writeText(value.value);
    isCopied = true;
    said.textContent = "Copied. Now store it.";
  } catch {
    said.textContent = "Your browser doesn’t allow copying. The value is selected: press Ctrl+C, or ⌘C on a Mac.";
  }
});

// Who leaves without a copy is told so once.
document.querySelector("[data-done]").addEventListener("click", (event) => {
  if (isCopied) return;
  event.preventDefault();
  isCopied = true;
  value.focus();
  said.textContent = "The value isn’t copied yet, and is never shown again. Copy it; or if you have written it down, choose Done once more.";
});

// A browser may bring back even a page it was told not to store.
window.addEventListener("pagehide", () => {
  value.value = "";
  value.defaultValue = "";
});
