import * as z from "zod/mini";
import { callApi, type Refusal } from "@/app/ui/call-api";
import { tellRefused } from "@/app/ui/toasts";
import { faultsOf } from "@/lib/prompts/field-faults";
import type { Faults } from "./form-faults";
import { bodyOf, type FormValues, LABELS } from "./form-values";

const saved = z.object({ prompt: z.object({ id: z.number(), slug: z.string() }) });
type Saved = z.output<typeof saved>["prompt"];

/**
 * Saves a question, a new one without `promptId`, and runs it if it is to. Out: its id and slug;
 * or what is wrong, and nothing was saved. A run that is refused is told: the question is saved all the same.
 */
export async function saveQuestion(
  values: FormValues,
  { promptId, isToRun }: { promptId: number | undefined; isToRun: boolean },
): Promise<Saved | { faults: Faults }> {
  const answered = await callApi({
    ...(promptId === undefined
      ? { method: "POST", path: "/api/prompts" }
      : { method: "PATCH", path: `/api/prompts/${promptId}` }),
    body: bodyOf(values),
  });
  if (!answered.ok) return { faults: toFaults(answered.refusal, values) };
  const { prompt } = saved.parse(answered.body);
  if (isToRun) {
    const run = await callApi({ method: "POST", path: `/api/prompts/${prompt.id}/runs` });
    if (!run.ok) tellRefused(`It is saved, but doesn’t run: ${run.refusal.message}`);
  }
  return prompt;
}

function toFaults({ error, message, issues }: Refusal, { slug }: FormValues): Faults {
  if (issues) return faultsOf(issues, LABELS);
  // What else a prompt can be in conflict with is its slug alone.
  if (error === "ConflictError") {
    return { fields: { slug: `Another question has the slug ${slug.trim()}.` }, others: [] };
  }
  return { fields: {}, others: [message] };
}
