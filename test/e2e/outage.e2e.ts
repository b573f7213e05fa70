import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Link, startLink } from "../api/breakable-link";
import { callAs, makePerson, type Person } from "../api/people";
import { hushSweeps, QUIET } from "../api/refusals";
import { freePort, startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { hasBrowser, NEEDS_BROWSER, ownBrowser, visit } from "./browser";

describe.skipIf(!hasBrowser)(`a server that is gone and comes back ${NEEDS_BROWSER}`, () => {
  const database = ownDatabase();
  const browser = ownBrowser();
  let port: number;
  let app: TestApp;
  let admin: Person;

  // So that who is signed in stays so: the sessions' secret is made from it.
  const start = async () => startApp(database.url, QUIET, port);

  beforeAll(async () => {
    if (!hasBrowser) return;
    await hushSweeps();
    port = await freePort();
    app = await start();
    admin = await makePerson(app, "admin");
  });
  afterAll(() => app?.stop());

  test("an open page says so, and goes on by itself", async () => {
    const { body } = await callAs(app, admin, "POST", "/api/models", {
      provider: "simulated",
      name: "simulated-ember",
    });
    await callAs(app, admin, "POST", "/api/jobs/queue/pause");
    await callAs(app, admin, "POST", "/api/prompts", {
      slug: "tea",
      question: "What is the best tea?",
      frequency: "manual",
      modelIds: [body.model.id],
    });
    const run = await callAs(app, admin, "POST", "/api/prompts/tea/runs");
    const jobId = run.body.jobs[0].jobId;

    const { page } = await browser.open(app, { cookie: admin.cookie });
    await visit(page, `/jobs/${jobId}`);
    await page.getByText("Live", { exact: true }).first().waitFor();
    await page.evaluate("window.isSamePage = true");

    process.kill(-app.pid, "SIGKILL");
    await page
      .getByText(/^(Reconnecting…|Polling every 5 s|Offline.*)$/)
      .first()
      .waitFor();
    await app.stop();
    app = await start();
    await page.getByText("Live", { exact: true }).first().waitFor({ timeout: 30_000 });
    await callAs(app, admin, "POST", "/api/jobs/queue/resume");
    await page.getByRole("main").getByText("succeeded", { exact: true }).first().waitFor();
    expect(await page.evaluate("window.isSamePage")).toBe(true);
  });
});

describe.skipIf(!hasBrowser)(`a database that is gone and comes back ${NEEDS_BROWSER}`, () => {
  const database = ownDatabase();
  const browser = ownBrowser();
  let link: Link;
  let app: TestApp;
  let admin: Person;

  beforeAll(async () => {
    if (!hasBrowser) return;
    await hushSweeps();
    link = await startLink(database.url);
    app = await startApp(link.url, QUIET);
    admin = await makePerson(app, "admin");
  });
  afterAll(async () => {
    await app?.stop();
    await link?.close();
  });

  test.each([
    { path: "/", heading: "Overview" },
    { path: "/sign-in", heading: "Sign in" },
  ])("$path says so instead of a bare 500, and loads by itself", async ({ path, heading }) => {
    const { page } = await browser.open(app, path === "/" ? { cookie: admin.cookie } : {});
    await link.cut();
    try {
      await page.goto(path);
      await page.getByText("The database doesn’t answer. Nothing is lost: jobs wait.").waitFor();
    } finally {
      await link.mend();
    }
    await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  });
});
