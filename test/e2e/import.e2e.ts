import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedSamples } from "@/scripts/samples";
import { makePerson, type Person } from "../api/people";
import { hushSweeps, QUIET } from "../api/refusals";
import { startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { hasBrowser, NEEDS_BROWSER, ownBrowser, visit } from "./browser";

const HEAD = "slug,question,models,runs";
const GOOD = "best-tent,What is the best tent?,simulated-atlas,3";

describe.skipIf(!hasBrowser)(`an import ${NEEDS_BROWSER}`, () => {
  const database = ownDatabase();
  const browser = ownBrowser();
  let app: TestApp;
  let admin: Person;

  beforeAll(async () => {
    if (!hasBrowser) return;
    await seedSamples();
    await hushSweeps();
    app = await startApp(database.url, QUIET);
    admin = await makePerson(app, "admin");
  });
  afterAll(() => app?.stop());

  test("takes nothing of a file with a bad row, says which, and takes it mended", async () => {
    const { page } = await browser.open(app, { cookie: admin.cookie });
    const send = async (text: string) => {
      const buffer = Buffer.from(text);
      await page
        .locator('input[type="file"]')
        .setInputFiles({ name: "questions.csv", mimeType: "text/csv", buffer });
      await page.getByRole("button", { name: "Import" }).click();
    };
    await visit(page, "/questions/import");
    await send(`${HEAD}\n${GOOD}\nbest-map,What is the best map?,simulated-atlas,99\n`);
    await page.getByText("Nothing was imported").first().waitFor();
    const told = await page.getByRole("main").textContent();
    expect(told).toContain("runs");
    expect(told).toContain("must be from 1 to 50");
    expect((await app.call("GET", "/api/prompts/best-tent")).status).toBe(404);

    await send(`${HEAD}\n${GOOD}\nbest-map,What is the best map?,simulated-atlas,9\n`);
    await expect
      .poll(async () => (await app.call("GET", "/api/prompts/best-tent")).status)
      .toBe(200);
  });
});
