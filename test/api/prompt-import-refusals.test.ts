import { beforeAll, describe, expect, test } from "vitest";
import { OPERATOR_SECRET } from "../app";
import { makePrompt } from "../factories";
import { appForFiles, expectImported, HEADER } from "./prompt-files";
import { expectError, expectInvalid, send, stored } from "./refusals";

const files = appForFiles();
const { upload, importLines } = files;
let a: number;
beforeAll(() => {
  ({ a } = files.models);
});

describe("a file is refused whole", () => {
  test.each<[string, string[], string[]]>([
    ["a slug", [HEADER, "A,?,,,,,a"], ["line 2.slug"]],
    ["a reserved slug", [HEADER, "import,?,,,,,a"], ["line 2.slug"]],
    ["no slug", [HEADER, ",?,,,,,a"], ["line 2.slug"]],
    ["no question", [HEADER, "x,,,,,,a"], ["line 2.question"]],
    ["a question too long", [HEADER, `x,${"?".repeat(4_001)},,,,,a`], ["line 2.question"]],
    ["NUL", [HEADER, "x,\0?,,,,,a"], ["line 2.question"]],
    ["a blank category", [HEADER, "x,?, ,,,,a"], ["line 2.category"]],
    ["an empty tag", [HEADER, "x,?,,a;;b,,,a"], ["line 2.tags.1"]],
    ["21 tags", [HEADER, `x,?,,${Array(21).fill("t").join(";")},,,a`], ["line 2.tags"]],
    ["a tag's open quote", [HEADER, 'x,?,,"""t",,,a'], ["line 2.tags"]],
    ["a frequency", [HEADER, "x,?,,,yearly,,a"], ["line 2.frequency"]],
    ["0 runs", [HEADER, "x,?,,,,0,a"], ["line 2.runs"]],
    ["51 runs", [HEADER, "x,?,,,,51,a"], ["line 2.runs"]],
    ["-1 runs", [HEADER, "x,?,,,,-1,a"], ["line 2.runs"]],
    ["1.5 runs", [HEADER, "x,?,,,,1.5,a"], ["line 2.runs"]],
    ["runs in hexadecimal", [HEADER, "x,?,,,,0x1,a"], ["line 2.runs"]],
    ["no models", [HEADER, "x,?,,,,,"], ["line 2.models"]],
    ["an unknown model", [HEADER, "x,?,,,,,a;nope"], ["line 2.models.1"]],
    ["an unknown id", [HEADER, "x,?,,,,,999999"], ["line 2.models.0"]],
    ["an unknown provider", [HEADER, "x,?,,,,,acme:a"], ["line 2.models.0"]],
    ["a model of another provider", [HEADER, "x,?,,,,,openrouter:a"], ["line 2.models.0"]],
    ["a model twice", [HEADER, "x,?,,,,,a;openai:a"], ["line 2.models"]],
    ["a name of several models", [HEADER, "x,?,,,,,twin"], ["line 2.models.0"]],
    ["a slug twice", [HEADER, "x,?,,,,,a", "y,?,,,,,a", "x,!,,,,,a"], ["line 4.slug"]],
    ["a cell too few", [HEADER, "x,?,,,,a"], ["line 2"]],
    ["a cell too many", [HEADER, "x,?,,,,,a,"], ["line 2"]],
    ["an open quote", [HEADER, "x,?,,,,,a", 'y,"?,,,,,a', "z,?,,,,,a"], ["line 3"]],
    ["a quote out of place", [HEADER, "x,?,,,,,a", 'y,a"?",,,,,a'], ["line 3"]],
    ["an unknown column", ["slug,question,models,active", "x,?,a,true"], ["line 1"]],
    ["a column in another case", ["Slug,question,models", "x,?,a"], ["line 1"]],
    ["a column twice", ["slug,slug,question,models", "x,x,?,a"], ["line 1"]],
    ["a missing column", ["slug,question,runs", "x,?,1"], ["line 1"]],
    ["no header", ["x,?,,,,,a"], ["line 1"]],
    ["semicolons", ["slug;question;models", "x;?;a"], ["line 1"]],
    ["nothing in it", [""], ["line 1"]],
    [
      "a bad row behind breaks and blanks",
      [HEADER, 'x,"?\n\n?",,,,,a', "", "Y,?,,,,,a"],
      ["line 6.slug"],
    ],
  ])("for %s", async (_, lines, paths) => {
    await makePrompt([a], { slug: "x", question: "Untouched?" });
    const before = await stored();
    expectInvalid(await importLines(...lines), ...paths);
    expect(await stored()).toBe(before);
  });

  test("with each bad row and cell by its line, in their order, and what is wrong there", async () => {
    const before = await stored();
    const rows = ["ok,Who?,,,,,a", "x,Who?,,,,51,nope", "y,Who?", "ok,,,,never,,a"];
    const reply = await importLines(HEADER, ...rows);
    expect(reply.body).toEqual({
      success: false,
      error: "ValidationError",
      message: "line 3.runs: must be from 1 to 50",
      issues: [
        { path: "line 3.runs", message: "must be from 1 to 50" },
        { path: "line 3.models.0", message: '"nope" is no model' },
        { path: "line 4", message: "has 2 cells where the header has 7" },
        { path: "line 5.question", message: "must not be empty" },
        {
          path: "line 5.frequency",
          message: "must be one of manual, hourly, daily, weekly, monthly, once",
        },
        { path: "line 5.slug", message: "is that of line 2 too" },
      ],
    });
    expect(await stored()).toBe(before);
  });

  test("with every fault of its header", async () => {
    const reply = await importLines("slug,slug,colour,,models", "x");
    expect(reply.body.issues).toEqual([
      { path: "line 1", message: 'has an unknown column, "colour"' },
      { path: "line 1", message: 'has an unknown column, ""' },
      { path: "line 1", message: "has the column slug twice" },
      { path: "line 1", message: "lacks the column question" },
    ]);
  });

  test("with the first hundred faults of many", async () => {
    const rows = Array.from({ length: 150 }, (_, n) => `x${n},,a`);
    const { body } = await importLines("slug,question,models", ...rows);
    expect(body.issues).toHaveLength(101);
    expect(body.issues.at(-1)).toEqual({ path: "", message: "and 50 more like these" });
  });
});

describe("a body", () => {
  const MAX_BYTES = 4 * 1024 * 1024;
  const padded = (bytes: number) => new Uint8Array(bytes).fill(0x0a);
  const streamed = (bytes: Uint8Array) =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    });
  const file = (bytes: number) => {
    const whole = padded(bytes);
    whole.set(Buffer.from(`${HEADER}\nx,?,,,,,a\n`));
    return whole;
  };

  test("of 4 MiB is read, and of one byte more is not, with a length and without", async () => {
    expectImported(await upload(file(MAX_BYTES)), 1, 0);
    expectImported(await upload(streamed(file(MAX_BYTES))), 0, 1);
    for (const body of [file(MAX_BYTES + 1), streamed(file(MAX_BYTES + 1))]) {
      const reply = await upload(body);
      expectError(reply, "PayloadTooLargeError", 413);
      expect(reply.body.message).toBe("The body is larger than 4 MiB");
    }
  });

  test.each([null, "application/json", "text/plain", "text/csvx", "application/csv", "text"])(
    "of the content type %s is refused",
    async (type) => expectInvalid(await upload(`${HEADER}\nx,?,,,,,a`, type), ""),
  );

  test("that isn't UTF-8 is refused", async () => {
    for (const encoding of ["latin1", "utf16le"] as const) {
      expectInvalid(await upload(Buffer.from(`${HEADER}\nx,é?,,,,,a`, encoding)), "");
    }
  });

  test("of JSON is refused by its type, and CSV where JSON belongs", async () => {
    expectInvalid(await files.app.call("POST", "/api/prompts/import", { slug: "x" }), "");
    expectInvalid(
      await send(files.app, OPERATOR_SECRET, "POST", "/api/prompts", HEADER, "text/csv"),
      "",
    );
  });

  test("is looked at after the credentials, its size before its type, and both before its rows", async () => {
    const huge = padded(MAX_BYTES + 1);
    expectError(await upload(huge, "text/csv", "wrong"), "UnauthorizedError", 401);
    expectError(await upload(huge, "text/plain"), "PayloadTooLargeError", 413);
    expectInvalid(await upload("rubbish", "text/plain"), "");
    const path = "/api/prompts/import?dry=1";
    expectInvalid(
      await send(files.app, OPERATOR_SECRET, "POST", path, "rubbish", "text/csv"),
      "dry",
    );
  });
});
