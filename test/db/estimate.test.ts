import { expect, test } from "vitest";
import { estimateCalls } from "@/db/call-costs";
import { claimJob } from "@/db/job-transitions/claim";
import { succeedJob } from "@/db/job-transitions/succeed";
import { updateModel } from "@/db/models";
import { ANSWER, FACTS, lane, newClaim, OPEN } from "../claims";
import { makeModel } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

const PRICED = {
  provider: "openai",
  inputUsdPerMillion: 10,
  outputUsdPerMillion: 100,
  maxOutputTokens: 50,
} as const;

/** Has 5 jobs of a model answered at 40 tokens in, 8 of them cached, and 12 out, for 0.0004. */
async function answered(model: Parameters<typeof makeModel>[0]) {
  const { modelId, promptId, ids } = await lane(5, model);
  for (const jobId of ids) {
    const claim = newClaim(jobId);
    await claimJob(claim, OPEN);
    await succeedJob(claim, ANSWER, FACTS);
  }
  return { modelId, promptId };
}

test("the expected cost of a call goes by the prompt's own answers, then the model's calls, then its prices", async () => {
  const { modelId, promptId } = await answered(PRICED);
  const free = await makeModel({ provider: "simulated" });
  const unpriced = await makeModel({ provider: "openai" });
  const fresh = await makeModel(PRICED);
  const all = [modelId, free.id, unpriced.id, fresh.id, 999_999_999];
  const ofPrompt = { modelId, active: true, costUsd: 0.0016, basis: "prompt" };
  expect(await estimateCalls("x".repeat(40), all, promptId)).toEqual([
    ofPrompt,
    { modelId: free.id, active: true, costUsd: 0, basis: "simulated" },
    { modelId: unpriced.id, active: true, costUsd: null, basis: null },
    { modelId: fresh.id, active: true, costUsd: 0.0051, basis: "longest_answer" },
  ]);
  expect(await estimateCalls("x", [modelId], null)).toEqual([
    { ...ofPrompt, costUsd: FACTS.costUsd, basis: "model" },
  ]);
});

test("a changed price counts at once, and the cost that the provider told where there is no price", async () => {
  const priced = await answered(PRICED);
  await updateModel(priced.modelId, { cachedInputUsdPerMillion: 1, outputUsdPerMillion: 0 });
  const [changed] = await estimateCalls("x", [priced.modelId], priced.promptId);
  expect(changed?.costUsd).toBeCloseTo((32 * 10 + 8 * 1) / 1e6, 10);
  const told = await answered({ provider: "openrouter" });
  expect(await estimateCalls("x", [told.modelId], told.promptId)).toMatchObject([
    { costUsd: FACTS.costUsd, basis: "prompt" },
  ]);
});
