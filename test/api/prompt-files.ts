import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET, type Reply, startApp, type TestApp } from "../app";
import { makeModel } from "../factories";
import { ownDatabase } from "../own-database";
import { hushSweeps, QUIET, send } from "./refusals";

export const HEADER = "slug,question,category,tags,frequency,runs,models";

/** Models that a file may name: two by their names, and three that one name means. */
type Models = { a: number; b: number; twins: number[] };

/** An app of the test file's own, with these models, and no prompts at the beginning of a test. */
export function appForFiles() {
  const database = ownDatabase();
  let app: TestApp;
  let models: Models;
  beforeAll(async () => {
    await hushSweeps();
    app = await startApp(database.url, QUIET);
    const twin = { provider: "openai", name: "twin" } as const;
    models = {
      a: (await makeModel({ provider: "openai", name: "a" })).id,
      b: (await makeModel({ provider: "openrouter", name: 'b;"c"' })).id,
      twins: [
        (await makeModel(twin)).id,
        (await makeModel({ ...twin, label: "cold" })).id,
        (await makeModel({ ...twin, provider: "openrouter" })).id,
      ],
    };
  });
  afterAll(() => app?.stop());
  beforeEach(async () => {
    await execute(sql`delete from prompt_models`);
    await execute(sql`delete from prompts`);
  });
  const upload = (
    csv: string | Uint8Array | ReadableStream,
    type: string | null = "text/csv",
    secret = OPERATOR_SECRET,
  ) => send(app, secret, "POST", "/api/prompts/import", csv, type);
  return {
    get app() {
      return app;
    },
    get models() {
      return models;
    },
    upload,
    importLines: (...lines: string[]) => upload(lines.join("\n")),
    download: () => app.call("GET", "/api/prompts/export"),
    read: async (slug: string) => (await app.call("GET", `/api/prompts/${slug}`)).body.prompt,
  };
}

export function expectImported(reply: Reply, created: number, updated: number) {
  expect({ status: reply.status, body: reply.body }).toEqual({
    status: 200,
    body: { success: true, created, updated },
  });
}
