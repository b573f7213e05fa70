import { gzipSync } from "node:zlib";
import { Redis } from "ioredis";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { fromHash } from "@/lib/live-store/job-hash";
import { completion, type ScriptedReply } from "../fake-provider";
import { hasRedisServer, NEEDS_REDIS } from "../redis-server";
import {
  answering,
  appWithHostileProvider,
  CONTROL,
  expectHarmless,
  RETRY_CAP_MS,
  rowsOf,
  saying,
} from "./hostile-app";
import { HOSTILE_TEXTS, type HostileText, httpReply } from "./hostile-texts";

const MIB = 1024 * 1024;
/** The caps: lib/answers/parse.ts, and `storableLine` of names and ids. */
const MOST = { answer: 100_000, name: 200 };

const told = appWithHostileProvider();
const { toAnswer, run, look, lookAtJson, lookAtEvents } = told;
type Asked = Awaited<ReturnType<typeof toAnswer>>;

const hostile = Object.entries(HOSTILE_TEXTS);

describe("an answer that is itself an attack", () => {
  let asks: [string, HostileText, Asked][];
  beforeAll(async () => {
    asks = await Promise.all(
      hostile.map(async ([what, text]): Promise<[string, HostileText, Asked]> => {
        const further = { id: text.sent, model: text.sent };
        return [what, text, await toAnswer(answering(text.sent, [text.sent, "Sony"], further))];
      }),
    );
    const results = await run(asks.map(([, , ask]) => ask));
    expect(results.map(({ status }) => status)).toEqual(asks.map(() => "succeeded"));
  });

  test("is stored as the text it is, in the answer, its names, the model and the id that came with it", async () => {
    const responses = await rowsOf("responses");
    const attempts = await rowsOf("job_attempts");
    const named = await rowsOf("response_entities");
    await rowsOf("entities");
    for (const [what, { answer, name }, { jobId }] of asks) {
      const short = name.slice(0, MOST.name);
      const ids = { returned_model: short, provider_request_id: short };
      const response = responses.find((row) => row.job_id === jobId);
      expect({ what, ...response }).toMatchObject({ what, answer, ...ids });
      const attempt = attempts.find((row) => row.job_id === jobId);
      expect({ what, ...attempt }).toMatchObject({ what, outcome: "succeeded", ...ids });
      const names = named
        .filter((row) => row.response_id === response?.id)
        .map((row) => [row.rank, row.name]);
      expect({ what, names: names.sort() }).toEqual({
        what,
        names: [
          [1, short],
          [2, "Sony"],
        ],
      });
    }
  });

  test("is text in the JSON of every address that shows it, and a stream has no event but its own", async () => {
    for (const [what, text, { jobId, promptId, batchKey }] of asks) {
      const { job } = await lookAtJson(`/api/jobs/status/${jobId}`);
      await lookAtJson(`/api/jobs/status/${jobId}/poll?current_status=queued`);
      const answer = await lookAtJson(`/api/prompts/${promptId}/answer`);
      expect({ what, name: answer.entity.name }).toEqual({ what, name: text.name });
      const { batch } = await lookAtJson(`/api/jobs/batches/${batchKey}`);
      const events = await lookAtEvents(`/api/jobs/status/${jobId}/stream`);
      const entities = [
        { id: job.entityId, name: text.name, rank: 1 },
        { id: expect.any(Number), name: "Sony", rank: 2 },
      ];
      const data = { ...job, result: { answer: text.answer, entities } };
      expect(events).toEqual([{ id: job.version, event: "job_complete", data }]);
      const ofBatch = await lookAtEvents(`/api/jobs/batches/${batchKey}/stream`);
      expect(ofBatch).toMatchObject([{ event: "batch_complete", data: batch }]);
    }
    for (const path of ["jobs/status", "jobs/batches", "jobs/queue/stats", "prompts", "models"]) {
      await lookAtJson(`/api/${path}`);
    }
    await look("/api/prompts/export", /^text\/csv\b/);
    await look("/", /^text\/html\b/);
  });

  test.skipIf(!hasRedisServer)(`is the same in Redis ${NEEDS_REDIS}`, async () => {
    const client = new Redis(told.redisUrl);
    for (const [what, { answer, name }, { jobId }] of asks) {
      // A busy machine may have dropped the copy that its worker wrote; a look writes another.
      const fields = await vi.waitFor(async () => {
        await told.app.call("GET", `/api/jobs/status/${jobId}`);
        const copy = await client.hgetall(`job:${jobId}`);
        expect(copy.status).toBe("succeeded");
        return copy;
      });
      expectHarmless(fields);
      const result = { answer, entities: [{ name, rank: 1 }, { name: "Sony" }] };
      expect({ what, ...fromHash(fields)?.state }).toMatchObject({ what, result });
    }
    client.disconnect();
  });
});

test("no word of an error's body is told, but a plain one", async () => {
  const inError = (sent: string) => ({ message: sent, code: sent, type: sent, param: sent });
  const kinds: [string, (sent: string) => ScriptedReply][] = [
    ["invalid_request", (sent) => saying({ error: inError(sent) }, 400)],
    ["malformed_response", (sent) => saying({ error: inError(sent) })],
    ["malformed_response", (sent) => saying({ choices: [{ finish_reason: sent }] })],
    [
      "provider_unavailable",
      (sent) => ({
        kind: "bytes",
        bytes: httpReply(502, { "content-type": "text/html" }, `<html>${sent}</html>`),
      }),
    ],
  ];
  const texts = [...hostile.map(([, { sent }]) => sent), "x".repeat(65), "evil word"];
  for (const [errorCode, toScript] of kinds) {
    const results = await run(await Promise.all(texts.map((sent) => toAnswer(toScript(sent)))));
    const sentences = results.map((result) => ({ ...result, jobId: 0 }));
    // One sentence for all of them, so nothing of what they sent is in it.
    expect(new Set(sentences.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(sentences[0]).toMatchObject({ status: "failed", errorCode });
  }
  for (const { error_message } of await rowsOf("job_attempts")) {
    if (error_message !== null) expect(error_message).toMatch(/^[\w :,().-]{10,300}$/);
  }
});

test("headers that are attacks are cut, cleaned, or end the call: no wait passes the cap", async () => {
  const ids: [string, string][] = [
    ["<script>alert(1)</script>", "<script>alert(1)</script>"],
    ["\u009b31m\u0085=1+1\u00ff", "31m =1+1ÿ"],
    ["x".repeat(10_000), "x".repeat(MOST.name)],
  ];
  const waits = ["-1", "1e309", "9".repeat(400), "NaN", "Infinity", "0x10", "1; drop", "\u009b1m"];
  const dates = ["Mon, 99 Foo 9999 99:99:99 GMT", "Fri, 31 Dec 275760 23:59:59 GMT"];
  for (const wait of [...waits, ...dates]) {
    const asks = await Promise.all(
      ids.map(([id]) => {
        const headers = { "x-request-id": id, "retry-after": wait };
        return toAnswer({ kind: "bytes", bytes: httpReply(429, headers, "{}") });
      }),
    );
    const results = await run(asks);
    for (const { status, errorCode, retryAt } of results) {
      expect({ wait, status, errorCode }).toEqual({
        wait,
        status: "queued",
        errorCode: "rate_limited",
      });
      const inMs = Date.parse(retryAt ?? "") - Date.now();
      expect(inMs).toBeLessThanOrEqual(RETRY_CAP_MS + 1_000);
    }
    const attempts = await rowsOf("job_attempts");
    const kept = asks.map((ask) => attempts.find((row) => row.job_id === ask.jobId));
    expect(kept.map((row) => row?.provider_request_id)).toEqual(ids.map(([, id]) => id));
  }
  const broken = ["\u001b[31m", "a\u0000b", "x\r\n\r\nHTTP/1.1 200 OK", "x".repeat(100_000)];
  const asks = await Promise.all(
    broken.map((id) =>
      toAnswer({ kind: "bytes", bytes: httpReply(200, { "x-request-id": id }, "{}") }),
    ),
  );
  const results = await run(asks);
  expect(results.map(({ status }) => status)).toEqual(broken.map(() => "failed"));
  await rowsOf("job_attempts");
});

describe("a reply beyond all measure", () => {
  const json = (body: string, status = 200, headers: Record<string, string> = {}) =>
    ({ kind: "text", status, contentType: "application/json", text: body, headers }) as const;
  const content = (text: object) => JSON.stringify(completion(JSON.stringify(text)));
  const huge = "x".repeat(10 * MIB);

  test("of 10 MB isn't read to its end, isn't stored, and leaves the app as it was", async () => {
    const replies: [string, ScriptedReply][] = [
      ["malformed_response", json(content({ answer: huge, entities: [] }))],
      ["malformed_response", json(content({ answer: "x", entities: [huge] }))],
      ["malformed_response", json(JSON.stringify(completion("{}", { model: huge })))],
      ["malformed_response", json(huge)],
      ["provider_unavailable", json(JSON.stringify({ error: { message: huge } }), 500)],
      ["invalid_request", json(JSON.stringify({ error: { code: huge } }), 400)],
      ["provider_unavailable", json(`<html>${huge}</html>`, 503)],
    ];
    told.provider.requests.length = 0;
    const before = (await rowsOf("responses")).length;
    const results = await run(await Promise.all(replies.map(([, reply]) => toAnswer(reply))));
    expect(results.map(({ errorCode }) => errorCode)).toEqual(replies.map(([code]) => code));
    expect(told.provider.requests.map(({ closedEarly }) => closedEarly)).toEqual(
      replies.map(() => true),
    );
    expect((await rowsOf("responses")).length).toBe(before);
    expect((await told.app.raw("/api/health")).status).toBe(200);
    for (const row of await rowsOf("job_attempts")) {
      expect(JSON.stringify(row).length).toBeLessThan(2_000);
    }
  });

  test("that unpacks to 100 MB is read to the cap and no further", async () => {
    const bytes = gzipSync(Buffer.alloc(100 * MIB, " "));
    const headers = { "content-encoding": "gzip" };
    const ask = await toAnswer({ kind: "bytes", bytes: httpReply(200, headers, bytes) });
    expect(await run([ask])).toMatchObject([{ status: "failed", errorCode: "malformed_response" }]);
  });

  test("that fits in 2 MB is cut to 100,000 characters, ten names and 200 characters each", async () => {
    const names = Array.from({ length: 2_000 }, (_, n) => `${n}${"😀".repeat(100)}`);
    const ask = await toAnswer(
      json(content({ answer: `x${"😀".repeat(100_000)}`, entities: names })),
    );
    expect(await run([ask])).toMatchObject([{ status: "succeeded" }]);
    const [row] = (await rowsOf("responses")).filter(({ job_id }) => job_id === ask.jobId);
    expect(row?.answer).toBe(`x${"😀".repeat(MOST.answer / 2 - 1)}`);
    expect(String(row?.raw_text).length).toBeLessThanOrEqual(MOST.answer);
    const kept = (await rowsOf("response_entities")).filter((one) => one.response_id === row?.id);
    expect(kept.map(({ name }) => String(name).length)).toEqual(
      names.slice(0, 10).map(() => MOST.name - 1),
    );
  });

  test("with bytes that are no UTF-8, and with figures beyond any sense, is stored without them", async () => {
    const text = content({ answer: "a?b", entities: ["c?"] });
    const bytes = Buffer.from(text);
    for (const [at, byte] of bytes.entries()) if (byte === 0x3f) bytes[at] = 0xff;
    const usage = { prompt_tokens: 1e300, completion_tokens: -5, cost: 1e300 };
    const asks = [
      await toAnswer({ kind: "bytes", bytes: httpReply(200, {}, bytes) }),
      await toAnswer(answering("a\ufffdb", ["c\ufffd"], { usage })),
    ];
    await run(asks);
    const responses = await rowsOf("responses");
    for (const { jobId } of asks) {
      expect(responses.find((row) => row.job_id === jobId)).toMatchObject({ answer: "a\ufffdb" });
    }
    const unknown = { input_tokens: null, output_tokens: null, cost_usd: null };
    expect(responses.find((row) => row.job_id === asks[1]?.jobId)).toMatchObject(unknown);
  });
});

// Last: what the app printed about all of the above.
test("a line of the log is one of JSON, and no terminal obeys it", async () => {
  const evil = "\u001b[2Jevil\u009b1m";
  const ask = await toAnswer(saying({ error: { message: evil, code: evil } }, 401));
  await run([ask]);
  const lines = told.app.output.filter((line) => line.startsWith("{"));
  expect(lines.map((line) => JSON.parse(line).msg)).toContain("circuit opened");
  expect(told.app.output.filter((line) => CONTROL.test(line))).toEqual([]);
  expect(told.app.output.filter((line) => /evil|alert|forged/.test(line))).toEqual([]);
  expect(told.app.output.filter((line) => /uncaught|unhandled/i.test(line))).toEqual([]);
});
