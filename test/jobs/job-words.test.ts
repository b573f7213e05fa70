import { describe, expect, test } from "vitest";
import { JOB_ERROR_CODES } from "@/lib/jobs/error-codes";
import { cancelledBy, chargeOf, queuedBy, skippedSentence } from "@/lib/jobs/job-words";

const now = new Date("2026-01-30T14:00:00Z");

describe("a job's words", () => {
  test.each([
    ["run-bae79036-c732-491b-937c-4ede2483ac0c", "a run that somebody asked for"],
    ["2026-01-30T06", "the hourly batch"],
    ["2026-01-30", "the daily batch"],
    ["2026-W05", "the weekly batch"],
    ["2026-01", "the monthly batch"],
    ["once-7", "the batch that runs once"],
  ])("say that %s was queued by %s", (batchKey, by) => {
    expect(queuedBy(batchKey)).toBe(`Queued by ${by}`);
  });

  test("say what a call cost that came to nothing, and never nothing where nobody knows", () => {
    expect(chargeOf({ costUsd: 0.0004, mayHaveBeenPaid: false })).toBe("Cost $0.0004.");
    expect(chargeOf({ costUsd: null, mayHaveBeenPaid: true })).toBe("It may have been charged.");
    expect(chargeOf({ costUsd: null, mayHaveBeenPaid: false })).toBe("Nothing was charged.");
  });

  test("say who cancelled it, or what", () => {
    expect(cancelledBy("Cancelled by hand")).toBe("By hand.");
    expect(cancelledBy("Its question was deleted")).toBe("Its question was deleted.");
  });

  test("say which budget was spent, today's or another day's", () => {
    const job = {
      errorCode: "budget_exceeded",
      errorMessage: "It would pass today's budget of $5.00 (DAILY_BUDGET_USD)",
      finishedAt: new Date("2026-01-30T09:00:00Z"),
    };
    expect(skippedSentence(job, "gpt-5", now)).toBe("Skipped: today's budget of $5.00 is spent.");
    const yesterday = { ...job, finishedAt: new Date("2026-01-29T23:59:00Z") };
    expect(skippedSentence(yesterday, "gpt-5", now)).toBe(
      "Skipped: that day's budget of $5.00 was spent.",
    );
  });

  test("say why for each code that skips a job", () => {
    const codes = [
      "prompt_inactive",
      "model_inactive",
      "superseded",
      "budget_exceeded",
      "unpriced",
    ];
    for (const errorCode of codes) {
      expect(JOB_ERROR_CODES).toContain(errorCode);
      const job = { errorCode, errorMessage: null, finishedAt: now };
      expect(skippedSentence(job, "gpt-5", now)).toMatch(/^Skipped: .{10,}\.$/);
    }
  });
});
