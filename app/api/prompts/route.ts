import { z } from "zod";
import { page } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { newPrompt } from "@/lib/prompts/input";
import { createPrompt, readPrompts } from "@/lib/prompts/prompts";

export const GET = apiRoute("read", { query: z.strictObject(page) }, async ({ query }) =>
  reply({
    success: true,
    ...(await readPrompts({ limit: query.limit, before: query.cursor ?? null })),
  }),
);

export const POST = apiRoute("run", { body: newPrompt }, async ({ body }) =>
  reply({ success: true, prompt: await createPrompt(body) }, { status: 201 }),
);
