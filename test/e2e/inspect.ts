import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { z } from "zod";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const found = z.array(z.string());

/** A theme changes nothing but colours, and a width everything but them: the slow half of axe, or the other. */
type Rules = "all" | "colours" | "all but colours";

/** What axe finds against WCAG 2.2 A and AA on the page as it stands, a line for each rule. */
export async function violationsOf(page: Page, rules: Rules = "all"): Promise<string[]> {
  // Evaluated by the debugger, which the page's policy doesn't bind.
  await page.evaluate(AXE);
  return found.parse(
    await page.evaluate(`(async () => {
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const { violations } = await axe.run(${JSON.stringify(rules)} === "colours"
        ? { runOnly: { type: "rule", values: ["color-contrast"] } }
        : { runOnly: tags, rules: { "color-contrast": { enabled: ${rules === "all"} } } });
      return violations.map(({ id, help, nodes }) =>
        id + ": " + help + ": " + nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | "));
    })()`),
  );
}

/** Whether the page is wider than its window. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return z
    .boolean()
    .parse(await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"));
}

/**
 * Goes to a page and adds up its scripts as they came over the wire, until it has loaded: bytes. What a
 * page fetches once it is idle is not of its first load.
 */
export async function scriptBytes(page: Page, path: string): Promise<number> {
  const sizes: Promise<number>[] = [];
  const note = (request: import("playwright-core").Request) => {
    if (request.resourceType() !== "script") return;
    sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  };
  page.on("requestfinished", note);
  await page.goto(path, { waitUntil: "load" });
  page.off("requestfinished", note);
  const all = await Promise.all(sizes);
  return all.reduce((sum, bytes) => sum + bytes, 0);
}

/** Watches how far things jump on the page, as Chromium scores it. Gives the sum so far. */
export async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: false });`);
  return async () => z.number().parse(await page.evaluate("window.shifted"));
}
