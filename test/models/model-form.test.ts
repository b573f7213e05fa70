import { describe, expect, test } from "vitest";
import { modelBody, pricesInWords } from "@/lib/models/model-form";

describe("the form of a model", () => {
  test("sends empty fields as settings that aren't there, and 0 as 0", () => {
    expect(
      modelBody({ label: "", temperature: "0", maxConcurrency: " ", maxOutputTokens: "1000" }),
    ).toEqual({
      label: "",
      maxConcurrency: null,
      requestsPerMinute: null,
      temperature: 0,
      inputUsdPerMillion: null,
      cachedInputUsdPerMillion: null,
      outputUsdPerMillion: null,
      maxOutputTokens: 1000,
      reasoningEffort: null,
    });
  });

  test("leaves what is no number to the API, which says what is wrong with it", () => {
    expect(modelBody({ maxConcurrency: "a few" }).maxConcurrency).toBe("a few");
  });

  test("names provider and name where the form has them: a new model's", () => {
    expect(modelBody({ provider: "openai", name: " gpt-5 " })).toMatchObject({
      provider: "openai",
      name: "gpt-5",
    });
    expect(modelBody({})).not.toHaveProperty("name");
  });
});

describe("prices in words", () => {
  const model = { provider: "openai", inputUsdPerMillion: 1.25, outputUsdPerMillion: 10 };

  test("are dollars for a million tokens", () => {
    expect(pricesInWords(model)).toBe("$1.25 in, $10 out");
    expect(pricesInWords({ ...model, inputUsdPerMillion: 0.025 })).toBe("$0.025 in, $10 out");
  });

  test("say no price where one is missing, never $0", () => {
    expect(pricesInWords({ ...model, outputUsdPerMillion: null })).toBe("no price");
    expect(pricesInWords({ ...model, provider: "simulated" })).toBe("free");
  });
});
