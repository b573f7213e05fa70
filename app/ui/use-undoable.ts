"use client";

import { useRouter } from "next/navigation";
import { type ApiCall, refusalOf } from "./call-api";
import { tell, tellRefused } from "./toasts";

/** What can be taken back, and the words for having done it. */
export type Undoable = { call: ApiCall; undo: ApiCall; done: string };

/** Out: does it at once, reads the page anew, and offers to take it back for 10 s. A refusal is told. */
export function useUndoable(): (act: Undoable) => Promise<void> {
  const router = useRouter();
  const run = async (call: ApiCall) => {
    const refused = await refusalOf(call);
    if (refused !== null) tellRefused(refused.message);
    router.refresh();
    return refused === null;
  };
  return async ({ call, undo, done }) => {
    if (await run(call)) tell(done, () => void run(undo));
  };
}
