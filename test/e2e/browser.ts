import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed } from "vitest";
import type { TestApp } from "../app";

const CHROMIUM =
  process.env.CHROMIUM_PATH ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);

/** Without a browser these tests are skipped and say so; in CI they fail. */
export const hasBrowser = CHROMIUM !== undefined || process.env.CI !== undefined;
export const NEEDS_BROWSER = "(needs Chromium: apt-get install chromium, or CHROMIUM_PATH)";

/** Screenshots of the run, of tests that failed too. Not in the repository. */
const OUTPUT = "test-results";

export type Reader = {
  page: Page;
  /** What the page's scripts complained of: errors, and what the policy of the page forbade. */
  complaints: string[];
};

type Looks = {
  theme?: "light" | "dark";
  width?: number;
  height?: number;
  timeZone?: string;
  /** A Cookie header of somebody who is signed in. */
  cookie?: string;
};

/** A browser for the test file, and pages of it: each with cookies of its own, closed after the test. */
export function ownBrowser(): { open(app: TestApp, looks?: Looks): Promise<Reader> } {
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    if (!hasBrowser) return;
    if (CHROMIUM === undefined) throw new Error(`No browser was found ${NEEDS_BROWSER}`);
    // Root, as in a container, has no sandbox.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    await browser?.close();
  });
  return {
    async open(app, { theme = "light", width = 1440, height = 900, timeZone, cookie } = {}) {
      if (!browser) throw new Error("the browser starts in beforeAll");
      const context = await browser.newContext({
        baseURL: app.url,
        viewport: { width, height },
        colorScheme: theme,
        timezoneId: timeZone ?? "UTC",
        reducedMotion: "reduce",
      });
      context.setDefaultTimeout(15_000);
      contexts.push(context);
      if (cookie) await context.addCookies(cookiesOf(cookie, app.url));
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error")
          complaints.push(`${message.text()} ${message.location().url}`);
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      onTestFailed(async ({ task }) => {
        console.error(app.output.slice(-20).join("\n"));
        // A page that the test has closed itself has no picture.
        if (!page.isClosed()) {
          await page.screenshot({ path: await pictureOf(`failed ${task.name}`) });
        }
      });
      return { page, complaints };
    },
  };
}

/** Goes to a page and waits until its scripts listen: what is typed before that may be lost. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: "load" });
  // Not waitForFunction, which the page's policy forbids: it evaluates within the page.
  await expect.poll(() => page.evaluate(LISTENS), { timeout: 15_000 }).toBe(true);
}

const LISTENS = `Object.keys(document.querySelector("main") ?? {}).some((key) => key.startsWith("__react"))`;

function cookiesOf(header: string, url: string) {
  return header.split("; ").map((pair) => {
    const at = pair.indexOf("=");
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url };
  });
}

/** Where a picture of that name goes. */
export async function pictureOf(name: string): Promise<string> {
  await mkdir(OUTPUT, { recursive: true });
  return join(OUTPUT, `${name.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80)}.png`);
}
