import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { claimJob } from "@/db/job-transitions/claim";
import { failJob } from "@/db/job-transitions/fail";
import { succeedJob } from "@/db/job-transitions/succeed";
import { ANSWER, ERROR, FACTS, lane, newClaim, OPEN, tryClaim } from "../claims";
import { makeModel } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();
beforeEach(() => execute(sql`truncate call_costs, daily_costs`));

/** A call of it is expected to cost 0.001: its question has no price, and 40 tokens cost $25 a million. */
const PRICED = {
  provider: "openai",
  inputUsdPerMillion: 0,
  outputUsdPerMillion: 25,
  maxOutputTokens: 40,
} as const;

describe("the expected cost of a call", () => {
  const estimate = async (modelId: number, question: string) => {
    const [row] = await execute<{ usd: number | null }>(sql`
      select estimated_call_usd(m, ${question})::float8 as usd from models m where id = ${modelId}::bigint`);
    return row?.usd;
  };

  test("is the question's characters ÷ 4, rounded up, and the longest answer, before there are 5 calls", async () => {
    const model = await makeModel({
      provider: "openai",
      inputUsdPerMillion: 1,
      outputUsdPerMillion: 10,
      maxOutputTokens: 1000,
    });
    expect(await estimate(model.id, "x".repeat(41))).toBe(0.010011);
    expect(await estimate(model.id, "日本".repeat(4))).toBe(0.010002);
  });

  test("is the mean of the last 20 calls with a cost from the fifth on, refused ones too", async () => {
    const { model, ids } = await lane(22, PRICED);
    const cost = (nth: number) => ({ ...FACTS, costUsd: nth < 2 ? 9 : 0.002 });
    for (const [nth, jobId] of ids.entries()) {
      const claim = newClaim(jobId);
      await claimJob(claim, OPEN);
      if (nth === 4) await failJob(claim, ERROR, { ...FACTS, costUsd: null });
      else if (nth === 5) await failJob(claim, ERROR, cost(nth));
      else await succeedJob(claim, ANSWER, cost(nth));
      if (nth === 4) expect(await estimate(model.id, "?")).toBe(0.001);
      if (nth === 5) expect(await estimate(model.id, "?")).toBeCloseTo((9 + 9 + 0.006) / 5, 8);
    }
    // 21 calls have a cost; the first one isn't among the last 20.
    expect(await estimate(model.id, "?")).toBeCloseTo((9 + 19 * 0.002) / 20, 8);
  });

  test("of a model without prices is known once 5 of its calls told their cost", async () => {
    const { model, ids } = await lane(6, { provider: "openrouter" });
    expect(await estimate(model.id, "?")).toBeNull();
    for (const jobId of ids.slice(0, 5)) {
      const claim = newClaim(jobId);
      await claimJob(claim, OPEN);
      await succeedJob(claim, ANSWER, FACTS);
    }
    expect(await estimate(model.id, "?")).toBe(FACTS.costUsd);
    expect(await tryClaim(ids[5] ?? 0, { dailyBudgetUsd: "1" })).toMatchObject({
      outcome: "claimed",
    });
  });
});
