import { Cell, Head, Row, Table } from "@/app/ui/table";
import { counted, wholeNumber } from "@/lib/format/figures";
import { faultyRows, type ImportFault } from "@/lib/prompts/import-faults";

/** Why nothing of a file was imported, line by line. */
export function ImportFaults({ rows, faults }: { rows: number; faults: readonly ImportFault[] }) {
  const faulty = faultyRows(faults);
  // More than are named are counted in a fault without a line.
  const isMore = faulty > 0 && faults.some(({ line }) => line === null);
  return (
    <>
      <h2 className="mb-2 font-semibold text-body">
        {faulty === 0 || faulty > rows
          ? "Nothing was imported."
          : `Nothing was imported: ${isMore ? "at least " : ""}${wholeNumber(faulty)} of ${counted(rows, "row")} ${faulty === 1 && !isMore ? "has" : "have"} errors.`}
      </h2>
      <Table caption="Errors in the file">
        <thead>
          <tr>
            <Head isNumber>Line</Head>
            <Head>Column</Head>
            <Head>Problem</Head>
          </tr>
        </thead>
        <tbody>
          {faults.map(({ line, column, problem }) => (
            <Row key={`${line}.${column}.${problem}`}>
              <Cell isNumber>{line ?? ""}</Cell>
              <Cell>
                <span className="font-mono text-caption">{column}</span>
              </Cell>
              <Cell>
                <span className="wrap-anywhere">{problem}</span>
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </>
  );
}
