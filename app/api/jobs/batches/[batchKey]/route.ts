import { z } from "zod";
import { text } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { readBatch } from "@/lib/jobs/batches";

const params = z.object({ batchKey: text(200) });

export const GET = apiRoute("read", { params }, async ({ params, sight, env }) => {
  const { state: batch } = await readBatch(params.batchKey, sight, env);
  return reply({ success: true, batch });
});
