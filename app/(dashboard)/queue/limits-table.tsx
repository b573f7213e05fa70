import type { Provider } from "@/db/schema";
import { wholeNumber } from "@/lib/format/figures";
import { Meter } from "../../ui/meter";
import { SimulatedTag } from "../../ui/simulated-tag";
import { Cell, Head, Row, Table } from "../../ui/table";

type Limit = { key: string; inUse: number; capacity: number | null; waiting: number };
type Model = { id: number; provider: Provider; name: string; label: string };
type Names = {
  models: readonly Model[];
  members: readonly { id: string; name: string }[];
  /** Who looks. */
  self: string;
};

/** How much of each limit is in use, and how many jobs wait for nothing else. */
export function LimitsTable({ limits, ...names }: Names & { limits: readonly Limit[] }) {
  return (
    <section className="mb-8">
      <h2 className="mb-2 font-semibold">Limits</h2>
      <Table caption="Limits in use">
        <thead>
          <tr>
            <Head>Limit</Head>
            <Head>In use</Head>
            <Head isNumber>Wait for it</Head>
          </tr>
        </thead>
        <tbody>
          {limits.map(({ key, inUse, capacity, waiting }) => (
            <Row key={key}>
              <Cell>
                <LimitName limit={key} {...names} />
              </Cell>
              <Cell>
                <span className="flex items-center gap-3">
                  <span className="w-20 whitespace-nowrap tabular-nums">
                    {wholeNumber(inUse)} of {wholeNumber(capacity ?? 0)}
                  </span>
                  <span className="w-full max-w-40 max-sm:hidden">
                    <Meter share={capacity ? inUse / capacity : 0} size={6} />
                  </span>
                </span>
              </Cell>
              <Cell isNumber>{waiting === 0 ? "—" : wholeNumber(waiting)}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </section>
  );
}

function LimitName({ limit, models, members, self }: Names & { limit: string }) {
  if (limit === "global") return "All jobs";
  const id = limit.slice(limit.indexOf(":") + 1);
  if (limit.startsWith("owner:")) {
    if (id === self) return "You";
    const member = members.find((one) => one.id === id);
    return (
      <span className="wrap-anywhere">{member?.name ?? "Somebody whose account is gone"}</span>
    );
  }
  const model = models.find((one) => `${one.id}` === id);
  if (!model) return `Model ${id}`;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <span className="font-mono text-caption wrap-anywhere">{model.name}</span>
      {model.label !== "" && <span className="text-ink-2 wrap-anywhere">{model.label}</span>}
      {model.provider === "simulated" && <SimulatedTag />}
    </span>
  );
}
