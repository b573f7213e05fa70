import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET } from "../app";
import { makePrompt } from "../factories";
import { appForFiles, expectImported, HEADER } from "./prompt-files";
import { expectError, expectInvalid, head, stored } from "./refusals";

const files = appForFiles();
const { upload, download } = files;
let a: number;
let b: number;
let twins: number[];
beforeAll(() => {
  ({ a, b, twins } = files.models);
});

describe("exporting", () => {
  test("gives a file to save, with the header where there is no prompt", async () => {
    const { status, headers, text } = await download();
    expect({ status, text }).toEqual({ status: 200, text: `${HEADER}\n` });
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-disposition")).toBe('attachment; filename="prompts.csv"');
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("gives every prompt without owner, oldest first, and none that was deleted", async () => {
    const prompt = { category: "TV", tags: ["x", "y;z"], frequency: "once", runs: 5 } as const;
    await makePrompt([b, a], { ...prompt, slug: "z", question: 'First, \n"who"?' });
    await makePrompt([a], { slug: "annas", ownerId: "anna" });
    await makePrompt([a], { slug: "deleted" });
    await makePrompt(twins, { slug: "a", question: "=Second?", active: false });
    await files.app.call("DELETE", "/api/prompts/deleted");
    expect((await download()).text).toBe(
      `${HEADER}\n` +
        `z,"First, \n""who""?",TV,"x;""y;z""",once,5,"a;""b;""""c"""""""\n` +
        `a,'=Second?,,,daily,1,openai:twin;${twins[1]};openrouter:twin\n`,
    );
  });

  test("gives what an import takes without any change", async () => {
    const texts = [
      "=1",
      "'=1",
      "''-1",
      "@a;b",
      '"q"',
      "a\r\nb",
      "\ta",
      "\rb",
      ' "',
      "'",
      "\ufeffa",
      "😀",
    ];
    for (const [n, text] of texts.entries()) {
      const models = n % 2 ? twins : [b, a];
      const prompt = { slug: `x${n}`, question: text, category: text, tags: [text, "=2", text] };
      await makePrompt(models, { ...prompt, active: n % 3 > 0 });
    }
    const before = await stored();
    const { text } = await download();
    expectImported(await upload(text), 0, texts.length);
    expect(await stored()).toBe(before);
    expect((await download()).text).toBe(text);
    await execute(sql`update prompts set deleted_at = now()`);
    expectImported(await upload(text), texts.length, 0);
    expect((await download()).text).toBe(text);
  });

  test("wants the secret, knows no parameter, and answers HEAD without the file", async () => {
    expectError(await files.app.raw("/api/prompts/export"), "UnauthorizedError", 401);
    expectInvalid(await files.app.call("GET", "/api/prompts/export?format=csv"), "format");
    const reply = await head(files.app, "/api/prompts/export", OPERATOR_SECRET);
    expect(reply).toMatchObject({ status: 200, text: "" });
    expect(reply.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  });
});
