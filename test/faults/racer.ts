// Run as a process of its own: one of many instances of the app, as far as jobs are concerned. For
// each line of JSON on standard input it races for the jobs named there, several at a time, and prints
// a line when none of them is left for it.
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { environment } from "@/lib/env";
import { processJob } from "@/lib/jobs/process";

const race = z.object({
  jobIds: z.array(z.number()),
  env: z.record(z.string(), z.string()),
  workers: z.number(),
  /** When to stop trying for what must wait. */
  seconds: z.number(),
});

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const { jobIds, env, workers, seconds } = race.parse(JSON.parse(line));
  const settings = environment({ ...process.env, ...env });
  const endMs = Date.now() + seconds * 1_000;
  const queue = jobIds.toSorted(() => Math.random() - 0.5);
  const work = async () => {
    for (let jobId = queue.shift(); jobId !== undefined; jobId = queue.shift()) {
      const { outcome } = await processJob(jobId, settings);
      if (outcome !== "waiting" && outcome !== "retried") continue;
      if (Date.now() > endMs) return;
      queue.push(jobId);
      await pause(Math.random() * 15);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  console.log("done");
}
process.exit(0);
