import { z } from "zod";
import { page } from "@/lib/http/inputs";
import { jobFilterQuery } from "@/lib/http/job-filter";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { statusOfJobs } from "@/lib/jobs/status";

const query = z.strictObject({ ...jobFilterQuery, ...page });

export const GET = apiRoute("read", { query }, async ({ query, sight, env }) => {
  const { limit, cursor, ...filter } = query;
  return reply({
    success: true,
    ...(await statusOfJobs(filter, { limit, before: cursor ?? null }, sight, env)),
  });
});
