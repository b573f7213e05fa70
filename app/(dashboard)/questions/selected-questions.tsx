"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { buttonClass } from "@/app/ui/button";
import { BusyButton } from "@/app/ui/call-button";
import { Dialog } from "@/app/ui/dialog";
import { tell, tellRefused } from "@/app/ui/toasts";
import { counted, usd } from "@/lib/format/figures";
import { runQuestions } from "./run-questions";
import { useSelection } from "./selection";
import { switchQuestions } from "./switch-questions";

/** What the bar knows of a row that may be selected. */
export type Selectable = {
  id: number;
  active: boolean;
  /** What one round of it asks and costs; null: nobody knows. */
  jobs: number;
  costUsd: number | null;
};

/** What can be done with the selected questions; it stands in the place of the filters. */
export function SelectedQuestions({ rows }: { rows: readonly Selectable[] }) {
  const router = useRouter();
  const { ids, setAll } = useSelection();
  const [isSwitching, startTransition] = useTransition();
  const [isAsking, setAsking] = useState(false);
  const selected = rows.filter(({ id }) => ids.has(id));
  const active = !selected.some((row) => row.active);
  const turned = selected.filter((row) => row.active !== active).map(({ id }) => id);
  const turn = (next: boolean, undo?: () => void) =>
    startTransition(async () => {
      const refused = await switchQuestions(turned, next);
      if (refused !== null) tellRefused(refused);
      else if (undo) tell(`${counted(turned.length, "question")} ${next ? "on" : "off"}.`, undo);
      router.refresh();
    });
  return (
    <div
      className="mb-4 flex min-h-8 flex-wrap items-center gap-2"
      role="toolbar"
      aria-label="Selected questions"
    >
      <span className="mr-2 font-medium text-small tabular-nums" role="status">
        {selected.length} selected
      </span>
      <button
        type="button"
        className={buttonClass()}
        aria-haspopup="dialog"
        onClick={() => setAsking(true)}
      >
        Run now
      </button>
      <BusyButton
        isBusy={isSwitching}
        busy={active ? "Switching on…" : "Switching off…"}
        onClick={() => turn(active, () => turn(!active))}
      >
        {active ? "Switch on" : "Switch off"}
      </BusyButton>
      <button
        type="button"
        className="inline-flex h-8 items-center gap-2 px-2 text-ink-2 text-small hover:text-ink coarse:h-11"
        onClick={() => setAll(false)}
      >
        Select none <kbd className="font-mono text-caption">Esc</kbd>
      </button>
      {isAsking && (
        <RunSelected
          rows={selected}
          onClose={() => setAsking(false)}
          onDone={() => {
            setAsking(false);
            setAll(false);
            router.refresh();
          }}
        />
      )}
    </div>
  );
}

function RunSelected({
  rows,
  onClose,
  onDone,
}: {
  rows: readonly Selectable[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const on = rows.filter(({ active }) => active);
  const jobs = on.reduce((sum, row) => sum + row.jobs, 0);
  const known = on.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  const cost = known.reduce((sum, n) => sum + n, 0);
  const costs = known.length === 0 ? "" : cost === 0 ? ", $0" : `, about ${usd(cost)}`;
  const questions = counted(on.length, "question");
  return (
    <Dialog
      title={on.length > 0 ? `Run ${questions} now?` : "All of them are off"}
      onClose={onClose}
    >
      <p className="text-ink-2 text-small">
        {on.length > 0 &&
          `${counted(jobs, "job")}${costs}. One that is running already is joined. `}
        {on.length < rows.length &&
          `${counted(rows.length - on.length, "question")} that ${rows.length - on.length === 1 ? "is" : "are"} off can’t be run.`}
      </p>
      <p role="alert" className="mt-2 text-failed-text text-small empty:hidden">
        {fault}
      </p>
      <div className="mt-6 flex justify-end gap-2">
        <button type="button" className={buttonClass()} onClick={onClose}>
          {on.length > 0 ? "Don’t run" : "Close"}
        </button>
        {on.length > 0 && (
          <BusyButton
            kind="primary"
            isBusy={isBusy}
            busy="Starting…"
            onClick={async () => {
              setBusy(true);
              const { created, joined, refused } = await runQuestions(on.map(({ id }) => id));
              setBusy(false);
              if (refused !== null) return setFault(refused);
              const joining = joined > 0 ? `, ${counted(joined, "job")} joined` : "";
              tell(`${counted(created, "job")} enqueued${joining}.`);
              onDone();
            }}
          >
            {`Run ${questions}`}
          </BusyButton>
        )}
      </div>
    </Dialog>
  );
}
