import type { EntityView } from "@/db/entity-queries";
import { Head, Table } from "../../ui/table";
import { UnmappedRow } from "./unmapped-row";

/** Names that wait for somebody to say what they are. */
export function UnmappedTable({ entities }: { entities: readonly EntityView[] }) {
  return (
    <Table caption="Unmapped names">
      <thead>
        <tr>
          <Head>Name</Head>
          <Head from="sm" isNumber>
            Answers
          </Head>
          <Head from="sm" isNumber>
            Questions
          </Head>
          <Head from="lg">Most alike</Head>
          <Head>
            <span className="sr-only">What can be done</span>
          </Head>
        </tr>
      </thead>
      <tbody>
        {entities.map(({ id, name, answers, prompts, suggestion }) => (
          <UnmappedRow key={id} entity={{ id, name, answers, prompts, suggestion }} />
        ))}
      </tbody>
    </Table>
  );
}
