import { z } from "zod";
import { countEntities, countRecentAnswers } from "@/db/entity-figure-queries";
import { ENTITY_STATES } from "@/db/schema";
import { readEntities } from "@/lib/answers/entities";
import { ownedBy, sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { counted, wholeNumber } from "@/lib/format/figures";
import { idText, text } from "@/lib/http/inputs";
import { Filters } from "../../ui/filters";
import { PageHead } from "../../ui/page-head";
import { Pager } from "../../ui/table";
import { NamesTable } from "./names-table";
import { UnmappedTable } from "./unmapped-table";

export const metadata = { title: "Entities" };

const UNMAPPED_SHOWN = 20;
const NAMES_SHOWN = 100;

/** What the address doesn't say well, it doesn't say. */
const address = z.object({
  search: text(200).optional().catch(undefined),
  state: z.enum(ENTITY_STATES).optional().catch(undefined),
  cursor: idText.optional().catch(undefined),
  unmapped: idText.optional().catch(undefined),
});

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function Page({ searchParams }: Props) {
  const { caller } = await requireViewer("/entities");
  const { search, state, cursor, unmapped } = address.parse(await searchParams);
  const sight = sightOf(caller);
  const { ownerId } = ownedBy(sight);
  const isAdmin = caller.role === "admin";
  const [counts, open, names] = await Promise.all([
    countEntities(ownerId),
    isAdmin
      ? readEntities(
          { limit: UNMAPPED_SHOWN, before: unmapped ?? null, state: "unmapped", search: undefined },
          sight,
        )
      : { entities: [], nextCursor: null },
    readEntities({ limit: NAMES_SHOWN, before: cursor ?? null, state, search }, sight),
  ]);
  const recent = await countRecentAnswers(
    names.entities.map(({ id }) => id),
    ownerId,
  );
  const total = counts.unmapped + counts.mapped + counts.ignored;
  const further = new URLSearchParams({
    ...(search !== undefined && { search }),
    ...(state !== undefined && { state }),
  });
  const here = further.size > 0 ? `/entities?${further}` : "/entities";
  const isFiltered = search !== undefined || state !== undefined;
  return (
    <>
      <PageHead
        title="Entities"
        facts={`${counted(total, "name")} that answers gave, ${wholeNumber(counts.unmapped)} unmapped`}
      />
      {isAdmin && (
        <section className="mb-10">
          <h2 className="mb-1 font-semibold">
            Unmapped <span className="text-ink-2 tabular-nums">{wholeNumber(counts.unmapped)}</span>
          </h2>
          {counts.unmapped === 0 ? (
            <p className="border-t py-3 text-ink-2 text-small">Every name is mapped.</p>
          ) : (
            <>
              <p className="mb-2 max-w-[68ch] text-ink-2 text-small">
                Names that nobody has looked at yet. Each counts on its own until you say otherwise.
              </p>
              <UnmappedTable entities={open.entities} />
              <Pager
                label="Pages of the unmapped names"
                shown={`${open.entities.length} of ${wholeNumber(counts.unmapped)}`}
                start={unmapped === undefined ? null : "/entities"}
                next={open.nextCursor && `/entities?unmapped=${open.nextCursor}`}
              />
            </>
          )}
        </section>
      )}
      <section>
        <h2 className="mb-3 font-semibold">
          Names <span className="text-ink-2 tabular-nums">{wholeNumber(total)}</span>
        </h2>
        <Filters
          filters={[
            { name: "search", label: "Search", kind: "search" },
            {
              name: "state",
              label: "State",
              kind: "choice",
              options: ENTITY_STATES.map((value) => ({ value, label: value })),
            },
          ]}
          facts={`${names.entities.length} shown`}
        >
          {names.entities.length === 0 ? (
            <p className="border-t py-3 text-ink-2 text-small">
              {isFiltered
                ? "No name matches these filters."
                : "No names yet: they come with the first answers."}
            </p>
          ) : (
            <>
              <NamesTable entities={names.entities} recent={recent} isAdmin={isAdmin} />
              <Pager
                shown={
                  isFiltered
                    ? `${names.entities.length} shown`
                    : `${names.entities.length} of ${wholeNumber(total)}`
                }
                start={cursor === undefined ? null : here}
                next={
                  names.nextCursor &&
                  `${here}${further.size > 0 ? "&" : "?"}cursor=${names.nextCursor}`
                }
              />
            </>
          )}
        </Filters>
      </section>
    </>
  );
}
