import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureKind, PROVIDER_ERROR_CODES } from "@/lib/models/outcome";
import { type FakeProvider, startFakeProvider } from "@/test/fake-provider";
import { asFailed, callWith, TEST_KEY } from "./callable-model";
import { PROVIDER_ROWS } from "./provider-rows";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());

describe.each(["openai", "openrouter"] as const)("what %s does", (name) => {
  it.each(PROVIDER_ROWS.map((row) => ({ ...row, title: `${row.what} is ${row.errorCode}` })))(
    "$title",
    async (row) => {
      provider.reset();
      provider.reply(row.script);
      const outcome = asFailed(await callWith(provider.url, { model: { provider: name } }));
      expect(outcome).toMatchObject({ errorCode: row.errorCode, class: row.class });
      expect(outcome.retryAfterMs).toBe(row.retryAfterMs ?? null);
      if (row.mayHaveBeenPaid !== undefined) {
        expect(outcome.mayHaveBeenPaid).toBe(row.mayHaveBeenPaid);
      }
      expect(outcome.message).not.toContain(TEST_KEY);
      expect(outcome.message).not.toContain("Something from");
      expect(outcome.message.length).toBeLessThanOrEqual(300);
      // The package's own retries are off.
      expect(provider.requests).toHaveLength(1);
    },
  );
});

it("plays every code of the table in at least one row", () => {
  const played = new Set(PROVIDER_ROWS.map((row) => row.errorCode));
  expect([...played].sort()).toEqual([...PROVIDER_ERROR_CODES].sort());
});

it("allows two retries of a malformed response, none of a permanent failure, and leaves the rest to the attempts", () => {
  const limits = PROVIDER_ERROR_CODES.map((code) => [code, failureKind(code).maxRetries]);
  expect(Object.fromEntries(limits)).toEqual({
    network: null,
    timeout: null,
    provider_unavailable: null,
    rate_limited: null,
    quota_exhausted: null,
    provider_auth: null,
    invalid_request: 0,
    model_not_found: 0,
    refused: 0,
    truncated: 0,
    malformed_response: 2,
  });
});

it("knows that a refused connection cannot have been paid for", async () => {
  const gone = await startFakeProvider();
  await gone.close();
  const outcome = asFailed(await callWith(gone.url));
  expect(outcome).toMatchObject({ errorCode: "network", mayHaveBeenPaid: false, httpStatus: null });
  expect(outcome.message).toContain("ECONNREFUSED");
});

it("takes a name that does not resolve for a network failure", async () => {
  const outcome = asFailed(await callWith("http://nowhere.invalid/v1"));
  expect(outcome).toMatchObject({ errorCode: "network", mayHaveBeenPaid: false });
});

it.each([
  ["openai", "OPENAI_API_KEY", { openaiApiKey: "", openrouterApiKey: TEST_KEY }],
  ["openai", "OPENAI_API_KEY", { openrouterApiKey: TEST_KEY }],
  ["openrouter", "OPENROUTER_API_KEY", { openaiApiKey: TEST_KEY, openrouterApiKey: " " }],
] as const)("says that %s lacks %s and sends nothing", async (name, variable, credentials) => {
  provider.reset();
  const urls = { openaiBaseUrl: provider.url, openrouterBaseUrl: provider.url };
  const outcome = asFailed(
    await callWith(provider.url, {
      model: { provider: name },
      options: { credentials: { ...credentials, ...urls } },
    }),
  );
  expect(outcome).toMatchObject({ errorCode: "provider_auth", class: "account" });
  expect(outcome.message).toContain(`${variable} is not set`);
  expect(outcome.mayHaveBeenPaid).toBe(false);
  expect(provider.requests).toHaveLength(0);
});

it("turns a key that no header can hold into an account failure without showing it", async () => {
  const credentials = { openaiApiKey: "sk-test\nwith-newline", openaiBaseUrl: provider.url };
  const outcome = asFailed(await callWith(provider.url, { options: { credentials } }));
  expect(outcome.errorCode).toBe("provider_auth");
  expect(outcome.message).not.toContain("with-newline");
});

it("does not follow a redirect", async () => {
  provider.reset();
  provider.reply({ kind: "text", status: 307, text: "", headers: { location: "/v1/elsewhere" } });
  const outcome = asFailed(await callWith(provider.url));
  expect(outcome.errorCode).toBe("malformed_response");
  expect(provider.requests).toHaveLength(1);
});

it("names the parameter that the provider did not take", async () => {
  const error = { message: "long text", code: "unsupported_value", param: "temperature" };
  provider.reply({ kind: "json", status: 400, body: { error } });
  const outcome = asFailed(await callWith(provider.url));
  expect(outcome.message).toBe(
    "OpenAI turned the request down as invalid (HTTP 400, unsupported_value, temperature).",
  );
});

it("keeps usage and cost of a refusal and of a cut answer", async () => {
  for (const finish_reason of ["content_filter", "length"]) {
    const choices = [{ index: 0, finish_reason, message: { content: "" } }];
    const usage = { prompt_tokens: 10, completion_tokens: 5, cost: 0.25 };
    provider.reply({ kind: "json", body: { model: "m-1", choices, usage } });
    const outcome = asFailed(await callWith(provider.url));
    expect(outcome).toMatchObject({ costUsd: 0.25, returnedModel: "m-1", httpStatus: 200 });
    expect(outcome.usage).toEqual({ inputTokens: 10, cachedInputTokens: null, outputTokens: 5 });
    expect(outcome.providerRequestId).toBe("req_fake");
  }
});
