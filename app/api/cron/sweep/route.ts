import { after } from "next/server";
import { methodNotAllowed, reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { dispatch, takeDue } from "@/lib/jobs/dispatch";
import { sweep } from "@/lib/jobs/sweep";
import { deliverDue } from "@/lib/webhooks/deliver";

export const maxDuration = 300;

export const GET = apiRoute("admin", { sweep: "never" }, async ({ env, startedAtMs }) => {
  const { rescued, pruned } = await sweep(env);
  const taken = await takeDue(env);
  const deadlineMs = startedAtMs + maxDuration * 1000;
  after(() => dispatch(env, { deadlineMs, taken }));
  after(() => deliverDue(env, { deadlineMs }));
  const dispatched = taken.length;
  const message = `Rescued ${rescued}, dispatched ${dispatched} and pruned ${pruned} jobs`;
  return reply({ success: true, message, rescued, dispatched, pruned });
});

// Next would answer HEAD by running GET.
export const HEAD = methodNotAllowed("GET");
