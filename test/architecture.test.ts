import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const SOURCE = /\.(ts|tsx|mts|mjs)$/;

/** Files of our own code by path from the root, with their text. */
function sources(...folders: string[]): { path: string; text: string }[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => SOURCE.test(name))
      .map((name) => join(folder, name))
      .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") })),
  );
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"]+)"/g;

/** What a file imports: packages by name, our own files by path from the root. */
function importsOf({ path, text }: { path: string; text: string }): string[] {
  return [...text.matchAll(IMPORT)].map(([, target = ""]) => {
    if (target.startsWith("@/")) return target.slice(2);
    return target.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(path), target)) : target;
  });
}

/** Who may import from where: app → lib → db, and never back. */
const MAY_IMPORT: Record<string, RegExp> = {
  db: /^db\//,
  lib: /^(lib|db)\//,
  app: /^(app|lib)\/|^db\/(job-status|schema|health|[a-z-]*queries)$/,
};

describe("the house", () => {
  for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
    test(`${folder} imports only ${allowed}, of our own files`, () => {
      const own = /^(app|lib|db|scripts|test)\//;
      const wrong = sources(folder).flatMap((file) =>
        importsOf(file)
          .filter((target) => own.test(target) && !allowed.test(target))
          .map((target) => `${file.path} imports ${target}`),
      );
      expect(wrong).toEqual([]);
    });
  }

  test("a db file knows no HTTP and no framework", () => {
    const wrong = sources("db").filter((file) =>
      importsOf(file).some((target) => /^(next|react|openai|better-auth)\b/.test(target)),
    );
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  test("only db/job-transitions writes prompt_jobs", () => {
    const write =
      /(insert\s+into|update|delete\s+from|truncate)\s+"?prompt_jobs\b|\.(insert|update|delete)\(\s*promptJobs\b/i;
    const writers = sources("app", "lib", "db", "scripts").filter(({ text }) => write.test(text));
    expect(writers.length).toBeGreaterThan(0);
    const elsewhere = writers
      .map(({ path }) => path)
      .filter((p) => !p.startsWith("db/job-transitions/"));
    expect(elsewhere).toEqual([]);
  });

  test.each([
    ["lib/models", "openai"],
    ["lib/live-store", "ioredis"],
    ["lib/auth", "better-auth"],
  ])("only %s imports %s", (folder, name) => {
    const users = sources("app", "lib", "db", "scripts")
      .filter((file) => importsOf(file).some((target) => target.split("/")[0] === name))
      .map(({ path }) => path);
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((path) => !path.startsWith(`${folder}/`))).toEqual([]);
  });

  test("only the connection and the validation of the environment read DATABASE_URL", () => {
    const readers = sources("app", "lib", "db").filter(({ text }) =>
      /\.DATABASE_URL|databaseEnvironment/.test(text),
    );
    expect(readers.map(({ path }) => path).sort()).toEqual(["db/connection.ts", "lib/env.ts"]);
  });

  test("every API route goes through the wrapper", () => {
    const bare = sources("app/api")
      .filter(({ path }) => path.endsWith("route.ts") && !path.includes("[[...path]]"))
      .filter(({ text }) => !/= (apiRoute|authRoute|openRoute|publicRoute)\(/.test(text));
    expect(bare.map(({ path }) => path)).toEqual([]);
  });
});
