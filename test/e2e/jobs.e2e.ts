import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { callAs, makePerson, type Person } from "../api/people";
import { hushSweeps, QUIET } from "../api/refusals";
import { startApp, type TestApp } from "../app";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { hasBrowser, NEEDS_BROWSER, ownBrowser, visit } from "./browser";

describe.skipIf(!hasBrowser)(`jobs in the browser ${NEEDS_BROWSER}`, () => {
  const database = ownDatabase();
  const browser = ownBrowser();
  let app: TestApp;
  let provider: FakeProvider;
  let admin: Person;
  let member: Person;

  beforeAll(async () => {
    if (!hasBrowser) return;
    await hushSweeps();
    provider = await startFakeProvider();
    const env = { ...QUIET, OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: "sk-fake" };
    app = await startApp(database.url, env);
    admin = await makePerson(app, "admin");
    member = await makePerson(app);
  });
  beforeEach(() => provider?.reset());
  afterAll(async () => {
    await app?.stop();
    await provider?.close();
  });

  const status = (page: Page, word: string) =>
    page.getByRole("main").getByText(word, { exact: true }).first().waitFor();

  /** Asks a new question once, and gives the address of its job. */
  let asked = 0;
  async function runOne(slug: string): Promise<string> {
    // Models are everybody's: their names must not give the question away.
    const model = await callAs(app, admin, "POST", "/api/models", {
      provider: "openai",
      name: `gpt-fake-${++asked}`,
    });
    await callAs(app, admin, "POST", "/api/prompts", {
      slug,
      question: `What is the best ${slug}?`,
      frequency: "manual",
      modelIds: [model.body.model.id],
    });
    const { body } = await callAs(app, admin, "POST", `/api/prompts/${slug}/runs`);
    return `/jobs/${body.jobs[0].jobId}`;
  }

  test("a running one is cancelled once that is confirmed, and restarted to its end", async () => {
    provider.reply({ kind: "hang" });
    const path = await runOne("kettle");
    const { page, complaints } = await browser.open(app, { cookie: admin.cookie });
    await visit(page, path);
    await status(page, "processing");

    await page.getByRole("button", { name: "Cancel job" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.textContent()).toContain("may still be charged");
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await status(page, "processing");
    await page.getByRole("button", { name: "Cancel job" }).click();
    await dialog.getByRole("button", { name: "Cancel job" }).click();
    await status(page, "cancelled");

    await page.getByRole("button", { name: "Restart job" }).click();
    await dialog.getByRole("button", { name: "Restart job" }).click();
    await status(page, "succeeded");
    expect(complaints).toEqual([]);
  });

  test("a failed one says why, and is restarted from the list", async () => {
    provider.reply({ kind: "json", status: 400, body: { error: { message: "No such thing" } } });
    const path = await runOne("toaster");
    const { page } = await browser.open(app, { cookie: admin.cookie });
    await visit(page, path);
    await status(page, "failed");

    await visit(page, "/jobs?status=failed");
    await page.getByRole("checkbox", { name: `Select job ${path.split("/")[2]}` }).check();
    await page.getByRole("button", { name: /^Restart/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Restart/ })
      .click();
    await expect
      .poll(async () => (await app.call("GET", `/api/jobs/status${path.slice(5)}`)).body.job.status)
      .toBe("succeeded");
  });

  test("what is filtered is the same after a reload, and somewhere else in the browser", async () => {
    await runOne("lamp");
    const model = `gpt-fake-${asked}`;
    await runOne("chair");
    const { page } = await browser.open(app, { cookie: admin.cookie });
    await visit(page, "/jobs");
    await page.getByRole("combobox", { name: "Model" }).selectOption({ label: model });
    await page.waitForURL(/model/);
    const rows = () => page.locator("table tbody tr").allTextContents();
    await expect.poll(async () => (await rows()).length).toBe(1);
    expect((await rows())[0]).toContain("lamp");
    await page.reload();
    expect(await rows()).toHaveLength(1);
    const chosen = page.getByRole("combobox", { name: "Model" }).locator("option:checked");
    expect(await chosen.textContent()).toBe(model);
    await page.getByRole("button", { name: "Clear" }).click();
    await expect.poll(async () => (await rows()).length).toBeGreaterThan(1);
  });

  test("a member sees none of somebody else's, in lists or by their addresses", async () => {
    const path = await runOne("curtain");
    const { page } = await browser.open(app, { cookie: member.cookie });
    for (const list of ["/", "/questions", "/jobs", "/batches"]) {
      await visit(page, list);
      expect(await page.getByRole("main").textContent()).not.toContain("curtain");
    }
    for (const address of [path, "/questions/curtain"]) {
      expect((await page.goto(address))?.status()).toBe(404);
      await page.getByText("It may have been deleted, or belong to somebody else.").waitFor();
    }
  });
});
