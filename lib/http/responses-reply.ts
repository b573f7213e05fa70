import type { StoredResponse } from "@/lib/answers/responses";
import { writeResponses } from "@/lib/answers/responses-csv";
import { csvReply, reply } from "./reply";

/** `?format` says how a list is sent; without it, what the caller accepts most, of JSON and CSV. */
export function formatOf(format: "json" | "csv" | undefined, accept = ""): "json" | "csv" {
  if (format) return format;
  const wish = (type: string) => qualityOf(type, accept);
  return wish("text/csv") > wish("application/json") ? "csv" : "json";
}

/** How much a caller wants a media type, 0 to 1 (RFC 9110, 12.5.1); 0 where it doesn't name it. */
function qualityOf(type: string, accept: string): number {
  for (const range of accept.toLowerCase().split(",")) {
    const [name, ...parameters] = range.split(";").map((part) => part.trim());
    if (name !== type) continue;
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    return q ? Number(q.slice(2)) || 0 : 1;
  }
  return 0;
}

/** A page of answers. Where the next one is stands in a Link header too (RFC 8288): CSV has no other place. */
export function responsesReply(
  page: { responses: StoredResponse[]; nextCursor: string | null },
  format: "json" | "csv",
  request: Request,
): Response {
  const headers: Record<string, string> = page.nextCursor
    ? { link: nextLink(request, format, page.nextCursor) }
    : {};
  return format === "csv"
    ? csvReply(writeResponses(page.responses), "responses.csv", headers)
    : reply({ success: true, ...page }, { headers });
}

/** Without a host: the one in the request is whatever the caller says. */
function nextLink(request: Request, format: string, cursor: string): string {
  const { pathname, searchParams } = new URL(request.url);
  searchParams.set("format", format);
  searchParams.set("cursor", cursor);
  return `<${pathname}?${searchParams}>; rel="next"`;
}
