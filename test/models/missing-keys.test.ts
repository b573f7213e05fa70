import { expect, test } from "vitest";
import { missingKeys } from "@/lib/models/missing-keys";

test("names the variables that aren't set, or are blank, and never what is in them", () => {
  const none = { OPENAI_API_KEY: undefined, OPENROUTER_API_KEY: " " };
  expect(missingKeys(none)).toEqual({
    openai: "OPENAI_API_KEY",
    openrouter: "OPENROUTER_API_KEY",
  });
  expect(missingKeys({ OPENAI_API_KEY: "sk-test", OPENROUTER_API_KEY: "or-test" })).toEqual({});
});
