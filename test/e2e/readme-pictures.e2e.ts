import { mkdir, stat } from "node:fs/promises";
import { sql } from "drizzle-orm";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { writeHistory } from "@/scripts/history";
import { samplePrompts, seedSamples } from "@/scripts/samples";
import { makePerson, type Person } from "../api/people";
import { hushSweeps, QUIET } from "../api/refusals";
import { startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { ownBrowser, visit } from "./browser";

const FOLDER = "docs/images";
const LARGEST_BYTES = 300_000;

/** Writes the pictures of the README, when asked: SCREENSHOTS=1 npm run test:e2e -- readme-pictures */
describe.runIf(process.env.SCREENSHOTS)("the pictures of the README", () => {
  const database = ownDatabase();
  const browser = ownBrowser();
  let app: TestApp;
  let admin: Person;

  beforeAll(async () => {
    await mkdir(FOLDER, { recursive: true });
    await seedSamples();
    const slugs = (await samplePrompts()).map(({ slug }) => slug);
    await writeHistory(slugs, { days: 60 });
    await hushSweeps();
    // Few at once, so that today's batch is seen as it goes.
    app = await startApp(database.url, { ...QUIET, MAX_CONCURRENT_JOBS: "12" });
    admin = await makePerson(app, "admin");
  });
  afterAll(() => app?.stop());

  const open = async (path: string, height: number): Promise<Page> => {
    const { page } = await browser.open(app, { width: 1280, height, cookie: admin.cookie });
    await visit(page, path);
    return page;
  };

  async function draw(page: Page, name: string): Promise<void> {
    const path = `${FOLDER}/${name}.png`;
    await page.evaluate("document.fonts.ready");
    await page.screenshot({ path });
    expect((await stat(path)).size).toBeLessThan(LARGEST_BYTES);
  }

  test("a batch as it goes", async () => {
    await app.call("GET", "/api/cron");
    const page = await open("/", 900);
    const bar = page.getByRole("main").getByRole("progressbar").first();
    await expect
      .poll(async () => Number(await bar.getAttribute("aria-valuenow")), {
        timeout: 60_000,
        interval: 200,
      })
      .toBeGreaterThan(200);
    await draw(page, "overview");
  });

  test("the trend of a question", async () => {
    await draw(await open("/questions/best-noise-cancelling-headphones", 1000), "trend");
  });

  test("a job that was tried more than once", async () => {
    const [tried] = await execute<{ id: number }>(sql`
      select max(id)::int as id from prompt_jobs where status = 'succeeded' and attempt_count > 1`);
    await draw(await open(`/jobs/${tried?.id}`, 800), "timeline");
  });
});
