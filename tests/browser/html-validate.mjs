// What html-validate holds the pages to. A rule that is off says why.

export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // A key is no password: neither an old nor a new one is to be filled in for it.
    "autocomplete-password": "off",
    // The boxes of a checklist share a name, and so do the presets of an expiry and
    // the date that may be typed in their place.
    "form-dup-name": "off",
    // Where a template's tags stood, spaces are left, and mean nothing.
    "no-trailing-whitespace": "off",
  },
};
