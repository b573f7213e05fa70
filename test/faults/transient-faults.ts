import { createHash } from "node:crypto";
import type { RecordedRequest, ReplyRule, ScriptedReply } from "../fake-provider";

/** An answer that takes a while, so that there is something to break. */
const SLOW_MS = 80;

/** Faults that another try mends. The replies quote the key, as a careless provider may. */
const FAULTS: ((request: RecordedRequest) => ScriptedReply)[] = [
  (request) => ({ kind: "json", status: 503, body: { error: { message: keyOf(request) } } }),
  (request) => ({ kind: "text", status: 502, text: `<h1>Bad gateway</h1>${keyOf(request)}` }),
  () => ({
    kind: "json",
    status: 429,
    headers: { "retry-after-ms": "60" },
    body: { error: { code: "rate_limit_exceeded", message: "Slow down" } },
  }),
  () => ({ kind: "reset" }),
  () => ({ kind: "half" }),
  // Hangs, but for less than the timeout of a second.
  () => ({ kind: "answer", delayMs: 600 }),
];

const MALFORMED: ScriptedReply = { kind: "json", body: { error: { code: 502, message: "Oops" } } };

/**
 * A rule by which `share` of all calls are faulty, the same ones in each run: each question of each
 * model counts its calls. Malformed replies come first or never, as the third one ends a job.
 */
export function transientFaults(share: number): { rule: ReplyRule; readonly faults: number } {
  const callsOf = new Map<string, number>();
  let faults = 0;
  return {
    get faults() {
      return faults;
    },
    rule(request) {
      const key = `${request.model} ${request.question}`;
      const call = (callsOf.get(key) ?? 0) + 1;
      callsOf.set(key, call);
      const [draw, kind] = createHash("sha256").update(`${key} ${call}`).digest();
      if ((draw ?? 0) >= share * 256) return { kind: "answer", delayMs: SLOW_MS };
      faults += 1;
      const choice = (kind ?? 0) % (FAULTS.length + 1);
      if (choice === FAULTS.length && call === 1) return MALFORMED;
      return FAULTS[choice % FAULTS.length]?.(request);
    },
  };
}

function keyOf(request: RecordedRequest): string {
  return `Not with ${request.headers.authorization}`;
}
