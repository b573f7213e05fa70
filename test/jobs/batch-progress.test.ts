import { describe, expect, test } from "vitest";
import { paceFacts } from "@/lib/format/progress";
import { samplesOf } from "@/lib/jobs/batch-progress";

const at = (clock: string) => new Date(`2026-01-30T${clock}Z`);
const facts = (pace: Partial<Parameters<typeof samplesOf>[0]>) =>
  paceFacts(
    samplesOf({
      ...{ now: at("14:05:00"), startedAt: at("13:00:00"), lastFinishedAt: at("14:04:59") },
      ...{ finishedLately: 210, done: 327, ...pace },
    }),
    480,
  );

describe("a batch that is looked at for the first time", () => {
  test("has the pace of its last five minutes, not that since its start", () => {
    expect(facts({}).text).toBe("about 4 min left, 42 a minute");
  });

  test("has the pace since its start where that was sooner", () => {
    expect(facts({ startedAt: at("14:04:00"), finishedLately: 327 }).text).toBe(
      "less than a minute left, 327 a minute",
    );
  });

  test("that stands still says since when", () => {
    const lastFinishedAt = at("14:01:00");
    const still = { text: "", stillSinceMs: lastFinishedAt.getTime() };
    expect(facts({ lastFinishedAt })).toEqual(still);
    const longAgo = at("13:20:00");
    expect(facts({ lastFinishedAt: longAgo, finishedLately: 0 })).toEqual({
      text: "",
      stillSinceMs: longAgo.getTime(),
    });
    expect(facts({ lastFinishedAt: null, finishedLately: 0, done: 0 }).stillSinceMs).toBe(
      at("13:00:00").getTime(),
    );
  });
});
