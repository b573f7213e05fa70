"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { buttonClass } from "@/app/ui/button";
import { callApi } from "@/app/ui/call-api";
import { BusyButton } from "@/app/ui/call-button";
import { Dialog } from "@/app/ui/dialog";
import { tell } from "@/app/ui/toasts";
import { counted, wholeNumber } from "@/lib/format/figures";

/** Deletes a question, after it was asked whether to; then there is only the list to go to. */
export function DeleteQuestion({
  id,
  slug,
  activeJobs,
  answers,
}: {
  id: number;
  slug: string;
  activeJobs: number;
  answers: number;
}) {
  const router = useRouter();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const remove = async () => {
    setBusy(true);
    const answered = await callApi({ method: "DELETE", path: `/api/prompts/${id}` });
    if (!answered.ok) {
      setBusy(false);
      setFault(answered.refusal.message);
      return;
    }
    tell(`${slug} is deleted.`);
    router.push("/questions");
    router.refresh();
  };
  return (
    <>
      <button
        type="button"
        className={buttonClass()}
        aria-haspopup="dialog"
        onClick={() => {
          setFault(null);
          setAsking(true);
        }}
      >
        Delete question
      </button>
      {isAsking && (
        <Dialog title="Delete this question?" onClose={() => setAsking(false)}>
          <p className="text-ink-2 text-small">
            {activeJobs > 0
              ? `Its ${counted(activeJobs, "job")} in flight ${activeJobs === 1 ? "is" : "are"} cancelled and it is never asked again.`
              : "It is never asked again."}{" "}
            {answers > 0 &&
              `Its ${answers === 1 ? "answer stays" : `${wholeNumber(answers)} answers stay`} in the database, but no page shows ${answers === 1 ? "it" : "them"}.`}
          </p>
          <p role="alert" className="mt-2 text-failed-text text-small empty:hidden">
            {fault}
          </p>
          <div className="mt-6 flex justify-end gap-2">
            <button type="button" className={buttonClass()} onClick={() => setAsking(false)}>
              Keep it
            </button>
            <BusyButton
              kind="danger"
              isBusy={isBusy}
              busy="Deleting…"
              onClick={() => void remove()}
            >
              Delete question
            </BusyButton>
          </div>
        </Dialog>
      )}
    </>
  );
}
