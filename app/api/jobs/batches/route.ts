import { z } from "zod";
import { page } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { readBatches } from "@/lib/jobs/batches";

export const GET = apiRoute(
  "read",
  { query: z.strictObject(page) },
  async ({ query, sight, env }) => {
    const { limit, cursor } = query;
    return reply({
      success: true,
      ...(await readBatches({ limit, before: cursor ?? null }, sight, env)),
    });
  },
);
