import { describe, expect, test } from "vitest";
import { GOES, keyAction, type Press } from "@/app/ui/keys/key-action";

const REST = {
  withModifier: false,
  withShift: false,
  isRepeat: false,
  isComposing: false,
  isTyping: false,
  isInDialog: false,
};
const ON = { isAfterPrefix: false, areSingleKeysOn: true };

const press = (key: string, how: Partial<Press> = {}, state: Partial<typeof ON> = {}) =>
  keyAction({ ...REST, key, ...how }, { ...ON, ...state });

describe("a key", () => {
  test("alone does what the list says", () => {
    expect(press("/")).toEqual({ kind: "search" });
    expect(press("?", { withShift: true })).toEqual({ kind: "help" });
    expect(press("j")).toEqual({ kind: "row", step: 1 });
    expect(press("k")).toEqual({ kind: "row", step: -1 });
    expect(press("Enter")).toEqual({ kind: "open" });
    expect(press("x")).toEqual({ kind: "select", withRange: false });
    expect(press("X", { withShift: true })).toEqual({ kind: "select", withRange: true });
    expect(press("Escape")).toEqual({ kind: "escape" });
    for (const key of ["[", "]", "n", "r", "c", "e", "1", "2", "3", "v", "l"]) {
      expect(press(key)).toEqual({ kind: "press", key });
    }
  });

  test("that isn't on the list is the page's own", () => {
    for (const key of ["a", "R", "4", "0", "Tab", "ArrowDown", " ", "F5", "Dead", "[]", ""]) {
      expect(press(key)).toBeNull();
    }
  });

  test("is the page's own while somebody types, composes, holds it, or answers a dialog", () => {
    for (const how of ["isTyping", "isComposing", "isRepeat", "isInDialog"] as const) {
      for (const key of ["r", "g", "/", "?", "j", "Escape"]) {
        expect(press(key, { [how]: true })).toBeNull();
      }
    }
  });

  test("with a modifier is the browser's, but for Ctrl K, which works in a field too", () => {
    for (const key of ["r", "c", "n", "l", "1", "Escape", "j"]) {
      expect(press(key, { withModifier: true })).toBeNull();
    }
    expect(press("k", { withModifier: true })).toEqual({ kind: "commands" });
    expect(press("K", { withModifier: true, isTyping: true })).toEqual({ kind: "commands" });
    expect(press("k", { withModifier: true, withShift: true })).toBeNull();
    expect(press("k", { withModifier: true, isInDialog: true })).toBeNull();
  });
});

describe("g and a letter", () => {
  test("lead to a page", () => {
    expect(press("g")).toEqual({ kind: "prefix" });
    for (const { key, href } of GOES) {
      expect(press(key, {}, { isAfterPrefix: true })).toEqual({ kind: "go", href });
    }
    expect(GOES.map(({ key }) => key).join("")).toBe("oqejbmus");
  });

  test("mean two keys where the letter leads nowhere or comes alone", () => {
    expect(press("r", {}, { isAfterPrefix: true })).toEqual({ kind: "press", key: "r" });
    expect(press("g", {}, { isAfterPrefix: true })).toEqual({ kind: "prefix" });
    expect(press("o")).toBeNull();
    expect(press("e")).toEqual({ kind: "press", key: "e" });
  });
});

test("where single keys are off, only Ctrl K and Esc are left", () => {
  const off = { areSingleKeysOn: false };
  for (const key of ["g", "/", "?", "j", "x", "r", "1", "Enter"]) {
    expect(press(key, {}, off)).toBeNull();
  }
  expect(press("q", {}, { ...off, isAfterPrefix: true })).toBeNull();
  expect(press("k", { withModifier: true }, off)).toEqual({ kind: "commands" });
  expect(press("Escape", {}, off)).toEqual({ kind: "escape" });
});
