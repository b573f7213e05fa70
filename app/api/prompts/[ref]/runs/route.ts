import { after } from "next/server";
import { z } from "zod";
import { idempotencyHeader, promptRef } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { dispatchInTurn } from "@/lib/jobs/dispatch-in-turn";
import { runPrompt } from "@/lib/jobs/run";
import { runRequest } from "@/lib/prompts/input";

export const maxDuration = 300;

const schemas = {
  params: z.object({ ref: promptRef }),
  optionalBody: runRequest,
  headers: idempotencyHeader,
};

export const POST = apiRoute(
  "run",
  schemas,
  async ({ params, body, headers, caller, env, startedAtMs }) => {
    const idempotencyKey = headers["idempotency-key"] ?? null;
    const run = await runPrompt(params.ref, body, { caller, idempotencyKey }, env);
    // Where it joined, too: whoever enqueued those jobs may be long gone.
    after(() => dispatchInTurn(env, { deadlineMs: startedAtMs + maxDuration * 1000 }));
    return reply({ success: true, ...run }, { status: 202 });
  },
);
