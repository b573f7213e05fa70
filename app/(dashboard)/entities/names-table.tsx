import type { EntityView } from "@/db/entity-queries";
import { counted, wholeNumber } from "@/lib/format/figures";
import { Cell, Head, Row, Table } from "../../ui/table";
import { NameActions } from "./name-actions";

/** Names that stand for themselves, with what counts as them. */
export function NamesTable({
  entities,
  recent,
  isAdmin,
}: {
  entities: readonly EntityView[];
  /** Answers of the last 28 days by the name's id. */
  recent: ReadonlyMap<number, number>;
  isAdmin: boolean;
}) {
  return (
    <Table caption="Names">
      <thead>
        <tr>
          <Head>Name</Head>
          <Head from="lg">State</Head>
          <Head from="lg">Aliases</Head>
          <Head from="sm" isNumber>
            Questions
          </Head>
          <Head isNumber>Answers in 28 d</Head>
          {isAdmin && (
            <Head>
              <span className="sr-only">What can be done</span>
            </Head>
          )}
        </tr>
      </thead>
      <tbody>
        {entities.map((entity) => {
          const { id, name, state, aliases, answers, prompts, suggestion, category } = entity;
          return (
            <Row key={id} isOff={state === "ignored"}>
              <Cell>
                <span className="font-medium wrap-anywhere">{name}</span>
                {category && <span className="text-ink-2 wrap-anywhere"> {category}</span>}
                <span className="block text-caption text-ink-2 wrap-anywhere lg:hidden">
                  {state}
                  {aliases.length > 0 && `, ${counted(aliases.length, "alias", "aliases")}`}
                </span>
              </Cell>
              <Cell from="lg">{state}</Cell>
              <Cell from="lg">
                {aliases.length === 0 ? (
                  <span className="text-ink-3">—</span>
                ) : (
                  <span className="wrap-anywhere">
                    {aliases.map((alias) => alias.name).join(", ")}
                  </span>
                )}
              </Cell>
              <Cell from="sm" isNumber>
                {wholeNumber(prompts)}
              </Cell>
              <Cell isNumber>{wholeNumber(recent.get(id) ?? 0)}</Cell>
              {isAdmin && (
                <Cell isNumber>
                  <NameActions
                    entity={{ id, name, answers, prompts, suggestion }}
                    aliases={aliases}
                    state={state}
                  />
                </Cell>
              )}
            </Row>
          );
        })}
      </tbody>
    </Table>
  );
}
