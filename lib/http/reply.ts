/** A JSON reply. Nothing of the API is ever kept by a cache. */
export function reply(
  body: object,
  init: { status?: number; headers?: HeadersInit } = {},
): Response {
  const headers = new Headers(init.headers);
  headers.set("cache-control", "no-store");
  return Response.json(body, { status: init.status ?? 200, headers });
}

/** Answers methods that Next would otherwise derive, such as HEAD on a GET that does something. */
export function methodNotAllowed(allowed: string): () => Response {
  return () => new Response(null, { status: 405, headers: { allow: allowed } });
}
