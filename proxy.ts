import { NextResponse } from "next/server";

/**
 * Answers addresses whose percent-encoding is broken, which Next's router would meet with a plain
 * 500 before any route sees them. Only addresses with a `%` come here at all.
 */
export function proxy(request: Request): Response {
  try {
    decodeURIComponent(new URL(request.url).pathname);
    return NextResponse.next();
  } catch {
    const message = "The address is not valid: a % in it must begin an encoded UTF-8 character";
    return Response.json({ success: false, error: "NotFoundError", message }, { status: 404 });
  }
}

export const config = { matcher: "/api/(.*%.*)" };
