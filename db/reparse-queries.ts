import { sql } from "drizzle-orm";
import { execute } from "./client";

export type StoredReply = { id: number; jobId: number; rawText: string };

const unlike = (parserVersion: number | null) =>
  parserVersion === null ? sql`true` : sql`parser_version <> ${parserVersion}::int`;

/**
 * How many answers there are behind `after`, and the last one's id; with a parser's version, of those that
 * another one read. What comes later has the present version.
 */
export async function countReplies(
  parserVersion: number | null,
  after: number,
): Promise<{ count: number; lastId: number }> {
  const [row] = await execute<{ count: number; last_id: number }>(sql`
    select count(*) as count, coalesce(max(id), 0) as last_id from responses
    where id > ${after}::bigint and ${unlike(parserVersion)}`);
  return { count: row?.count ?? 0, lastId: row?.last_id ?? 0 };
}

/** The next `limit` of them with an id over `after` and up to `upTo`, by id. */
export async function listReplies(
  parserVersion: number | null,
  range: { after: number; upTo: number; limit: number },
): Promise<StoredReply[]> {
  const rows = await execute<{ id: number; job_id: number; raw_text: string }>(sql`
    select id, job_id, raw_text from responses
    where id > ${range.after}::bigint and id <= ${range.upTo}::bigint and ${unlike(parserVersion)}
    order by id limit ${range.limit}::int`);
  return rows.map((row) => ({ id: row.id, jobId: row.job_id, rawText: row.raw_text }));
}
