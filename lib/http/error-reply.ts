import { randomUUID } from "node:crypto";
import { DatabaseAddressError, isUnavailable, isUnmigrated } from "@/db/errors";
import { ApiError } from "@/lib/errors";
import { log } from "@/lib/log";
import { reply } from "./reply";

/** Turns whatever a route threw into the contract's reply. The cause goes to the log, never out. */
export function errorReply(thrown: unknown): Response {
  const error = toApiError(thrown);
  if (error.status < 500) return send(error);
  const requestId = randomUUID();
  const err = error.error === "ConfigurationError" ? undefined : (error.cause ?? error);
  log.error({ err, requestId, error: error.error }, error.message);
  return send(error, error.error === "InternalError" ? { requestId } : {});
}

function send(error: ApiError, more: object = {}): Response {
  const { error: name, message, details } = error;
  return reply(
    { success: false, error: name, message, ...details, ...more },
    { status: error.status },
  );
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
