"use client";

import { buttonClass } from "../button";
import { Dialog } from "../dialog";
import { GOES } from "./key-action";

const KEYS: readonly { title: string; keys: readonly (readonly [keys: string, does: string])[] }[] =
  [
    {
      title: "Go to",
      keys: GOES.map(({ key, label }) => [`g ${key}`, label] as const),
    },
    {
      title: "Anywhere",
      keys: [
        ["/", "Search"],
        ["Ctrl K, ⌘ K", "Commands"],
        ["?", "This list"],
        ["n", "New question"],
        ["Esc", "Close, then free the selection, then the filters"],
      ],
    },
    {
      title: "In a table",
      keys: [
        ["j, k", "Next row, previous row"],
        ["Enter", "Open the row"],
        ["x", "Select the row"],
        ["Shift X", "Select up to the row"],
        ["], [", "Next page, first page"],
      ],
    },
    {
      title: "On a page",
      keys: [
        ["r", "Run or restart"],
        ["c", "Cancel"],
        ["e", "Edit"],
        ["1, 2, 3", "1, 7 or 28 days"],
        ["v", "Chart or table"],
        ["l", "Hold live updates"],
      ],
    },
  ];

/** What the keys do. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <button type="button" className={`${buttonClass()} absolute top-5 right-6`} onClick={onClose}>
        Close
      </button>
      <div className="grid gap-x-6 gap-y-4 text-small sm:grid-cols-2">
        {KEYS.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="mb-1 font-semibold">{title}</h3>
            <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
              {keys.map(([key, does]) => (
                <div key={key} className="contents">
                  <dt>
                    <kbd className="font-mono text-caption text-ink-2">{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="mt-4 text-caption text-ink-2">
        Keys do nothing while you type. Settings turns the single ones off.
      </p>
    </Dialog>
  );
}
