import { after } from "next/server";
import { z } from "zod";
import { answerPrompt } from "@/lib/answers/answer";
import { mayRun } from "@/lib/auth/access";
import { answerReply } from "@/lib/http/answer-reply";
import { promptRef, trueOrFalse } from "@/lib/http/inputs";
import { methodNotAllowed } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { dispatchInTurn } from "@/lib/jobs/dispatch-in-turn";

export const maxDuration = 300;

const schemas = {
  params: z.object({ ref: promptRef }),
  query: z.strictObject({ force: trueOrFalse.default(false) }),
};

export const GET = apiRoute(
  "read",
  schemas,
  async ({ params, query, request, caller, env, startedAtMs }) => {
    const options = { caller, force: query.force, mayRun: mayRun(caller, request) };
    const answer = await answerPrompt(params.ref, options, env);
    const deadlineMs = startedAtMs + maxDuration * 1000;
    if (answer.status === "in_flight" && answer.created > 0) {
      after(() => dispatchInTurn(env, { deadlineMs }));
    }
    return answerReply(answer);
  },
);

// Next would answer HEAD by running GET.
export const HEAD = methodNotAllowed("GET");
