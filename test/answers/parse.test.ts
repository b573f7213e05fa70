import { expect, it } from "vitest";
import { ANSWER_RESPONSE_FORMAT, MAX_ENTITIES } from "@/lib/answers/instructions";
import { PARSER_VERSION, parseAnswer } from "@/lib/answers/parse";
import { storableLine, storableText } from "@/lib/answers/untrusted-text";

const parsed = (entities: string[], answer = "Yes.") =>
  parseAnswer(JSON.stringify({ answer, entities }));

it("keeps the order of the names and the spelling of the first of equals", () => {
  expect(parsed(["Sony", " SONY. ", "Bose", "“Bose”", "", "…", "\u0000"])).toEqual({
    kind: "parsed",
    answer: "Yes.",
    entities: ["Sony", "Bose"],
  });
});

it("keeps the ten best of more", () => {
  const names = Array.from({ length: 30 }, (_, index) => `Name ${Math.floor(index / 2)}`);
  const outcome = parsed(names);
  expect(outcome).toMatchObject({ entities: names.filter((_, i) => i % 2 === 0).slice(0, 10) });
});

it("cuts a long name without breaking a character in half", () => {
  const outcome = parsed([`a${"😀".repeat(300)}`]);
  if (outcome.kind !== "parsed") throw new Error("not parsed");
  expect(outcome.entities[0]).toBe(`a${"😀".repeat(99)}`);
});

it("writes a name on one line", () => {
  expect(parsed(["Sony\n\tWH\u0007-1"])).toMatchObject({ entities: ["Sony WH -1"] });
});

it("leaves no control character in an answer but tabs and line ends", () => {
  const answer = "\u001b[31m\tred\r\nnext\rover\u0007\b\u007f\u009b1m";
  expect(parsed([], answer)).toMatchObject({ answer: "[31m\tred\nnext\nover1m" });
});

it("reads 2 MB of names that are slow to fold in the blink of an eye", () => {
  const slow = Array.from({ length: 3_500 }, () => `a${"\ufe19".repeat(198)}a`);
  const startedMs = performance.now();
  expect(parsed(slow)).toMatchObject({ kind: "parsed" });
  // It took 6 s; a busy machine gets some time.
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});

it("takes an empty list for an answer that names nothing", () => {
  expect(parsed([])).toEqual({ kind: "parsed", answer: "Yes.", entities: [] });
});

it("reads JSON inside a code fence, and after a byte order mark", () => {
  const json = '{"answer":"Yes.","entities":["Sony"]}';
  expect(parseAnswer(`\`\`\`json\n${json}\n\`\`\``).kind).toBe("parsed");
  expect(parseAnswer(`\ufeff ${json}\n`).kind).toBe("parsed");
});

it("replaces lone surrogates and removes NUL from the answer", () => {
  const outcome = parseAnswer('{"answer":"a\\u0000b\\ud800c","entities":["x\\udc00"]}');
  expect(outcome).toEqual({ kind: "parsed", answer: "ab\ufffdc", entities: ["x\ufffd"] });
});

it.each([
  "",
  "  \n",
  "Sony",
  "null",
  "[]",
  '"Sony"',
  '{"answer":"x"}',
  '{"entities":[]}',
  '{"answer":1,"entities":[]}',
  '{"answer":"x","entities":"Sony"}',
  '{"answer":"x","entities":[null]}',
  '{"answer":"\\u0000","entities":["Sony"]}',
  '{"answer":"x","entities":["So',
  '{"answer":"x","entities":[]} and more',
  "```",
  "``````",
  "[".repeat(200_000),
])("calls %.40j malformed", (text) => {
  expect(parseAnswer(text)).toMatchObject({ kind: "malformed", reason: expect.any(String) });
});

it("asks for a schema that every strict implementation takes", () => {
  const { schema, strict } = ANSWER_RESPONSE_FORMAT.json_schema;
  expect(strict).toBe(true);
  expect(schema.required).toEqual(Object.keys(schema.properties));
  expect(schema.additionalProperties).toBe(false);
  expect(JSON.stringify(schema)).not.toMatch(/maxItems|minItems|maxLength|pattern/u);
  expect(MAX_ENTITIES).toBe(10);
  expect(PARSER_VERSION).toBeGreaterThan(0);
});

it("cuts text to a number of units and never ends on half a pair", () => {
  expect(storableText("ab😀", 3)).toBe("ab");
  expect(storableText("ab😀", 4)).toBe("ab😀");
  expect(storableText("a\u0000b", 2)).toBe("ab");
  expect(storableLine("  a \n b  ", 10)).toBe("a b");
});
