import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { INSTRUCTIONS_VERSION, SYSTEM_INSTRUCTIONS } from "@/lib/answers/instructions";
import { completion, type FakeProvider, startFakeProvider } from "@/test/fake-provider";
import { ASK, asAnswered, asFailed, callWith, credentialsFor, TEST_KEY } from "./callable-model";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
beforeEach(() => provider.reset());
afterAll(() => provider.close());

describe("what is sent", () => {
  it("is one chat completion with the question as it stands and a strict schema", async () => {
    await callWith(provider.url);
    const [request] = provider.requests;
    expect(request).toMatchObject({ method: "POST", path: "/v1/chat/completions" });
    expect(request?.headers.authorization).toBe(`Bearer ${TEST_KEY}`);
    expect(request?.body).toEqual({
      model: "gpt-test",
      max_completion_tokens: 1_000,
      messages: [
        { role: "system", content: SYSTEM_INSTRUCTIONS },
        { role: "user", content: ASK.question },
      ],
      response_format: expect.objectContaining({
        type: "json_schema",
        json_schema: expect.objectContaining({ strict: true }),
      }),
    });
    expect(INSTRUCTIONS_VERSION).toBeGreaterThan(0);
  });

  it("is max_tokens at OpenRouter, and neither provider gets a usage field", async () => {
    await callWith(provider.url, { model: { provider: "openrouter" } });
    expect(provider.requests[0]?.body).toMatchObject({ max_tokens: 1_000 });
    expect(provider.requests[0]?.body).not.toHaveProperty("max_completion_tokens");
    expect(provider.requests[0]?.body).not.toHaveProperty("usage");
  });

  it("has temperature and reasoning effort only where they are set, zero included", async () => {
    const model = { temperature: 0, reasoningEffort: "low" };
    const outcome = asAnswered(await callWith(provider.url, { model }));
    expect(provider.requests[0]?.body).toMatchObject({ temperature: 0, reasoning_effort: "low" });
    expect(outcome.settings).toEqual({
      model: "gpt-test",
      max_completion_tokens: 1_000,
      temperature: 0,
      reasoning_effort: "low",
      response_format: "json_schema",
    });
  });

  it("gives OpenRouter neither OpenAI's organisation nor its base URL", async () => {
    vi.stubEnv("OPENAI_ORG_ID", "org-secret");
    vi.stubEnv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1");
    await callWith(provider.url, { model: { provider: "openrouter" } });
    vi.unstubAllEnvs();
    expect(provider.requests[0]?.headers).not.toHaveProperty("openai-organization");
  });
});

describe("an answer", () => {
  it("comes back with what the provider said about itself", async () => {
    const content = JSON.stringify({ answer: "Sony, or Bose.", entities: ["Sony", "Bose"] });
    const usage = {
      prompt_tokens: 1_000,
      completion_tokens: 100,
      prompt_tokens_details: { cached_tokens: 400 },
    };
    provider.reply({ kind: "json", body: completion(content, { usage }) });
    const outcome = asAnswered(await callWith(provider.url));
    expect(outcome).toMatchObject({
      rawText: content,
      answer: "Sony, or Bose.",
      entities: ["Sony", "Bose"],
      returnedModel: "fake-model-2026-01-01",
      providerRequestId: "req_fake",
      httpStatus: 200,
      usage: { inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 100 },
      costUsd: (600 * 2 + 400 * 0.5 + 100 * 8) / 1e6,
    });
    expect(outcome.latencyMs).toBeGreaterThanOrEqual(0);
  });

  it("is read where JSON comes under another content type, or in text parts", async () => {
    const content = '{"answer":"Sony.","entities":[]}';
    const text = JSON.stringify(completion(content));
    provider.reply({ kind: "text", contentType: "text/plain", text });
    expect(asAnswered(await callWith(provider.url)).entities).toEqual([]);
    const message = { content: [{ type: "text", text: content }] };
    const choices = [{ finish_reason: "stop", message }];
    provider.reply({ kind: "json", body: { choices } });
    expect(asAnswered(await callWith(provider.url))).toMatchObject({
      answer: "Sony.",
      costUsd: null,
    });
  });

  it("takes OpenRouter's own cost and generation id", async () => {
    provider.reply({
      kind: "answer",
      headers: { "x-generation-id": "gen-1" },
      usage: { prompt_tokens: 10, completion_tokens: 10, cost: 0.000123 },
    });
    const outcome = asAnswered(await callWith(provider.url, { model: { provider: "openrouter" } }));
    expect(outcome).toMatchObject({ costUsd: 0.000123, providerRequestId: "gen-1" });
  });

  it("adds the model's price to OpenRouter's fee for a key of one's own", async () => {
    const usage = (cost_details: object) => ({ cost: 0.01, is_byok: true, cost_details });
    provider.reply([
      { kind: "answer", usage: usage({ upstream_inference_cost: 0.2 }) },
      { kind: "answer", usage: usage({}) },
    ]);
    expect(asAnswered(await callWith(provider.url)).costUsd).toBe(0.21);
    expect(asAnswered(await callWith(provider.url)).costUsd).toBeNull();
  });

  it("takes nonsense in the usage for unknown", async () => {
    const usage = { prompt_tokens: -1, completion_tokens: "many", cost: -5 };
    provider.reply({ kind: "answer", usage });
    const outcome = asAnswered(await callWith(provider.url));
    expect(outcome.usage).toEqual({
      inputTokens: null,
      cachedInputTokens: null,
      outputTokens: null,
    });
    expect(outcome.costUsd).toBeNull();
  });
});

describe("hostile replies", () => {
  it("are cut where the text is long, and clean of NUL and lone surrogates", async () => {
    const answer = `\u0000${"a".repeat(150_000)}\ud800`;
    const content = JSON.stringify({
      answer,
      entities: ["So\u0000ny\udfff", "\u0000", "sony\ufffd"],
    });
    provider.reply({
      kind: "json",
      body: completion(content, { model: `m\u0000${"x".repeat(900)}` }),
    });
    const outcome = asAnswered(await callWith(provider.url));
    expect(outcome.rawText).toHaveLength(100_000);
    expect(outcome.answer).toHaveLength(100_000);
    expect(outcome.entities).toEqual(["Sony\ufffd"]);
    expect(outcome.returnedModel?.length).toBeLessThanOrEqual(200);
    for (const text of [outcome.answer, outcome.rawText, outcome.returnedModel]) {
      expect(text).not.toContain("\u0000");
      expect(text?.isWellFormed()).toBe(true);
    }
  });

  it("of ten megabytes are malformed and not kept, with any status", async () => {
    const answer = JSON.stringify({ answer: "x".repeat(10_000_000), entities: ["Sony"] });
    const text = JSON.stringify(completion(answer));
    for (const [status, errorCode] of [
      [200, "malformed_response"],
      [503, "provider_unavailable"],
    ] as const) {
      provider.reply({ kind: "text", status, contentType: "application/json", text });
      const outcome = asFailed(await callWith(provider.url));
      expect(outcome.errorCode).toBe(errorCode);
      expect(JSON.stringify(outcome).length).toBeLessThan(1_000);
      // Not even read: the connection is closed at the limit.
      await vi.waitFor(() => expect(provider.requests.at(-1)?.closedEarly).toBe(true));
    }
  });

  it("never show a key that the provider echoes", async () => {
    const code = TEST_KEY;
    const message = `Incorrect API key provided: ${TEST_KEY}`;
    provider.reply({ kind: "json", status: 401, body: { error: { message, code } } });
    const outcome = asFailed(await callWith(provider.url));
    expect(JSON.stringify(outcome)).not.toContain(TEST_KEY);
    expect(outcome.message).toContain("[redacted]");
  });
});

describe("time", () => {
  it.each([
    ["never answers", { kind: "hang" }],
    ["sends headers and then a body that trickles", { kind: "trickle", everyMs: 20 }],
    ["sends an error whose body trickles", { kind: "trickle", status: 500, everyMs: 20 }],
  ] as const)("is bounded by the timeout where the provider %s", async (_what, script) => {
    provider.reply(script);
    const startedMs = performance.now();
    const outcome = asFailed(await callWith(provider.url, { options: { timeoutSeconds: 0.4 } }));
    expect(performance.now() - startedMs).toBeLessThan(1_500);
    expect(outcome).toMatchObject({ errorCode: "timeout", mayHaveBeenPaid: true });
    await vi.waitFor(() => expect(provider.requests[0]?.closedEarly).toBe(true));
    expect(provider.inFlight).toBe(0);
  });

  it.each([
    ["before any byte", { kind: "hang" }],
    ["in the middle of the body", { kind: "trickle", everyMs: 20 }],
    ["in the middle of an error body", { kind: "trickle", status: 503, everyMs: 20 }],
  ] as const)(
    "ends at once when the caller aborts %s, and the provider sees the connection close",
    async (_when, script) => {
      provider.reply(script);
      const controller = new AbortController();
      const call = callWith(provider.url, { options: { signal: controller.signal } });
      await vi.waitFor(() => expect(provider.inFlight).toBe(1));
      await new Promise((resolve) => setTimeout(resolve, 60));
      const abortedMs = performance.now();
      controller.abort(new Error("cancelled"));
      expect(await call).toMatchObject({ kind: "aborted", mayHaveBeenPaid: true });
      expect(performance.now() - abortedMs).toBeLessThan(500);
      await vi.waitFor(() => expect(provider.requests[0]?.closedEarly).toBe(true));
    },
  );

  it("is not spent at all where the signal has fired before the call", async () => {
    const outcome = await callWith(provider.url, { options: { signal: AbortSignal.abort() } });
    expect(outcome).toMatchObject({ kind: "aborted", mayHaveBeenPaid: false });
    expect(provider.requests).toHaveLength(0);
  });
});

it("makes a value of any exception, a defect of our own too", async () => {
  const credentials = {
    get openaiApiKey(): string {
      throw new TypeError(`boom ${TEST_KEY}`);
    },
  };
  const outcome = asFailed(await callWith(provider.url, { options: { credentials } }));
  expect(outcome).toMatchObject({ errorCode: "malformed_response", maxRetries: 2 });
  expect(outcome.message).toContain("TypeError");
  expect(outcome.message).not.toContain(TEST_KEY);
});

it("uses no key but that of the model's provider", async () => {
  const credentials = { ...credentialsFor(provider.url), openrouterApiKey: "sk-or-v1-other-key" };
  await callWith(provider.url, { model: { provider: "openrouter" }, options: { credentials } });
  expect(provider.requests[0]?.headers.authorization).toBe("Bearer sk-or-v1-other-key");
});
