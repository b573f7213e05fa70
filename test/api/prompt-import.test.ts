import { readFile } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { SIMULATED_MODEL_NAMES } from "@/lib/models/simulated-personas";
import { makeModel, makePrompt } from "../factories";
import { appForFiles, expectImported, HEADER } from "./prompt-files";
import { expectInvalid, stored } from "./refusals";

const files = appForFiles();
const { upload, importLines, read } = files;
let a: number;
let b: number;
let twins: number[];
beforeAll(() => {
  ({ a, b, twins } = files.models);
});

describe("importing", () => {
  test("makes prompts with every field, and gives empty cells the defaults of a new one", async () => {
    const reply = await importLines(
      HEADER,
      `full,"Who, if anybody,\nis ""best""?",TV & film,"sport;""a;b"";sport",weekly,50,a;${b}`,
      `bare,Who?,,,,,a`,
    );
    expectImported(reply, 2, 0);
    expect(await read("full")).toMatchObject({
      question: 'Who, if anybody,\nis "best"?',
      category: "TV & film",
      tags: ["sport", "a;b", "sport"],
      frequency: "weekly",
      runs: 50,
      modelIds: [a, b],
      active: true,
      version: 1,
      ownerId: null,
    });
    const made = await files.app.call("POST", "/api/prompts", {
      ...{ slug: "posted", question: "Who?", modelIds: [a] },
    });
    const { id: _id, slug: _slug, createdAt: _at, ...defaults } = made.body.prompt;
    expect(await read("bare")).toMatchObject(defaults);
  });

  test("takes the columns in any order, and only those that are needed", async () => {
    expectImported(await importLines("models,slug,question", "a,x1,Who?", "a,x2,What?"), 2, 0);
    expectImported(await importLines("runs,question,models,slug", "3,Who?,a,x3"), 1, 0);
    expect(await read("x2")).toMatchObject({ question: "What?", tags: [], runs: 1 });
    expect(await read("x3")).toMatchObject({ question: "Who?", modelIds: [a], runs: 3 });
  });

  test("takes a file as spreadsheets save it, with a byte order mark and \\r\\n", async () => {
    const csv = `\ufeff${HEADER}\r\nx1,"Who\r\nis it?",,,,,a\r\n\r\n`;
    expectImported(await upload(csv, "text/csv; charset=utf-8; header=present"), 1, 0);
    expect((await read("x1")).question).toBe("Who\r\nis it?");
  });

  test.each(["TEXT/CSV", "text/csv;charset=UTF-8", " text/csv "])(
    "takes the content type '%s'",
    async (type) => expectImported(await upload(HEADER, type), 0, 0),
  );

  test("of no rows changes nothing", async () => {
    const before = await stored();
    for (const csv of [HEADER, `${HEADER}\n`, `\r\n${HEADER}\r\n\r\n`, "slug,question,models"]) {
      expectImported(await upload(csv), 0, 0);
    }
    expect(await stored()).toBe(before);
  });

  test("finds models by id, by name, and by provider and name", async () => {
    const [twin = 0, cold = 0, other = 0] = twins;
    const models = `${cold}; openrouter:twin;openai:twin ;a;"openrouter:b;""c"""`;
    const cell = `"${models.replaceAll('"', '""')}"`;
    expectImported(await importLines("slug,question,models", `x1,Who?,${cell}`), 1, 0);
    expect((await read("x1")).modelIds).toEqual([a, b, twin, cold, other]);
    const reply = await importLines("slug,question,models", `x1,Who?,${twin};twin;openai:cold`);
    expectInvalid(reply, "line 2.models.1", "line 2.models.2");
    expect(reply.body.issues[0].message).toBe(
      '"twin" is the name of several models: use the id of one',
    );
  });

  test("takes away the mark that an export set before what looks like a formula", async () => {
    await importLines(HEADER, `x1,'=1+1,''@b,"'-1;=2",,,a`, `x2,=1+1,'b,=1,,,a`);
    expect(await read("x1")).toMatchObject({ question: "=1+1", category: "'@b" });
    expect((await read("x1")).tags).toEqual(["-1", "=2"]);
    expect(await read("x2")).toMatchObject({ question: "=1+1", category: "'b", tags: ["=1"] });
  });

  test("reads the sample questions", async () => {
    for (const name of SIMULATED_MODEL_NAMES) await makeModel({ name });
    expectImported(await upload(await readFile("db/seed/prompts.csv")), 24, 0);
    expect(await read("student-laptop")).toMatchObject({ tags: ["computers", "education"] });
    expect((await read("student-laptop")).modelIds).toHaveLength(4);
  });
});

describe("importing what is there already", () => {
  const columns = "slug,question,models";
  const fields = {
    ...{ slug: "old", question: "Who?", category: "TV", tags: ["x"] },
    ...{ frequency: "monthly", runs: 7, active: false },
  };
  let old: { id: number; modelIds: number[] };
  beforeEach(async () => {
    const body = { ...fields, modelIds: [a, b] };
    old = (await files.app.call("POST", "/api/prompts", body)).body.prompt;
  });

  test("changes it, and makes what is new", async () => {
    const rows = ["new,What?,,,,,a", "old,Who?,film,y;z,once,3,a"];
    expectImported(await importLines(HEADER, ...rows), 1, 1);
    const changed = { category: "film", tags: ["y", "z"], frequency: "once", runs: 3 };
    expect(await read("old")).toEqual({
      ...{ ...old, ...changed },
      modelIds: [a],
    });
    expect((await read("new")).id).not.toBe(old.id);
  });

  test("leaves what an absent column would say, and sets defaults for empty cells", async () => {
    expectImported(await importLines(columns, `old,Who?,a;${b}`), 0, 1);
    expect(await read("old")).toEqual(old);
    expectImported(await importLines(`${columns},tags,runs`, `old,Who?,a;${b},,`), 0, 1);
    expect(await read("old")).toEqual({ ...old, tags: [], runs: 1 });
    expectImported(await importLines(HEADER, `old,Who?,,,,,a;${b}`), 0, 1);
    const empty = { category: null, tags: [], frequency: "daily", runs: 1 };
    expect(await read("old")).toMatchObject({ ...empty, active: false });
  });

  test("counts it as updated where nothing differs", async () => {
    const before = await stored();
    expectImported(await importLines(HEADER, `old,Who?,TV,x,monthly,7,a;${b}`), 0, 1);
    expect(await stored()).toBe(before);
  });

  test("makes a new version of another question, and none of the same", async () => {
    const questionChangedAt = async () =>
      (await execute<{ at: string }>(sql`select question_changed_at as at from prompts`))[0]?.at;
    await importLines(columns, "old,Who?,a");
    expect(await read("old")).toMatchObject({ version: 1 });
    expect(await questionChangedAt()).toBeNull();
    await importLines(columns, "old,Who? ,a");
    expect(await read("old")).toMatchObject({ version: 2, question: "Who? " });
    const changedAt = await questionChangedAt();
    expect(Date.now() - Date.parse(changedAt ?? "")).toBeLessThan(60_000);
    await importLines(columns, `old,Who? ,${b}`);
    expect(await read("old")).toMatchObject({ version: 2, modelIds: [b] });
    expect(await questionChangedAt()).toBe(changedAt);
  });

  test("touches no other owner's prompt of that slug, and none that was deleted", async () => {
    const annas = await makePrompt([a], { slug: "annas", ownerId: "anna", question: "Anna's?" });
    await files.app.call("DELETE", "/api/prompts/old");
    expectImported(await importLines(columns, "annas,Ours?,a", "old,Again?,a"), 2, 0);
    const annasNow = (await files.app.call("GET", `/api/prompts/${annas.id}`)).body.prompt;
    expect(annasNow).toMatchObject({ question: "Anna's?", version: 1, ownerId: "anna" });
    expect(await read("annas")).toMatchObject({ question: "Ours?", ownerId: null });
    expect(await read("old")).toMatchObject({ question: "Again?", version: 1 });
    expect((await read("old")).id).not.toBe(old.id);
  });
});

describe("many imports at once", () => {
  const rows = (prefix: string, question: string) =>
    Array.from({ length: 200 }, (_, n) => `${prefix}${n}x,${question},a;${b}`);

  test("make each prompt once, whatever the order of their rows", async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, n) => {
        const lines = [...rows("old-", "Who?"), ...rows("new-", "Who?")];
        return importLines("slug,question,models", ...(n % 2 ? lines.toReversed() : lines));
      }),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const sum = (field: "created" | "updated") =>
      replies.reduce((total, { body }) => total + body[field], 0);
    expect([sum("created"), sum("updated")]).toEqual([400, 3_600]);
    const [made] = await execute(
      sql`select count(*) as prompts, max(version) as version from prompts`,
    );
    expect(made).toEqual({ prompts: 400, version: 1 });
  });

  test("count every new question once", async () => {
    await importLines("slug,question,models", ...rows("x", "Who?"));
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        importLines("slug,question,models", ...rows("x", `Question ${n}?`)),
      ),
    );
    const versions = await execute(sql`select distinct version from prompts`);
    expect(versions).toEqual([{ version: 11 }]);
  });
});
