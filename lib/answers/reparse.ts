import { recordReread } from "@/db/job-transitions/reparse";
import { countReplies, listReplies, type StoredReply } from "@/db/reparse-queries";
import { tryAgain } from "@/db/retry";
import { deleteJobStatuses } from "@/lib/live-store/job-status";
import { entityKey } from "./entity-key";
import { PARSER_VERSION, parseAnswer } from "./parse";

/** Each may have 100,000 characters, and a statement ten seconds. */
const ANSWERS_A_STATEMENT = 200;
const TRY_FOR_MS = 30_000;

export type Reparsed = {
  /** Answers looked at. */
  read: number;
  /** Of these, those that say something else by the present rules. */
  changed: number;
  /** Of these, those that the present rules can't read: they stay as they were. */
  unreadable: number;
  /** The id of the last one looked at. */
  lastId: number;
};

/**
 * Reads stored answers again with the present rules: those that others read, or all. Each some are one
 * statement, so it may be stopped and begun again at any time, from the start or behind `lastId`, and
 * answers that come meanwhile are none of its business. Never writes the raw text.
 */
export async function reparseAnswers(options: {
  all: boolean;
  /** Begin behind this answer's id; 0 for all. */
  after: number;
  onProgress?: (done: Reparsed, total: number) => void;
}): Promise<Reparsed> {
  const version = options.all ? null : PARSER_VERSION;
  const { count, lastId } = await countReplies(version, options.after);
  const done: Reparsed = { read: 0, changed: 0, unreadable: 0, lastId: options.after };
  for (;;) {
    const range = { after: done.lastId, upTo: lastId, limit: ANSWERS_A_STATEMENT };
    const replies = await tryAgain(() => listReplies(version, range), TRY_FOR_MS);
    const last = replies.at(-1);
    if (!last) return done;
    const reread = replies.flatMap(rereadOf);
    const changed = await tryAgain(() => recordReread(reread, PARSER_VERSION), TRY_FOR_MS);
    // Of all of them: where its reply was lost, the statement was said twice, and changed nothing then.
    await deleteJobStatuses(replies.map(({ jobId }) => jobId));
    done.read += replies.length;
    done.changed += changed;
    done.unreadable += replies.length - reread.length;
    done.lastId = last.id;
    options.onProgress?.(done, count);
  }
}

function rereadOf({ id, rawText }: StoredReply) {
  const parsed = parseAnswer(rawText);
  if (parsed.kind === "malformed") return [];
  const entities = parsed.entities.map((name) => ({ name, key: entityKey(name) }));
  return [{ responseId: id, answer: parsed.answer, entities }];
}
