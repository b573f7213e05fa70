import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { writeHistory } from "@/scripts/history";
import { samplePrompts, seedSamples } from "@/scripts/samples";
import { makePerson, type Person } from "../api/people";
import { hushSweeps, QUIET } from "../api/refusals";
import { startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { hasBrowser, NEEDS_BROWSER, ownBrowser, pictureOf } from "./browser";
import { scriptBytes, scrollsSideways, violationsOf } from "./inspect";
import { addressOf, OPEN_PAGES, pagesOfDashboard } from "./pages";

const KIB = 1024;
const MOST_SCRIPT_BYTES = 200 * 1000;

/** Kept to be looked at; of the others only what fails. */
const PICTURED = ["/", "/questions/[ref]", "/jobs/[jobId]"];

describe.skipIf(!hasBrowser)(`the pages, with 60 days of history ${NEEDS_BROWSER}`, () => {
  const database = ownDatabase();
  const browser = ownBrowser();
  const values: Record<string, string> = {};
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
    const [job] = await execute<{ id: string; modelId: string; batchKey: string }>(sql`
      select id::text, model_id::text as "modelId", batch_key as "batchKey" from prompt_jobs
      where status = 'succeeded' and attempt_count > 1 order by id desc limit 1`);
    if (!job) throw new Error("no job was tried twice");
    Object.assign(values, { jobId: job.id, modelId: job.modelId, batchKey: job.batchKey });
    const { body } = await app.call("POST", "/api/webhooks", {
      url: "https://hooks.example.com/canvass",
      events: ["batch.finished"],
    });
    values.webhookId = `${body.webhook.id}`;
    values.ref = "best-noise-cancelling-headphones";
  });
  afterAll(() => app?.stop());

  test.each(pagesOfDashboard())(
    "%s bears inspection: weight, both themes, a phone",
    async (path) => {
      const { page, complaints } = await browser.open(app, { cookie: admin.cookie });
      const bytes = await scriptBytes(page, addressOf(path, values));
      expect(bytes).toBeGreaterThan(50 * KIB);
      expect.soft(bytes).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
      for (const theme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await expect
          .poll(() => page.evaluate("getComputedStyle(document.documentElement).colorScheme"))
          .toBe(theme);
        expect.soft(await violationsOf(page, theme === "light" ? "all" : "colours")).toEqual([]);
        if (PICTURED.includes(path)) {
          await page.screenshot({ path: await pictureOf(`${path} ${theme}`), fullPage: true });
        }
      }
      await page.setViewportSize({ width: 360, height: 780 });
      expect.soft(await scrollsSideways(page)).toBe(false);
      expect.soft(await violationsOf(page, "all but colours")).toEqual([]);
      await page.screenshot({ path: await pictureOf(`${path} phone`), fullPage: true });
      expect(complaints).toEqual([]);
    },
  );

  test.each(OPEN_PAGES)("%s bears inspection before anybody is signed in", async (path) => {
    const { page } = await browser.open(app, { theme: "dark", width: 360 });
    await page.goto(path);
    expect(await page.evaluate("document.documentElement.classList.contains('dark')")).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  });
});
