import { pino } from "pino";
import { errorCodeOf } from "@/db/errors";

/**
 * One JSON line an event on standard output. Errors are cut to their type, code, sentence and stack:
 * the driver's and the SDK's error objects carry parameters and headers that belong in no log.
 */
export const log = pino({
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (level) => ({ level }) },
  serializers: { err: describe },
  // JSON leaves these as they are, and some terminals begin an escape sequence at U+009B.
  hooks: { streamWrite: (line) => line.replace(/[\x7f-\x9f]/g, escaped) },
});

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  // drizzle's message repeats the statement and its parameters; its cause says what happened.
  const inner = error.message.startsWith("Failed query") && error.cause ? error.cause : error;
  if (!(inner instanceof Error)) return { type: error.name };
  return {
    type: inner.name,
    code: errorCodeOf(inner),
    message: inner.message,
    stack: inner.stack,
  };
}
