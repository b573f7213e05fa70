import Link from "next/link";
import { Sparkline } from "@/app/ui/sparkline";
import { Cell, Row } from "@/app/ui/table";
import { Time } from "@/app/ui/time";
import { usd } from "@/lib/format/figures";
import { LINE_DAYS, type Question } from "@/lib/prompts/questions";
import { LeaderCell } from "./leader-cell";
import { OnOff } from "./on-off";
import { RowSelect } from "./selection";

/** How a link and the API name a question: by its slug, where no other one that is in sight bears it. */
const refOf = ({ id, slug, isAmbiguous }: Question) => (isAmbiguous ? String(id) : slug);

/** A question in the list. Under 640 px it takes two lines: what is asked, and who leads. */
export function QuestionRow({
  question,
  today,
  ...times
}: {
  question: Question;
  /** In UTC. */
  today: string;
  timeZone: string;
  now: Date;
}) {
  const { id, slug, active, standing, models, runs, frequency } = question;
  return (
    <Row isOff={!active}>
      <Cell>
        <RowSelect id={id} label={slug} />
      </Cell>
      <Cell>
        <Link
          href={`/questions/${encodeURIComponent(refOf(question))}`}
          className={`line-clamp-2 wrap-anywhere hover:underline ${active ? "font-medium text-ink" : ""}`}
        >
          {question.question}
        </Link>
        <span className="mt-1 block sm:hidden">
          <LeaderCell standing={standing} />
        </span>
      </Cell>
      <Cell from="sm">
        <span className="block w-48">
          <LeaderCell standing={standing} />
        </span>
      </Cell>
      <Cell>
        <OnOff id={id} slug={slug} active={active} />
      </Cell>
      <Cell from="lg">
        <Time at={question.nextRunAt} {...times} />
      </Cell>
      <Cell from="lg" isNumber>
        <Cost question={question} />
      </Cell>
      <Cell from="xl" isNumber>
        <span className="whitespace-nowrap">
          {models} × {runs}
        </span>
      </Cell>
      <Cell from="xl">{frequency}</Cell>
      <Cell from="xl">
        <Time at={question.lastRunAt} {...times} />
      </Cell>
      <Cell from="xl">
        {standing?.first && (
          <Sparkline
            shares={standing.line}
            range={{ to: today, days: LINE_DAYS }}
            label={`${standing.first.name}, share a day over ${LINE_DAYS} days, ${standing.line.length} of them with answers`}
          />
        )}
      </Cell>
    </Row>
  );
}

/** What it costs a month; a run, where it has no schedule; nothing while it is off. */
function Cost({ question: { active, costs } }: { question: Question }) {
  if (!active) return <>—</>;
  const { costUsdPerMonth, costUsdPerRound, unpriced } = costs;
  return (
    <span className="whitespace-nowrap">
      {costUsdPerMonth === null && costUsdPerRound !== null
        ? `${usd(costUsdPerRound)} a run`
        : usd(costUsdPerMonth)}
      {unpriced > 0 && (
        <span className="block text-caption text-ink-2">
          {costUsdPerRound === null ? "no price" : `${unpriced} without a price`}
        </span>
      )}
    </span>
  );
}
