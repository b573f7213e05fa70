import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { execute } from "@/db/client";
import { violatedConstraint } from "@/db/errors";
import { type ImportedPrompt, importPrompts } from "@/db/prompt-import";
import { listPromptsOf } from "@/db/prompts";
import { importPrompts as importFile } from "@/lib/prompts/import-export";
import { makeModel, makePrompt } from "../factories";
import { untilWaiting } from "../locks";
import { ownDatabase } from "../own-database";

const database = ownDatabase();
let other: postgres.Sql;
let modelId: number;

beforeAll(async () => {
  other = postgres(database.url, { max: 1 });
  modelId = (await makeModel()).id;
});
afterAll(() => other.end());
beforeEach(async () => {
  await execute(sql`delete from prompt_models`);
  await execute(sql`delete from prompts`);
});

const prompt = (slug: string, fields: Partial<ImportedPrompt> = {}): ImportedPrompt => ({
  ...{ slug, question: "Who?", category: null, tags: [], frequency: "daily", runs: 1 },
  modelIds: [modelId],
  ...fields,
});
const importAll = (prompts: ImportedPrompt[], ownerId: string | null = null) =>
  importPrompts(prompts, { given: new Set(["runs"]), ownerId });

test("an owner's import makes and changes that owner's prompts, and no others", async () => {
  const ours = await makePrompt([modelId], { slug: "shared" });
  const annas = await makePrompt([modelId], { slug: "shared", ownerId: "anna" });
  const bens = await makePrompt([modelId], { slug: "bens", ownerId: "ben" });
  const rows = ["shared", "bens", "new"].map((slug) => prompt(slug, { runs: 9 }));
  expect(await importAll(rows, "anna")).toEqual({ created: 2, updated: 1 });
  const [shared, ...made] = await listPromptsOf("anna");
  expect(shared).toMatchObject({ id: annas.id, runs: 9, ownerId: "anna" });
  expect(made.map(({ slug, ownerId }) => [slug, ownerId])).toEqual([
    ["bens", "anna"],
    ["new", "anna"],
  ]);
  expect(await listPromptsOf(null)).toEqual([ours]);
  expect(await listPromptsOf("ben")).toEqual([bens]);
});

test("new prompts have ids in the order of the file", async () => {
  await importAll(["c", "a", "d", "b"].map((slug) => prompt(slug)));
  expect((await listPromptsOf(null)).map(({ slug }) => slug)).toEqual(["c", "a", "d", "b"]);
});

test("one model that there isn't undoes it all", async () => {
  await makePrompt([modelId], { slug: "old" });
  const before = await listPromptsOf(null);
  const rows = [prompt("old", { runs: 9 }), prompt("new", { modelIds: [modelId, 999_999] })];
  const error = await importAll(rows).catch((thrown: unknown) => thrown);
  expect(violatedConstraint(error)).toBe("prompt_models_model_id_models_id_fk");
  expect(await listPromptsOf(null)).toEqual(before);
});

test("of 10 at once, in opposite orders, none is ended by a deadlock", async () => {
  const rows = Array.from({ length: 500 }, (_, n) => prompt(`p${n}x`));
  for (const slice of [rows.slice(0, 250), rows]) {
    const all = Array.from({ length: 10 }, (_, n) => importAll(n % 2 ? slice : slice.toReversed()));
    expect((await Promise.all(all)).map(({ created, updated }) => created + updated)).toEqual(
      Array(10).fill(slice.length),
    );
  }
});

test("one that Postgres ends because of another order of locks is tried again", async () => {
  await importAll([prompt("a"), prompt("b")]);
  const lock = (slug: string) => `select from prompts where slug = '${slug}' for no key update`;
  const { name } = (await execute<{ name: string }>(sql`select name from models`))[0] ?? {};
  const imported = await other.begin(async (tx) => {
    // The import, which looks after its second of waiting, is then the one to give way.
    await tx.unsafe("set local deadlock_timeout = '1min'");
    await tx.unsafe(lock("b"));
    const importing = importFile(`slug,question,models\nb,What?,${name}\na,What?,${name}\n`, null);
    await untilWaiting(1);
    await tx.unsafe(lock("a"));
    return { importing };
  });
  expect(await imported.importing).toEqual({ created: 0, updated: 2 });
  expect((await listPromptsOf(null)).map(({ version }) => version)).toEqual([2, 2]);
});
