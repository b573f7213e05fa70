import type { BatchView } from "@/lib/jobs/batches";
import type { JobState } from "@/lib/jobs/describe-job";
import type { Watched } from "@/lib/jobs/watch-loop";
import type { StreamedEvent } from "./event-stream";

/** A job's states as events: the job, and with the final one what it answered beside it. */
export async function* jobEvents(
  states: AsyncIterable<Watched<JobState>>,
): AsyncGenerator<StreamedEvent, void> {
  for await (const { version: id, isFinal: isLast, state } of states) {
    yield isLast
      ? { event: "job_complete", id, data: { ...state.job, result: state.result }, isLast }
      : { event: "job_update", id, data: state.job, isLast };
  }
}

/** A batch's states as events. */
export async function* batchEvents(
  states: AsyncIterable<Watched<BatchView>>,
): AsyncGenerator<StreamedEvent, void> {
  for await (const { version: id, isFinal: isLast, state } of states) {
    yield { event: isLast ? "batch_complete" : "batch_update", id, data: state, isLast };
  }
}
