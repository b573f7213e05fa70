/** A JSON reply. Nothing of the API is ever kept by a cache. */
export function reply(
  body: object,
  init: { status?: number; headers?: HeadersInit } = {},
): Response {
  const headers = new Headers(init.headers);
  headers.set("cache-control", "no-store");
  return Response.json(body, { status: init.status ?? 200, headers });
}

/** A CSV file to save. */
export function csvReply(
  csv: string,
  filename: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(csv, {
    headers: {
      ...headers,
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${filename}"`,
      "cache-control": "no-store",
    },
  });
}

/** Answers methods that Next would otherwise derive, such as HEAD on a GET that does something. */
export function methodNotAllowed(allowed: string): () => Response {
  return () => new Response(null, { status: 405, headers: { allow: allowed } });
}
