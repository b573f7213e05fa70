import { randomUUID } from "node:crypto";
import { DatabaseAddressError, isUnavailable, isUnmigrated } from "@/db/errors";
import { ApiError } from "@/lib/errors";
import { log } from "@/lib/log";
import { reply } from "./reply";

/** Turns whatever a route threw into the contract's reply. The cause goes to the log, never out. */
export function errorReply(thrown: unknown): Response {
  const { status, body } = errorBody(thrown);
  const seconds = thrown instanceof ApiError && thrown.details.retryAfterSeconds;
  return reply(body, { status, ...(seconds ? { headers: { "retry-after": `${seconds}` } } : {}) });
}

/** The same as a status and a body, where the reply tells of several things at once. */
export function errorBody(thrown: unknown): { status: number; body: object } {
  const apiError = toApiError(thrown);
  const { error, status, message, details, cause } = apiError;
  const body = { success: false, error, message, ...details };
  if (status < 500) return { status, body };
  const requestId = randomUUID();
  const err = error === "ConfigurationError" ? undefined : (cause ?? apiError);
  log.error({ err, requestId, error }, message);
  return { status, body: error === "InternalError" ? { ...body, requestId } : body };
}

function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof DatabaseAddressError) {
    return new ApiError("ConfigurationError", thrown.message, {}, { cause: thrown });
  }
  if (isUnmigrated(thrown)) {
    return new ApiError(
      "DatabaseUnavailableError",
      "The database lacks Canvass's tables, or has older ones: run npm run db:migrate",
      {},
      { cause: thrown },
    );
  }
  if (isUnavailable(thrown)) {
    return new ApiError(
      "DatabaseUnavailableError",
      "The database does not answer. Nothing is lost: try again in a moment",
      {},
      { cause: thrown },
    );
  }
  return new ApiError("InternalError", "Something went wrong on our side", {}, { cause: thrown });
}
