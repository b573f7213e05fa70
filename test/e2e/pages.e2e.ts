import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeHistory } from "@/scripts/history";
import { samplePrompts, seedSamples } from "@/scripts/samples";
import { makePerson, type Person } from "../api/people";
import { hushSweeps, QUIET } from "../api/refusals";
import { startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { hasBrowser, NEEDS_BROWSER, ownBrowser, pictureOf } from "./browser";
import { scriptBytes, scrollsSideways, violationsOf } from "./inspect";
import { OPEN_PAGES, PAGES } from "./pages";

const KIB = 1024;
const THEMES = ["light", "dark"] as const;

describe.skipIf(!hasBrowser)(`the pages, with 60 days of history ${NEEDS_BROWSER}`, () => {
  const database = ownDatabase();
  const browser = ownBrowser();
  let app: TestApp;
  let admin: Person;

  beforeAll(async () => {
    if (!hasBrowser) return;
    await seedSamples();
    const slugs = (await samplePrompts()).map(({ slug }) => slug);
    await writeHistory(slugs, { days: 60 });
    await hushSweeps();
    app = await startApp(database.url, QUIET);
    admin = await makePerson(app, "admin");
  });
  afterAll(() => app?.stop());

  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const addressOf = (path: string) => path.replace("{today}", yesterday);

  for (const path of PAGES) {
    test(`${path} bears inspection in both themes, on a phone, and in its weight`, async () => {
      for (const theme of THEMES) {
        const { page, complaints } = await browser.open(app, { theme, cookie: admin.cookie });
        const bytes = await scriptBytes(page, addressOf(path));
        expect(bytes).toBeGreaterThan(50 * KIB);
        expect(bytes).toBeLessThanOrEqual(200_000);
        expect(await violationsOf(page)).toEqual([]);
        expect(complaints).toEqual([]);
        await page.screenshot({ path: await pictureOf(`${path} ${theme}`), fullPage: true });
        await page.setViewportSize({ width: 360, height: 780 });
        expect(await scrollsSideways(page)).toBe(false);
        if (theme === "light") {
          expect(await violationsOf(page)).toEqual([]);
          await page.screenshot({ path: await pictureOf(`${path} phone`), fullPage: true });
        }
        await page.context().close();
      }
    });
  }

  test.each(OPEN_PAGES)("%s bears inspection before anybody is signed in", async (path) => {
    const { page } = await browser.open(app, { theme: "dark", width: 360 });
    await page.goto(path);
    expect(await violationsOf(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  });
});
