import type { KeyAction } from "./key-action";

/** What Esc frees, in this order; a popup closes by itself before any of them. */
const ESCAPES = ["selection", "isolation", "filters"] as const;

/** Does what is done to the page itself. True where there was something to do. */
export function act(action: KeyAction): boolean {
  switch (action.kind) {
    case "search":
      return focusSearch();
    case "row":
      return stepRow(action.step);
    case "open":
      return openRow();
    case "select":
      return selectRow(action.withRange);
    case "escape":
      return ESCAPES.some((what) => press(`[data-escape="${what}"]`));
    case "press":
      return press(`[data-key="${action.key}"]`);
    default:
      return false;
  }
}

/** Clicks the first of them that can be seen and isn't disabled. */
function press(selector: string): boolean {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find(
    (element) => element.checkVisibility() && !element.matches(":disabled, [aria-disabled=true]"),
  );
  found?.click();
  return found !== undefined;
}

function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>("input[data-search]");
  search?.focus();
  search?.select();
  return search !== null;
}

/** Rows that lead somewhere: theirs is the first link of each. */
function rows(): { row: Element; link: HTMLAnchorElement }[] {
  return [...document.querySelectorAll("main table[data-rows] tbody tr")].flatMap((row) => {
    const link = row.querySelector("a");
    return link?.checkVisibility() ? [{ row, link }] : [];
  });
}

const isCurrent = ({ row }: { row: Element }) => row.contains(document.activeElement);

/** The focus itself is the mark of the current row: it is seen, said and kept by the browser. */
function stepRow(step: 1 | -1): boolean {
  const all = rows();
  const at = all.findIndex(isCurrent);
  const next = at < 0 ? (step === 1 ? 0 : all.length - 1) : at + step;
  all[next]?.link.focus();
  return all.length > 0;
}

/** A link or button with the focus does this by itself. */
function openRow(): boolean {
  if (document.activeElement?.matches("a, button, summary, input")) return false;
  const current = rows().find(isCurrent);
  current?.link.click();
  return current !== undefined;
}

function selectRow(withRange: boolean): boolean {
  const box = rows().find(isCurrent)?.row.querySelector('input[type="checkbox"]');
  box?.dispatchEvent(
    new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: withRange }),
  );
  return box !== undefined && box !== null;
}
