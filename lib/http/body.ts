import { ApiError, validationError } from "@/lib/errors";

const KIB = 1024;
const MIB = 1024 * KIB;

const MAX_BODY_BYTES = 64 * KIB;
const MAX_CSV_BYTES = 4 * MIB;

/** Reads at most `most` bytes of a body. Throws PayloadTooLargeError without reading on. */
async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  const size = most < MIB ? `${most / KIB} KiB` : `${most / MIB} MiB`;
  const tooLarge = new ApiError("PayloadTooLargeError", `The body is larger than ${size}`);
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let read = 0;
  if (request.body) {
    for await (const chunk of request.body) {
      read += chunk.byteLength;
      if (read > most) throw tooLarge;
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}

/**
 * Reads a JSON body, unchecked beyond its syntax; `{}` where it is optional and left out. Throws PayloadTooLargeError, then ValidationError
 * for another content type, an encoding that isn't UTF-8, or what isn't JSON.
 */
export async function readJson(
  request: Request,
  { optional }: { optional: boolean },
): Promise<unknown> {
  const bytes = await readBytes(request, MAX_BODY_BYTES);
  if (optional && bytes.byteLength === 0) return {};
  if (!isOfType(request, "application/json")) {
    throw refused("The body must be JSON: send Content-Type: application/json");
  }
  try {
    return JSON.parse(decode(bytes));
  } catch {
    throw refused("The body is not valid JSON");
  }
}

/**
 * Reads a body of CSV as text, without its byte order mark. Throws PayloadTooLargeError over 4 MiB, then
 * ValidationError for another content type, or an encoding that isn't UTF-8.
 */
export async function readCsvText(request: Request): Promise<string> {
  const bytes = await readBytes(request, MAX_CSV_BYTES);
  if (!isOfType(request, "text/csv")) {
    throw refused("The body must be CSV: send Content-Type: text/csv");
  }
  try {
    return decode(bytes);
  } catch {
    throw refused("The body is not valid UTF-8: save the file in that encoding");
  }
}

/** Whatever parameters the type has: the text is read as UTF-8 in any case. */
function isOfType(request: Request, type: string): boolean {
  const sent = request.headers.get("content-type") ?? "";
  return sent.split(";")[0]?.trim().toLowerCase() === type;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

function refused(message: string): ApiError {
  return validationError([{ path: "", message }]);
}
