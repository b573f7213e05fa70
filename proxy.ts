import { NextResponse } from "next/server";

/**
 * Stands before the pages, and before addresses of the API with a `%` in them. It lets nobody in or
 * out: who may see what is decided where it is read.
 */
export function proxy(request: Request): Response {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith("/api/")) return withNonce(request);
  return isDecodable(pathname) ? NextResponse.next() : brokenAddress();
}

/** Every address but those of the API without a `%`, and the files of the build. */
export const config = { matcher: ["/((?!api/|_next/).*)", "/api/(.*%.*)"] };

/**
 * Lets only scripts run that bear this reply's nonce, and what they load: Next reads it from the request's
 * header and marks its own with it. Style attributes stay allowed: bars and intervals are drawn by them.
 */
function withNonce(request: Request): Response {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  // React's development build describes errors by eval.
  const development = process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : "";
  const policy = [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

function isDecodable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

/** Next's router would meet it with a plain 500 before any route sees it. */
function brokenAddress(): Response {
  const message = "The address is not valid: a % in it must begin an encoded UTF-8 character";
  return Response.json({ success: false, error: "NotFoundError", message }, { status: 404 });
}
