// Lighthouse on pages behind the sign-in. Told on standard input where and who.
import { readFileSync } from "node:fs";
import { startFlow } from "lighthouse";
import puppeteer from "puppeteer-core";

const told = JSON.parse(readFileSync(0, "utf8"));
const keys = `${told.address}/settings/api-keys/`;
const categories = ["performance", "accessibility", "best-practices", "seo"];

const browser = await puppeteer.launch({
  executablePath: told.browser,
  args: told.arguments,
});
try {
  const page = await browser.newPage();
  await signIn(page);
  const flow = await startFlow(page, {
    // Lighthouse would forget the sign-in before each page.
    flags: { disableStorageReset: true, onlyCategories: categories },
  });
  await flow.navigate(keys, { name: "List" });
  await flow.navigate(`${keys}generate/`, { name: "Generate" });
  await flow.navigate(() => submit(page), { name: "Reveal" });
  await flow.navigate(`${keys}reference/`, { name: "Reference" });
  const { steps } = await flow.createFlowResult();
  report(steps);
} finally {
  await browser.close();
}

async function signIn(page) {
  await page.goto(`${told.address}/login/`);
  await page.type("[name=username]", told.email);
  await page.type("[name=password]", told.password);
  await Promise.all([page.waitForNavigation(), page.click("[type=submit]")]);
}

async function submit(page) {
  await page.type("[name=name]", "Lighthouse");
  await page.click("[name=scopes]");
  await page.click("form[data-once] [type=submit]");
}

// A page that sent us to the sign-in would be measured in place of what we asked for.
function report(steps) {
  const table = {};
  for (const { name, lhr } of steps) {
    if (!lhr.finalDisplayedUrl.startsWith(keys)) throw new Error(`${name} is at ${lhr.finalDisplayedUrl}`);
    const scores = Object.values(lhr.categories).map(({ title, score }) => [title, Math.round(score * 100)]);
    table[name] = Object.fromEntries(scores);
    if (scores.some(([, score]) => score < 100)) process.exitCode = 1;
  }
  console.table(table);
  for (const { name, lhr } of steps) {
    for (const { id, weight } of Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs)) {
      const { score, title, displayValue = "" } = lhr.audits[id];
      if (weight && score !== null && score < 1) console.log(`${name}: ${title} (${id}) ${displayValue}`);
    }
  }
}
