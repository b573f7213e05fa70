import { z } from "zod";
import { RESPONSE_OUTCOMES } from "@/db/schema";
import { day, idText } from "@/lib/http/inputs";
import type { SearchParams } from "../trend-address";

const one = z.union([z.string(), z.array(z.string()).transform(([first]) => first)]);

/** What an address says that it can't mean counts as not said. */
const address = z.object({
  day: one.pipe(day).nullable().catch(null),
  model: one.pipe(idText).nullable().catch(null),
  named: one.pipe(idText).nullable().catch(null),
  outcome: one.pipe(z.enum(RESPONSE_OUTCOMES)).nullable().catch(null),
  differ: one.pipe(z.literal("1")).nullable().catch(null),
  cursor: one.pipe(idText).nullable().catch(null),
});

/** Which answers an address means. */
export function answerFilter(params: SearchParams) {
  const { day: on, model, named, outcome, differ, cursor } = address.parse(params);
  return {
    days: { from: on, to: on },
    modelId: model,
    before: cursor,
    only: {
      ...(named !== null && { entityId: named }),
      ...(outcome !== null && { outcome }),
      ...(differ !== null && { runsDiffer: true }),
    },
    isFiltered: [on, model, named, outcome, differ].some((value) => value !== null),
  };
}

const NAMES = ["day", "model", "named", "outcome", "differ"] as const;

/** The query of the same answers, from the first page or (`cursor`) behind one of them; "" or "?…". */
export function answerQuery(params: SearchParams, cursor: string | null = null): string {
  const query = new URLSearchParams();
  for (const name of NAMES) {
    const value = params[name];
    if (typeof value === "string" && value !== "") query.set(name, value);
  }
  if (cursor !== null) query.set("cursor", cursor);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
