import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hushSweeps, QUIET } from "../api/refusals";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { hasBrowser, NEEDS_BROWSER, ownBrowser, visit } from "./browser";
import { watchShifts } from "./inspect";

const ADA = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };
const QUESTION = "What is the best TV show to start watching tonight?";
const SLUG = "best-tv-show";

describe.skipIf(!hasBrowser)(`the first day, from an empty database ${NEEDS_BROWSER}`, () => {
  const database = ownDatabase();
  const browser = ownBrowser();
  let app: TestApp;
  let provider: FakeProvider;

  beforeAll(async () => {
    if (!hasBrowser) return;
    await hushSweeps();
    provider = await startFakeProvider();
    // All name the one, half of them the other too.
    provider.reply(() => ({
      kind: "answer",
      delayMs: 400,
      answer: "I'd start with Severance.",
      entities: provider.requests.length % 2 ? ["Severance"] : ["Severance", "Andor"],
    }));
    const env = { ...QUIET, OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: "sk-fake" };
    app = await startApp(database.url, env);
  });
  afterAll(async () => {
    await app?.stop();
    await provider?.close();
  });

  test("set up, sign out and in, a model, a question, and a run watched to its answers, its trend and its cost", async () => {
    const { page, complaints } = await browser.open(app);
    await setUp(page);
    await page.getByText("No questions yet.").waitFor();
    await visit(page, "/settings/account");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/sign-in");
    await visit(page, "/jobs");
    await signIn(page);
    await page.waitForURL("**/jobs");

    await addModel(page);
    await addQuestion(page);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL(`**/questions/${SLUG}`);
    await page.getByRole("heading", { name: QUESTION, level: 1 }).waitFor();

    // What is written here would be gone after a reload.
    await page.evaluate("window.isSamePage = true");
    const shifted = await watchShifts(page);
    await page.getByRole("button", { name: "Run now" }).click();
    const run = page.getByRole("progressbar", { name: "Progress of the run" });
    await expect
      .poll(() => run.getAttribute("aria-valuetext"), { timeout: 30_000 })
      .toBe("20 of 20 jobs done");
    await page.getByText("Severance leads.").first().waitFor();
    expect(await page.evaluate("window.isSamePage")).toBe(true);
    expect(await shifted()).toBeLessThan(0.1);

    await page.getByRole("link", { name: "Answers", exact: true }).click();
    await page.getByText("I'd start with Severance").first().waitFor();

    // 20 answers of 120 tokens in and 40 out, at $1 and $10 a million.
    await visit(page, "/");
    await page.getByText("$0.01", { exact: false }).first().waitFor();
    expect(complaints).toEqual([]);
  });
});

async function setUp(page: Page): Promise<void> {
  await visit(page, "/");
  expect(new URL(page.url()).pathname).toBe("/setup");
  await page.getByLabel("Name", { exact: true }).fill(ADA.name);
  await page.getByLabel("Email", { exact: true }).fill(ADA.email);
  await page.getByLabel("Password", { exact: true }).fill(ADA.password);
  await page.getByLabel("Operator secret", { exact: true }).fill(OPERATOR_SECRET);
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel("Email", { exact: true }).fill(ADA.email);
  await page.getByLabel("Password", { exact: true }).fill(ADA.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function addModel(page: Page): Promise<void> {
  await visit(page, "/models");
  await page.getByRole("link", { name: "New model" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("gpt-fake");
  await page.getByLabel("Input", { exact: true }).fill("1");
  await page.getByLabel("Output", { exact: true }).fill("10");
  await page.getByRole("button", { name: "Add the model" }).click();
  await page.getByRole("cell", { name: "gpt-fake openai" }).waitFor();
}

async function addQuestion(page: Page): Promise<void> {
  await visit(page, "/questions");
  await page.getByRole("link", { name: "New question" }).click();
  await page.getByLabel("Question", { exact: true }).fill(QUESTION);
  await page.getByLabel("Slug", { exact: true }).fill(SLUG);
  await page.getByLabel("Runs", { exact: true }).fill("20");
  await page.getByRole("checkbox", { name: "gpt-fake" }).check();
}
