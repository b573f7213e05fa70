"use client";

import { useEffect, useState } from "react";
import * as z from "zod/mini";
import { callApi } from "@/app/ui/call-api";

const usd = z.nullable(z.number());
const costs = { costUsdPerRound: usd, costUsdPerDay: usd, costUsdPerMonth: usd };
const reply = z.object({
  estimate: z.object({
    ...costs,
    jobsPerRound: z.number(),
    unpricedModelIds: z.array(z.number()),
    models: z.array(z.unknown()),
    precision: z.array(
      z.object({ days: z.nullable(z.number()), answers: z.number(), points: z.number() }),
    ),
    plan: z.nullable(
      z.object({ ...costs, points: z.number(), runs: z.number(), isPossible: z.boolean() }),
    ),
  }),
});
export type Estimate = z.output<typeof reply>["estimate"];

/** What is asked of /api/estimates. */
export type EstimateRequest = {
  promptId?: number;
  question: string;
  modelIds: readonly number[];
  runs: number | string;
  frequency: string;
  points?: number;
};

const ASK_AFTER_MS = 400;

/**
 * What asking would cost and tell, as it is typed; `isOld` while that is of what stood there before. Null:
 * there is nothing to go by yet, or it can't be right.
 */
export function useEstimate(request: EstimateRequest): {
  estimate: Estimate | null;
  isOld: boolean;
} {
  const [answer, setAnswer] = useState<{ of: string; estimate: Estimate | null } | null>(null);
  const isEmpty = request.question.trim() === "" || request.modelIds.length === 0;
  const asked = JSON.stringify(request);
  useEffect(() => {
    if (isEmpty) return setAnswer(null);
    let isGone = false;
    const timer = setTimeout(async () => {
      const body: object = JSON.parse(asked);
      const answered = await callApi({ method: "POST", path: "/api/estimates", body });
      if (isGone) return;
      const estimate = answered.ok ? reply.parse(answered.body).estimate : null;
      setAnswer({ of: asked, estimate });
    }, ASK_AFTER_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [asked, isEmpty]);
  return { estimate: answer?.estimate ?? null, isOld: answer !== null && answer.of !== asked };
}
