"use client";

import { useRouter } from "next/navigation";
import { useOptimistic, useTransition } from "react";
import { type ApiCall, refusalOf } from "./call-api";
import { tell, tellRefused } from "./toasts";

/** A change that shows at once. `undo` takes it back; null: nothing does. */
export type UndoableChange<S> = { to: S; call: ApiCall; done: string; undo: ApiCall | null };

/**
 * What the server painted, changed at once and by a call of our API, and for 10 s taken back by another.
 * A refused change is told, and `state` is again what the server says.
 */
export function useUndoable<S>(shown: S): {
  state: S;
  isBusy: boolean;
  change: (change: UndoableChange<S>) => void;
} {
  const router = useRouter();
  const [state, showAtOnce] = useOptimistic(shown);
  const [isBusy, startTransition] = useTransition();
  const change = ({ to, call, done, undo }: UndoableChange<S>) =>
    startTransition(async () => {
      showAtOnce(() => to);
      const refusal = await refusalOf(call);
      if (refusal) return tellRefused(refusal.message);
      startTransition(() => router.refresh());
      if (undo === null) return tell(done);
      tell(done, () => change({ to: shown, call: undo, done: "Undone.", undo: null }));
    });
  return { state, isBusy, change };
}
