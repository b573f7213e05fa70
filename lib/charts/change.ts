import type { Trend } from "@/lib/answers/trend";
import { points } from "@/lib/format/figures";

type Change = Trend["changes"][number];

/**
 * How a share changed against the window before: "moved +16 points", "within noise", "too few answers";
 * after a break, and at the start, there is nothing before.
 */
export function changeOf(change: Change | undefined): string {
  if (change && change.from === null) return "nothing before";
  if (!change || change.verdict === "not_enough") return "too few answers";
  if (change.verdict === "within_noise" || change.from === null || change.to === null)
    return "within noise";
  return `moved ${points(change.to - change.from)}`;
}
