"use client";

import { useRouter } from "next/navigation";
import { useOptimistic, useTransition } from "react";
import { tell, tellRefused } from "@/app/ui/toasts";
import { switchQuestions } from "./switch-questions";

/** Whether a question is asked by itself; switched at once, and back again for 10 s. */
export function OnOff({ id, slug, active }: { id: number; slug: string; active: boolean }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [isOn, setOn] = useOptimistic(active);
  const turn = (next: boolean, undo?: () => void) =>
    startTransition(async () => {
      setOn(next);
      const refused = await switchQuestions([id], next);
      if (refused !== null) return tellRefused(refused);
      if (undo) tell(`${slug} is ${next ? "on" : "off"}.`, undo);
      router.refresh();
    });
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={`Ask ${slug}`}
      aria-busy={isPending}
      className="inline-flex h-6 items-center gap-2 rounded-control coarse:h-11"
      onClick={() => turn(!isOn, () => turn(isOn))}
    >
      <span
        aria-hidden="true"
        className={`flex h-4 w-7 items-center rounded-[8px] border px-0.5 transition-colors duration-120 ${
          isOn ? "justify-end border-solid bg-solid" : "justify-start border-edge bg-surface"
        }`}
      >
        <span className={`size-2.5 rounded-[50%] ${isOn ? "bg-on-solid" : "bg-edge"}`} />
      </span>
      {!isOn && <span className="text-caption">Off</span>}
    </button>
  );
}
