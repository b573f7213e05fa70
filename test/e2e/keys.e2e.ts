import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedSamples } from "@/scripts/samples";
import { makePerson, type Person } from "../api/people";
import { hushSweeps, QUIET } from "../api/refusals";
import { startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { hasBrowser, NEEDS_BROWSER, ownBrowser, visit } from "./browser";
import { violationsOf } from "./inspect";

describe.skipIf(!hasBrowser)(`the keyboard ${NEEDS_BROWSER}`, () => {
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

  async function open(path: string) {
    const { page, complaints } = await browser.open(app, { cookie: admin.cookie });
    await visit(page, path);
    return { page, complaints };
  }

  test("leads through the pages and the rows of a table", async () => {
    const { page, complaints } = await open("/");
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    await page.getByRole("heading", { name: "Models" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await page.getByRole("heading", { name: "Questions" }).waitFor();
    const links = page.locator("table[data-rows] tbody tr a:first-of-type");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    const second = await links.nth(1).textContent();
    expect(await page.evaluate("document.activeElement.textContent")).toBe(second);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/questions\/./);
    expect(complaints).toEqual([]);
  });

  test("does on a question what the list of keys says: window, table, run, edit, and a new one", async () => {
    const { page } = await open("/questions/best-noise-cancelling-headphones");
    await page.getByRole("button", { name: "Run now" }).waitFor();
    await page.keyboard.press("3");
    await page.waitForURL(/window=28/);
    await page.keyboard.press("v");
    await page.waitForURL(/view=table/);
    await page.keyboard.press("r");
    await page.getByRole("progressbar", { name: "Progress of the run" }).waitFor();
    await page.keyboard.press("e");
    await page.waitForURL("**/edit");
    await visit(page, "/questions");
    await page.keyboard.press("n");
    await page.waitForURL("**/questions/new");
  });

  test("goes into a search and, while there, types", async () => {
    const { page } = await open("/questions");
    await page.keyboard.press("/");
    await page.keyboard.type("gm?");
    const search = page.locator("input[data-search]").first();
    expect(await search.inputValue()).toBe("gm?");
    expect(new URL(page.url()).pathname).toBe("/questions");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("has a list of what it does, which Esc closes, and which says nothing where it is off", async () => {
    const { page } = await open("/");
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keys" });
    await dialog.waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.evaluate("localStorage.setItem('canvass-keys', 'off')");
    await page.keyboard.press("?");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Go to" }).waitFor();
    expect(await dialog.count()).toBe(0);
  });

  test("finds a page or a question by a few letters", async () => {
    const { page, complaints } = await open("/");
    await page.keyboard.press("Control+k");
    await page
      .getByRole("option", { name: /question$/ })
      .first()
      .waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.type("headph");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/questions/best-noise-cancelling-headphones");
    expect(complaints).toEqual([]);
  });
});
