import { expect, it } from "vitest";
import { redact, withoutSecrets } from "@/lib/models/redact";

it.each([
  ["Incorrect API key provided: sk-proj-abc123DEF456.", "sk-proj-abc123DEF456"],
  ["key sk-or-v1-0123456789abcdef0123", "0123456789abcdef0123"],
  ["you sent sk-abcd****wxyz", "wxyz"],
  ["Authorization: Bearer eyJhbGciOi.J9.x", "eyJhbGciOi"],
  ["authorization: basic dXNlcjpwYXNz", "dXNlcjpwYXNz"],
  ["could not reach https://user:hunter2@proxy.example/v1", "hunter2"],
  ["could not reach https://hunter2@proxy.example/v1", "hunter2"],
  ["GET https://x.example/?api_key=hunter2&a=1", "hunter2"],
  ["GET https://x.example/?a=1&access_token=hunter2", "hunter2"],
  ["our own cvs_hunter2hunter2", "hunter2"],
])("takes the secret out of %j", (text, secret) => {
  const safe = redact(text);
  expect(safe).not.toContain(secret);
  expect(safe).toContain("[redacted]");
});

it("takes a configured key out whatever it looks like", () => {
  expect(redact("the key (a.b*c$) is wrong", ["a.b*c$", ""])).toBe("the key ([redacted]) is wrong");
});

it("leaves an ordinary sentence as it is", () => {
  const text = "OpenAI limits the rate of calls (HTTP 429, rate_limit_exceeded).";
  expect(redact(text)).toBe(text);
});

it("cuts at 300 characters after the redaction, so that no half of a key is left", () => {
  const safe = redact(`${"x".repeat(294)} sk-secretsecretsecret`);
  expect(safe.length).toBeLessThanOrEqual(300);
  expect(safe).not.toContain("sk-s");
});

it("gives one storable line", () => {
  expect(redact("a\u0000b\nc\ud800")).toBe("ab c\ufffd");
});

it("takes a key out of what a provider sent in every form it may be echoed in, and leaves the rest", () => {
  const key = "a-long+key/of=somebody";
  const bytes = Buffer.from(key);
  const encoded = (["base64", "base64url", "hex"] as const).map((form) => bytes.toString(form));
  const forms = [key, encodeURIComponent(key), ...encoded];
  expect(new Set(forms).size).toBe(5);
  for (const form of forms) {
    expect(withoutSecrets(`{"a":"<${form}${form}>"}\n`, [key])).toBe(
      '{"a":"<[redacted][redacted]>"}\n',
    );
  }
});

it("leaves a stand-in for a key in an answer, which is a word like any other", () => {
  expect(withoutSecrets("Ollama runs models: ollama run", ["ollama", ""])).toBe(
    "Ollama runs models: ollama run",
  );
});
