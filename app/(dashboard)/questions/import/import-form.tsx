"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useId, useState } from "react";
import * as z from "zod/mini";
import { ButtonLink } from "@/app/ui/button";
import { callApi } from "@/app/ui/call-api";
import { BusyButton } from "@/app/ui/call-button";
import { countRows } from "@/lib/csv/count-rows";
import { counted, wholeNumber } from "@/lib/format/figures";
import { type ImportFault, importFaults } from "@/lib/prompts/import-faults";
import { ImportFaults } from "./import-faults";

const imported = z.object({ created: z.number(), updated: z.number() });

type Chosen = { file: File; rows: number };
type Outcome =
  | { kind: "imported"; created: number; updated: number }
  | { kind: "faulty"; rows: number; faults: ImportFault[] }
  | { kind: "refused"; message: string };

/** A file of questions: chosen, counted, and imported whole or not at all. */
export function ImportForm() {
  const router = useRouter();
  const id = useId();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isBusy, setBusy] = useState(false);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (!chosen) return setOutcome({ kind: "refused", message: "Choose a file first." });
    setBusy(true);
    setOutcome(await importFile(chosen));
    setBusy(false);
    router.refresh();
  };
  return (
    <form method="post" onSubmit={onSubmit} className="max-w-[720px]">
      <label htmlFor={id} className="font-medium text-small">
        CSV file
      </label>
      <input
        id={id}
        type="file"
        accept=".csv,text/csv"
        className="mt-1 block w-full rounded-control border border-edge bg-surface p-1 text-small file:mr-3 file:h-6 file:rounded-tag file:border file:border-edge file:bg-canvas file:px-3 file:font-medium"
        onChange={async ({ target }) => {
          const file = target.files?.[0];
          setOutcome(null);
          setChosen(file ? { file, rows: countRows(await file.text()) } : null);
        }}
      />
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <BusyButton kind="primary" isBusy={isBusy} busy="Importing…">
          {chosen ? `Import ${counted(chosen.rows, "question")}` : "Import"}
        </BusyButton>
        <ButtonLink href="/questions">
          {outcome?.kind === "imported" ? "To the questions" : "Cancel"}
        </ButtonLink>
      </div>
      <div role="status" className="mt-6 empty:hidden">
        {outcome?.kind === "imported" && (
          <p className="text-small">
            {counted(outcome.created, "question")} added, {wholeNumber(outcome.updated)} changed.
          </p>
        )}
        {outcome?.kind === "refused" && (
          <p className="text-failed-text text-small">Nothing was imported: {outcome.message}</p>
        )}
        {outcome?.kind === "faulty" && <ImportFaults rows={outcome.rows} faults={outcome.faults} />}
      </div>
    </form>
  );
}

async function importFile({ file, rows }: Chosen): Promise<Outcome> {
  const answered = await callApi({ method: "POST", path: "/api/prompts/import", csv: file });
  if (answered.ok) return { kind: "imported", ...imported.parse(answered.body) };
  const { issues, message } = answered.refusal;
  return issues
    ? { kind: "faulty", rows, faults: importFaults(issues) }
    : { kind: "refused", message };
}
