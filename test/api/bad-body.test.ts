import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import {
  expectError,
  expectInvalid,
  hushSweeps,
  QUIET,
  send,
  stored,
  title,
  tomorrow,
} from "./refusals";

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;
let before: string;

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
  });
  const model = await makeModel({ provider: "openai", name: "gpt-untouched" });
  const prompt = await makePrompt([model.id]);
  const job = await makeJob({ promptId: prompt.id, modelId: model.id, scheduledFor: tomorrow() });
  // So that a text, a fraction or a list read as the number 1 would find something to run.
  expect([model.id, prompt.id, job.id]).toEqual([1, 1, 1]);
  before = await stored();
});
afterAll(async () => {
  expect(await stored()).toBe(before);
  expect(provider.requests).toEqual([]);
  await app?.stop();
  await provider?.close();
});

const MAX_BYTES = 64 * 1024;
const MIB = 1024 * 1024;

const post = (body: string | Uint8Array | ReadableStream, contentType?: string | null) =>
  send(app, OPERATOR_SECRET, "POST", "/api/jobs/process", body, contentType);

/** The same bytes in pieces, so that the request has no Content-Length. */
function chunked(bytes: Uint8Array): ReadableStream {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + 10_000));
      at += 10_000;
    },
  });
}

function padded(json: string, bytes: number): Uint8Array {
  return Buffer.concat([Buffer.from(json), Buffer.alloc(bytes - json.length, " ")]);
}

describe("a body", () => {
  const broken: [string, string | Uint8Array][] = [
    ["nothing", ""],
    ["white space", " \n"],
    ["half an object", "{"],
    ["single quotes", "{'jobId':1}"],
    ["something behind the JSON", '{"jobId":1}{"jobId":1}'],
    ["a comma too many", '{"jobId":1,}'],
    ["NaN", '{"jobId":NaN}'],
    ["hexadecimal", '{"jobId":0x1}'],
    ["a NUL byte", "\0"],
    ["a NUL byte inside", '{"jobId":\x001}'],
    ["invalid UTF-8", Buffer.from('{"jobId":1,"\xff":1}', "latin1")],
    ["an overlong UTF-8 sequence", Buffer.from('{"jobId":1,"\xc0\x80":1}', "latin1")],
    ["half a surrogate pair in UTF-8", Buffer.from('{"jobId":1,"\xed\xa0\x80":1}', "latin1")],
    ["UTF-16", Buffer.from('\ufeff{"jobId":1}', "utf16le")],
    ["an unclosed depth", "[".repeat(60_000)],
  ];
  test.each(broken)("of %s is not valid JSON", async (_, body) => {
    const reply = await post(body);
    expectInvalid(reply, "");
    expect(reply.body.message).toBe("The body is not valid JSON");
  });

  test.each([
    ["null", "null"],
    ["a list", "[]"],
    ["a number", "1"],
    ["a text", '"jobId"'],
    ["30,000 nested lists", "[".repeat(30_000) + "]".repeat(30_000)],
  ])("of %s is no object", async (_, body) => {
    expectInvalid(await post(body), "");
  });

  test.each<[string, string, string[]]>([
    ["no field", "{}", ["jobId"]],
    ["an unknown field", '{"jobId":1,"force":true}', ["force"]],
    ["a field named __proto__", '{"jobId":1,"__proto__":{"jobId":1}}', ["__proto__"]],
    ["only __proto__", '{"__proto__":{"jobId":1}}', ["jobId", "__proto__"]],
    ["a field of every object", '{"jobId":1,"constructor":1}', ["constructor"]],
    ["toString", '{"jobId":1,"toString":1}', ["toString"]],
    ["a name with NUL", '{"jobId":1,"a\\u0000":1}', ["a\0"]],
    ["a name in another case", '{"JobId":1}', ["jobId", "JobId"]],
    ["the last of two equal names", '{"jobId":1,"jobId":-1}', ["jobId"]],
    ["9,000 nested objects", `${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`, ["jobId", "a"]],
    ["a deep id", `{"jobId":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, ["jobId"]],
  ])("with %s is refused by name", async (_, body, paths) => {
    expectInvalid(await post(body), ...paths);
  });

  const ids = ['"1"', '""', "null", "true", "[1]", '{"id":1}', "-1", "0", "-0", "1.5", "0.5"];
  const large = ["9007199254740992", "9007199254740993", "1e16", "1e400", "9".repeat(400)];
  test.each([...ids, ...large].map((id) => [title(id), id]))(
    "with the id %s is refused",
    async (_, id) => {
      expectInvalid(await post(`{"jobId":${id}}`), "jobId");
    },
  );

  test("with the largest id there can be is asked of the database", async () => {
    const reply = await post('{"jobId":9007199254740991}');
    expectError(reply, "JobNotFoundError", 404, { jobId: Number.MAX_SAFE_INTEGER });
  });

  test.each([
    null,
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/ld+json",
    "application/json, text/plain",
    "application",
  ])("of the content type %s is refused", async (contentType) => {
    expectInvalid(await post('{"jobId":1}', contentType), "");
  });

  test.each(["application/json;charset=utf-8", "APPLICATION/JSON", " application/json "])(
    "of the content type '%s' is read",
    async (contentType) => {
      expectError(await post('{"jobId":9}', contentType), "JobNotFoundError", 404, { jobId: 9 });
    },
  );

  test("may be missing only where none is taken", async () => {
    for (const [method, path] of [
      ["POST", "/api/jobs/process"],
      ["POST", "/api/prompts"],
      ["POST", "/api/prompts/import"],
      ["POST", "/api/models"],
      ["PATCH", "/api/prompts/1"],
      ["PATCH", "/api/models/1"],
    ] as const) {
      expectInvalid(await app.call(method, path), "");
    }
  });

  test("of 64 KiB is read, and of one byte more is not, with a length and without", async () => {
    const atMost = padded('{"jobId":9}', MAX_BYTES);
    const over = padded('{"jobId":9}', MAX_BYTES + 1);
    expect((await post(atMost)).status).toBe(404);
    expect((await post(chunked(atMost))).status).toBe(404);
    expectError(await post(over), "PayloadTooLargeError", 413);
    expectError(await post(chunked(over)), "PayloadTooLargeError", 413);
  });

  test("of 5 MB is refused, with a length and without, and the app serves on", async () => {
    const huge = padded('{"jobId":1}', 5 * MIB);
    for (const [method, path] of [
      ["POST", "/api/jobs/process"],
      ["POST", "/api/prompts"],
      ["PATCH", "/api/models/1"],
    ] as const) {
      for (const body of [huge, chunked(huge)]) {
        const reply = await send(app, OPERATOR_SECRET, method, path, body);
        expectError(reply, "PayloadTooLargeError", 413);
      }
    }
    expect((await app.call("GET", "/api/health")).status).toBe(200);
  });
});
