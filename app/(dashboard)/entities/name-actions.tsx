"use client";

import { useState } from "react";
import type { EntityState } from "@/db/schema";
import { buttonClass } from "../../ui/button";
import { Menu } from "../../ui/menu";
import { useUndoable } from "../../ui/use-undoable";
import { type Mergeable, MergeDialog } from "./merge-dialog";
import type { Named } from "./name-search";
import { SplitDialog } from "./split-dialog";
import { TextDialog } from "./text-dialog";

/** What an admin may do with a name. */
export function NameActions({
  entity,
  aliases,
  state,
}: {
  entity: Mergeable;
  aliases: readonly Named[];
  state: EntityState;
}) {
  const [open, setOpen] = useState<"merge" | "split" | "alias" | "rename" | null>(null);
  const { change } = useUndoable(state);
  const close = () => setOpen(null);
  const { id, name } = entity;
  const path = `/api/entities/${id}`;
  const turn = (to: EntityState, done: string) =>
    change({
      to,
      call: { method: "PATCH", path, body: { state: to } },
      done,
      undo: { method: "PATCH", path, body: { state } },
    });
  return (
    <span className="inline-flex flex-wrap items-center justify-end gap-2">
      <button
        type="button"
        className={`${buttonClass()} max-sm:hidden`}
        aria-haspopup="dialog"
        aria-label={`Merge ${name}…`}
        onClick={() => setOpen("merge")}
      >
        Merge…
      </button>
      {aliases.length > 0 && (
        <button
          type="button"
          className={`${buttonClass()} max-sm:hidden`}
          aria-haspopup="dialog"
          aria-label={`Split ${name}…`}
          onClick={() => setOpen("split")}
        >
          Split…
        </button>
      )}
      <Menu
        label={`More for ${name}`}
        items={[
          { label: "Merge…", onSelect: () => setOpen("merge") },
          ...(aliases.length > 0 ? [{ label: "Split…", onSelect: () => setOpen("split") }] : []),
          { label: "Add an alias…", onSelect: () => setOpen("alias") },
          { label: "Rename…", onSelect: () => setOpen("rename") },
          state === "ignored"
            ? { label: "Count it", onSelect: () => turn("mapped", `${name} counts.`) }
            : { label: "Ignore", onSelect: () => turn("ignored", `${name} is ignored.`) },
        ]}
      />
      {open === "merge" && <MergeDialog entity={entity} onClose={close} />}
      {open === "split" && <SplitDialog name={name} aliases={aliases} onClose={close} />}
      {open === "alias" && (
        <TextDialog
          title={`Add an alias of ${name}`}
          label="Alias"
          hint="Counts as this name, even before an answer gives it."
          button="Add the alias"
          initial=""
          call={(typed) => ({ method: "POST", path: `${path}/aliases`, body: { name: typed } })}
          done={(typed) => `${typed} counts as ${name}.`}
          onClose={close}
        />
      )}
      {open === "rename" && (
        <TextDialog
          title={`Rename ${name}`}
          label="Name"
          hint="Only what is shown: answers are still matched by the old one."
          button="Rename"
          initial={name}
          call={(typed) => ({ method: "PATCH", path, body: { name: typed } })}
          done={(typed) => `Renamed to ${typed}.`}
          undo={{ method: "PATCH", path, body: { name } }}
          onClose={close}
        />
      )}
    </span>
  );
}
