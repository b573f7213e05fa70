import { z } from "zod";
import { page } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { newPrompt } from "@/lib/prompts/input";
import { createPrompt, readPrompts } from "@/lib/prompts/prompts";

export const GET = apiRoute("read", { query: z.strictObject(page) }, async ({ query, caller }) =>
  reply({
    success: true,
    ...(await readPrompts({ limit: query.limit, before: query.cursor ?? null }, caller)),
  }),
);

export const POST = apiRoute("run", { body: newPrompt }, async ({ body, caller }) =>
  reply({ success: true, prompt: await createPrompt(body, caller) }, { status: 201 }),
);
