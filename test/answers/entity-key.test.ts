import { expect, it } from "vitest";
import { entityKey } from "@/lib/answers/entity-key";

it.each([
  ["  Sony   WH-1000XM6 ", "sony wh-1000xm6"],
  ["\u201cThe Wire\u201d", "the wire"],
  ["**Obsidian**", "obsidian"],
  ["`Rust`", "rust"],
  ["(Notion)", "notion"],
  ["Yahoo!", "yahoo"],
  ["ＳＯＮＹ", "sony"],
  ["ﬁve", "five"],
  ["Straße", "strasse"],
  ["STRASSE", "strasse"],
  ["ΟΔΟΣ", "οδοσ"],
  ["cafe\u0301", "café"],
  ["Sony\u200b", "sony"],
  ["\ufeffSony", "sony"],
  ["a\u00a0\u2003b\tc", "a b c"],
  ["De'Longhi Dedica", "de'longhi dedica"],
  ["C++", "c++"],
  ["C#", "c#"],
  ["C#.", "c#"],
  ["#1 Sony", "1 sony"],
  ["Disney+", "disney+"],
  ["東京", "東京"],
  ["…", ""],
  [" \u0000 ", ""],
  ["", ""],
])("reads %j as %j", (name, key) => {
  expect(entityKey(name)).toBe(key);
});

it("gives a key of a key that is the key again, for any text", () => {
  const alphabet = [..."aZ9 ß.,!#\"'-*`(ΣςİıﬃＡ™№\u0301\u200d\u200b\u00a0\ud800\u0000家😀+"];
  let state = 7;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  for (let round = 0; round < 20_000; round++) {
    const length = Math.floor(next() * 12);
    const name = Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]);
    const key = entityKey(name.join(""));
    expect(entityKey(key)).toBe(key);
    expect(key.isWellFormed()).toBe(true);
  }
});
