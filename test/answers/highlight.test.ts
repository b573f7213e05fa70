import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { highlight } from "@/lib/answers/highlight";

const marked = (text: string, names: string[]) =>
  highlight(text, names)
    .map(({ text: piece, named }) => (named ? `[${piece}]` : piece))
    .join("");

describe("names in an answer", () => {
  test("are marked in whatever case they stand", () => {
    expect(marked("I'd start with SEVERANCE, then Andor.", ["Severance", "andor"])).toBe(
      "I'd start with [SEVERANCE], then [Andor].",
    );
  });

  test("are marked whole, not within a longer word", () => {
    expect(marked("Darkness isn't Dark.", ["Dark"])).toBe("Darkness isn't [Dark].");
  });

  test("are the longest that begin at a place", () => {
    expect(marked("Watch The Wire: Season 2 now", ["The Wire", "The Wire: Season 2"])).toBe(
      "Watch [The Wire: Season 2] now",
    );
  });

  test("are taken as they are, whatever they mean in a pattern", () => {
    expect(marked("C++ (and .*) and <b>x</b>", ["C++", ".*", "<b>", "(", "a-z"])).toBe(
      "[C++] [(]and [.*]) and [<b>]x</b>",
    );
  });

  test("leave the text as it was, whatever text and names", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.array(fc.string({ unit: "binary" })),
        (text, names) => {
          const pieces = highlight(text, names);
          expect(pieces.map((piece) => piece.text).join("")).toBe(text);
          expect(pieces.every((piece) => piece.text !== "")).toBe(true);
        },
      ),
    );
  });
});
