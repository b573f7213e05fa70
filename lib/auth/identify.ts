import type { Environment } from "@/lib/env";
import type { Caller } from "./caller";
import { requireOperator } from "./operator";

/** Who calls. Throws UnauthorizedError. */
export async function identify(request: Request, env: Environment): Promise<Caller> {
  requireOperator(request, env);
  return { kind: "operator" };
}
