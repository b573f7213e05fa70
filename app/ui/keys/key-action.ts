/** A key as it was pressed, and where. */
export type Press = {
  key: string;
  /** Ctrl, ⌘ or Alt is down; AltGr isn't one of them: some keyboards need it for a bracket. */
  withModifier: boolean;
  withShift: boolean;
  isRepeat: boolean;
  /** An input method is composing a character. */
  isComposing: boolean;
  /** Something that takes text, or chooses by letters, has the focus. */
  isTyping: boolean;
  isInDialog: boolean;
};

export type KeyAction =
  /** `g`: the next key says where to. */
  | { kind: "prefix" }
  | { kind: "go"; href: string }
  | { kind: "search" }
  | { kind: "help" }
  | { kind: "commands" }
  /** To the next row of a table, or the one before. */
  | { kind: "row"; step: 1 | -1 }
  | { kind: "open" }
  | { kind: "select"; withRange: boolean }
  | { kind: "escape" }
  /** What the page has marked with `data-key`. */
  | { kind: "press"; key: string };

/** Where `g` and a letter lead, in the order of the navigation. */
export const GOES: readonly { key: string; href: string; label: string }[] = [
  { key: "o", href: "/", label: "Overview" },
  { key: "q", href: "/questions", label: "Questions" },
  { key: "e", href: "/entities", label: "Entities" },
  { key: "j", href: "/jobs", label: "Jobs" },
  { key: "b", href: "/batches", label: "Batches" },
  { key: "m", href: "/models", label: "Models" },
  { key: "u", href: "/queue", label: "Queue" },
  { key: "s", href: "/settings", label: "Settings" },
];

const PRESSED: ReadonlySet<string> = new Set("[]nrce123vl");

/**
 * What a key does, null where it is the page's own. Without `areSingleKeysOn` only Ctrl K and Esc are
 * left, as WCAG 2.1.4 wants it.
 */
export function keyAction(
  press: Press,
  { isAfterPrefix, areSingleKeysOn }: { isAfterPrefix: boolean; areSingleKeysOn: boolean },
): KeyAction | null {
  if (press.isComposing || press.isRepeat || press.isInDialog) return null;
  if (press.withModifier) return isCommands(press) ? { kind: "commands" } : null;
  if (press.isTyping) return null;
  if (press.key === "Escape") return { kind: "escape" };
  if (!areSingleKeysOn) return null;
  if (isAfterPrefix) {
    const goes = GOES.find(({ key }) => key === press.key);
    if (goes) return { kind: "go", href: goes.href };
  }
  return singleKey(press);
}

const isCommands = ({ key, withShift }: Press) => key.toLowerCase() === "k" && !withShift;

function singleKey({ key, withShift }: Press): KeyAction | null {
  switch (key) {
    case "g":
      return { kind: "prefix" };
    case "/":
      return { kind: "search" };
    case "?":
      return { kind: "help" };
    case "j":
      return { kind: "row", step: 1 };
    case "k":
      return { kind: "row", step: -1 };
    case "Enter":
      return { kind: "open" };
    case "x":
    case "X":
      return { kind: "select", withRange: withShift };
    default:
      return PRESSED.has(key) ? { kind: "press", key } : null;
  }
}
