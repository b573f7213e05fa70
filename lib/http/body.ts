import { ApiError, validationError } from "@/lib/errors";

const MAX_BODY_BYTES = 64 * 1024;

/** Reads at most `most` bytes of a body. Throws PayloadTooLargeError without reading on. */
async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  const tooLarge = new ApiError(
    "PayloadTooLargeError",
    `The body is larger than ${most / 1024} KiB`,
  );
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body) {
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > most) throw tooLarge;
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
  const type = request.headers.get("content-type") ?? "";
  if (type.split(";")[0]?.trim().toLowerCase() !== "application/json") {
    throw validationError([
      { path: "", message: "The body must be JSON: send Content-Type: application/json" },
    ]);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw validationError([{ path: "", message: "The body is not valid JSON" }]);
  }
}
