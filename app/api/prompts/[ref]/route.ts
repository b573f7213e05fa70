import { z } from "zod";
import { promptRef } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { promptChange } from "@/lib/prompts/input";
import { changePrompt, deletePrompt, readPrompt } from "@/lib/prompts/prompts";

const params = z.object({ ref: promptRef });

export const GET = apiRoute("read", { params }, async ({ params, caller }) =>
  reply({ success: true, prompt: await readPrompt(params.ref, caller) }),
);

export const PATCH = apiRoute(
  "run",
  { params, body: promptChange },
  async ({ params, body, caller }) =>
    reply({ success: true, prompt: await changePrompt(params.ref, body, caller) }),
);

export const DELETE = apiRoute("run", { params }, async ({ params, caller }) => {
  await deletePrompt(params.ref, caller);
  return reply({ success: true });
});
