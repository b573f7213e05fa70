"use client";

import { useState } from "react";
import { counted, wholeNumber } from "@/lib/format/figures";
import { buttonClass } from "../../ui/button";
import { Cell, Row } from "../../ui/table";
import { useUndoable } from "../../ui/use-undoable";
import { type Mergeable, MergeDialog } from "./merge-dialog";

/** A name with what may be done with it; it leaves the list at once, and comes back by undo. */
export function UnmappedRow({ entity }: { entity: Mergeable }) {
  const { state, change } = useUndoable<"shown" | "gone">("shown");
  const [isMerging, setMerging] = useState(false);
  const { id, name, answers, prompts, suggestion } = entity;
  const settle = (to: "mapped" | "ignored", done: string) => {
    const call = (word: string) => ({
      method: "PATCH" as const,
      path: `/api/entities/${id}`,
      body: { state: word },
    });
    change({ to: "gone", call: call(to), done, undo: call("unmapped") });
  };
  if (state === "gone") return null;
  return (
    <Row>
      <Cell>
        <span className="font-medium wrap-anywhere">{name}</span>
        <span className="block text-caption text-ink-2 wrap-anywhere lg:hidden">
          <span className="sm:hidden">
            {counted(answers, "answer")}, {counted(prompts, "question")}
          </span>
          {suggestion && <span className="block">like {suggestion.name}?</span>}
        </span>
      </Cell>
      <Cell from="sm" isNumber>
        {wholeNumber(answers)}
      </Cell>
      <Cell from="sm" isNumber>
        {wholeNumber(prompts)}
      </Cell>
      <Cell from="lg">
        {suggestion ? (
          <span className="wrap-anywhere">like {suggestion.name}?</span>
        ) : (
          <span className="text-ink-3">—</span>
        )}
      </Cell>
      <Cell isNumber>
        <span className="inline-flex flex-wrap justify-end gap-2">
          <button
            type="button"
            className={buttonClass()}
            aria-haspopup="dialog"
            aria-label={`${name}: same as…`}
            onClick={() => setMerging(true)}
          >
            Same as…
          </button>
          <button
            type="button"
            className={buttonClass()}
            aria-label={`${name}: new name`}
            onClick={() => settle("mapped", `${name} is a name of its own.`)}
          >
            New name
          </button>
          <button
            type="button"
            className={buttonClass()}
            aria-label={`${name}: ignore`}
            onClick={() => settle("ignored", `${name} is ignored.`)}
          >
            Ignore
          </button>
        </span>
        {isMerging && <MergeDialog entity={entity} onClose={() => setMerging(false)} />}
      </Cell>
    </Row>
  );
}
