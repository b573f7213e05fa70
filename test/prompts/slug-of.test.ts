import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slug as slugRule } from "@/lib/http/inputs";
import { slugOf } from "@/lib/prompts/slug-of";

describe("a slug out of a question", () => {
  test.each([
    ["What is the best TV show to start watching tonight?", "best-tv-show-start-watching-tonight"],
    ["Which café’s crème brûlée is best?", "cafes-creme-brulee-best"],
    ["Which is it?", "which-is-it"],
    ["2026?", "question-2026"],
    ["How do I import?", "question-import"],
    ["New?", "question-new"],
    ["何が一番ですか", ""],
  ])("%s", (question, slug) => {
    expect(slugOf(question)).toBe(slug);
  });

  test("whatever is typed, it is one that may be saved, or none", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (question) => {
        const slug = slugOf(question);
        return slug === "" || slugRule.safeParse(slug).success;
      }),
    );
  });
});
