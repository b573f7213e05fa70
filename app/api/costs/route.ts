import { z } from "zod";
import { dayRange } from "@/lib/answers/days";
import { readCosts } from "@/lib/costs/costs";
import { day } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

const schemas = { query: z.strictObject({ from: day.optional(), to: day.optional() }) };

export const GET = apiRoute("read", schemas, async ({ query, sight, env }) =>
  reply({ success: true, ...(await readCosts(dayRange(query), sight, env)) }),
);
