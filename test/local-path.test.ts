import fc from "fast-check";
import { expect, test } from "vitest";
import { localPath } from "@/lib/local-path";

test.each(["/", "/questions", "/jobs?status=failed&next=//evil.example", "/a#b", "/ü", "/a//b"])(
  "%j is a path of our own",
  (path) => {
    expect(localPath(path)).toBe(path);
  },
);

test.each([
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/a\\..\\evil",
  "/\t/evil.example",
  "/\n/evil.example",
  "\t//evil.example",
  " //evil.example",
  "/\u0000",
  "/\u0085/evil.example",
  "https://evil.example",
  "https:evil.example",
  "javascript:alert(1)",
  "evil.example",
  "",
  `/${"a".repeat(2_000)}`,
  ["/questions"],
  undefined,
])("%j is not: it leads to the overview", (next) => {
  expect(localPath(next)).toBe("/");
});

test("whatever is asked for, a browser stays at our origin", () => {
  const letters = fc.constantFrom(
    "/",
    "\\",
    ":",
    "@",
    "?",
    "#",
    "\t",
    "\n",
    "\r",
    " ",
    ".",
    "e",
    "%2f",
  );
  const asked = fc.array(letters, { maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(asked, (next) => {
      const url = new URL(localPath(next), "https://canvass.example.com/sign-in");
      expect(url.origin).toBe("https://canvass.example.com");
    }),
    { numRuns: 5_000 },
  );
});
