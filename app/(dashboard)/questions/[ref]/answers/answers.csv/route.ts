import { z } from "zod";
import { readResponses } from "@/lib/answers/responses";
import { writeResponses } from "@/lib/answers/responses-csv";
import { promptRef } from "@/lib/http/inputs";
import { csvReply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { readPrompt } from "@/lib/prompts/prompts";
import { answerFilter } from "../answer-filter";

/** A few MB; older ones are the API's, page by page. */
const MOST_ANSWERS = 1_000;

const schemas = {
  params: z.object({ ref: promptRef }),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
};

/** The answers that the page's filters leave, to save: the newest ones. */
export const GET = apiRoute("read", schemas, async ({ params, query, caller }) => {
  const { slug, id } = await readPrompt(params.ref, caller);
  const { days, modelId, only } = answerFilter(query);
  const page = { limit: MOST_ANSWERS, before: null };
  const { responses } = await readResponses(id, { days, modelId, only, page }, caller);
  return csvReply(writeResponses(responses), `${slug}-answers.csv`);
});
