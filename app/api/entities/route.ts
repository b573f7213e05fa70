import { entityPage, readEntities } from "@/lib/answers/entities";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

export const GET = apiRoute("read", { query: entityPage }, async ({ query, sight }) => {
  const { limit, state, search } = query;
  const before = query.cursor ?? null;
  return reply({
    success: true,
    ...(await readEntities({ limit, before, state, search }, sight)),
  });
});
