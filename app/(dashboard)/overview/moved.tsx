import Link from "next/link";
import type { Moved, MovedQuestion } from "@/lib/answers/moved";
import { counted, points, wholeNumber } from "@/lib/format/figures";
import { Share } from "../../ui/share";
import { SimulatedNote } from "../../ui/simulated-tag";
import { Whisker } from "../../ui/whisker";

/** More than these are a list to go through, and that is the questions' own. */
const MOST_SHOWN = 6;

/** The questions whose leaders changed by more than noise; else how many there are of which nothing can be said. */
export function MovedQuestions({ moved, withinNoise, notEnough, simulated }: Moved) {
  if (moved.length + withinNoise + notEnough === 0) {
    return <p className="text-ink-2 text-small">No question was answered in the last 7 days.</p>;
  }
  const others = [
    withinNoise > 0 && `${counted(withinNoise, "question")} ${are(withinNoise)} within noise`,
    notEnough > 0 &&
      `${withinNoise > 0 ? wholeNumber(notEnough) : counted(notEnough, "question")} ${notEnough === 1 ? "has" : "have"} too few answers`,
  ]
    .filter(Boolean)
    .join(", ");
  if (moved.length === 0) {
    return (
      <>
        <p className="mb-2 text-ink-2 text-small">Nothing moved. {others}.</p>
        {simulated && <SimulatedNote />}
      </>
    );
  }
  return (
    <>
      <ul>
        {moved.slice(0, MOST_SHOWN).map((question) => (
          <Row key={question.promptId} question={question} />
        ))}
      </ul>
      <p className="mt-2 text-caption text-ink-2">
        {moved.length > MOST_SHOWN && (
          <>
            <Link href="/questions" className="underline underline-offset-2">
              {counted(moved.length - MOST_SHOWN, "more question")}
            </Link>{" "}
            moved.{" "}
          </>
        )}
        Leaders that changed by more than noise, 7 days against the 7 before.
        {others && ` ${others}.`}
      </p>
      {simulated && <SimulatedNote />}
    </>
  );
}

const are = (n: number) => (n === 1 ? "is" : "are");

function Row({ question: moved }: { question: MovedQuestion }) {
  const { slug, promptId, question, entity, k, n, interval, difference } = moved;
  const { low, high } = moved.differenceInterval;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_88px_auto] items-center gap-x-4 border-b py-2 text-small">
      <div className="min-w-0">
        <Link
          href={`/questions/${promptId}`}
          className="block min-h-6 font-medium underline-offset-2 wrap-anywhere hover:underline"
          title={slug}
        >
          {question}
        </Link>
        <p className="wrap-anywhere">
          {entity} <Share k={k} n={n} />
        </p>
      </div>
      <Whisker interval={{ share: k / n, ...interval, enough: true }} color="var(--series-1)" />
      <p className="text-right tabular-nums">
        {points(difference)}
        <span className="block text-caption text-ink-2">
          <span className="sr-only">95% interval </span>
          {signed(low)} to {signed(high)}
        </span>
      </p>
    </li>
  );
}

const signed = (difference: number) => points(difference).replace(/ points?$/, "");
