import { readdirSync } from "node:fs";

const FOLDER = "app/(dashboard)";

/** What everybody sees, signed in or not. */
export const OPEN_PAGES: readonly string[] = ["/sign-in", "/setup", "/nothing-here"];

/** Every page of the dashboard as it lies in its folder, so that none is forgotten: `/jobs/[jobId]`. */
export function pagesOfDashboard(): string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((name) => /(^|\/)page\.tsx$/.test(name))
    .map((name) => `/${name.replace(/\/?page\.tsx$/, "")}`)
    .toSorted();
}

/** Its address, with a value for each `[name]` in it. Throws where there is none: say what to look at. */
export function addressOf(page: string, values: Readonly<Record<string, string>>): string {
  return page.replaceAll(/\[(\w+)\]/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`pages.e2e.ts has no value for [${name}] of ${page}`);
    return value;
  });
}
