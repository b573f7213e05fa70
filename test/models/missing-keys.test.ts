import { expect, test } from "vitest";
import { missingKeys } from "@/lib/models/missing-keys";

const models = [{ provider: "openai" }, { provider: "openai" }, { provider: "simulated" }] as const;

test("a key that isn't set is missing for as many models as its provider has", () => {
  const none = { OPENAI_API_KEY: undefined, OPENROUTER_API_KEY: undefined };
  expect(missingKeys(models, none)).toEqual([{ variable: "OPENAI_API_KEY", models: 2 }]);
  expect(missingKeys(models, { ...none, OPENAI_API_KEY: " " })).toHaveLength(1);
});

test("nothing is missing where the key is there, or no model wants it", () => {
  const set = { OPENAI_API_KEY: "sk-test", OPENROUTER_API_KEY: undefined };
  expect(missingKeys(models, set)).toEqual([]);
});
