import { z } from "zod";
import { FREQUENCIES } from "@/db/schema";
import { idText, text } from "@/lib/http/inputs";
import { QUESTION_ORDERS, type QuestionsAsked } from "@/lib/prompts/questions";

const PAGE_SIZE = 100;

type Order = QuestionsAsked["order"];
type OrderName = Order["by"];

const shortText = text(200).optional().catch(undefined);

/** The address of the list. A value that can't be meant counts as none: an old link still leads somewhere. */
const address = z.object({
  search: shortText,
  category: shortText,
  model: idText.optional().catch(undefined),
  frequency: z.enum(FREQUENCIES).optional().catch(undefined),
  active: z.enum(["on", "off"]).optional().catch(undefined),
  leader: shortText,
  sort: z
    .string()
    .optional()
    .transform((given = ""): Order => {
      const descending = given.startsWith("-");
      const name = descending ? given.slice(1) : given;
      const by = QUESTION_ORDERS.find((order) => order === name);
      return by ? { by, descending } : { by: "id", descending: true };
    })
    .catch({ by: "id", descending: true }),
  cursor: idText.optional().catch(undefined),
});

export type SearchParams = Record<string, string | string[] | undefined>;

/** In: a page's search parameters. Out: which questions they ask for, in which order, from where on. */
export function readAddress(params: SearchParams, ownerId: string | undefined): QuestionsAsked {
  const { search, category, model, frequency, active, leader, sort, cursor } =
    address.parse(params);
  return {
    filter: {
      ...{ ownerId, search, category, modelId: model, frequency },
      active: active && active === "on",
    },
    leader,
    order: sort,
    page: { limit: PAGE_SIZE, after: cursor ?? null },
  };
}

/** The same address with another of these: null takes one away. */
export function addressWith(
  params: SearchParams,
  changes: { sort?: string | null; cursor?: string | null },
): string {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...params, ...changes })) {
    if (typeof value === "string" && value !== "") next.set(name, value);
  }
  return next.size > 0 ? `/questions?${next}` : "/questions";
}

/** For a column's head: how the list is sorted by it now, and the address that turns it round. */
export function sortBy(params: SearchParams, { order }: QuestionsAsked, name: OrderName) {
  const isNow = order.by === name;
  const next = isNow && !order.descending ? `-${name}` : name;
  return {
    href: addressWith(params, { sort: next, cursor: null }),
    now: !isNow ? null : order.descending ? ("descending" as const) : ("ascending" as const),
  };
}
