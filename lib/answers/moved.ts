import { listAllQuestions } from "@/db/question-list-queries";
import type { DailyCounts } from "@/db/trend-queries";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import { addDays } from "./days";
import { readLastDays } from "./last-days";
import { ENOUGH_ANSWERS, type Interval, wilson } from "./statistics/share";
import { type Comparison, verdictsOf } from "./statistics/verdicts";
import { poolDays } from "./windows";

/** The days of one window; the other one is as long, right before. */
const WINDOW_DAYS = 7;

/**
 * Of each question so many names are compared: who takes the lead and who loses it, not all 20. The most
 * named ones of both windows together, which under no difference says nothing about the difference.
 */
const MOST_COMPARED = 2;

/** A question and its answers of some days. */
type PromptDays = DailyCounts & { promptId: number; slug: string; question: string };

export type MovedQuestion = {
  promptId: number;
  slug: string;
  question: string;
  entity: string;
  /** In how many of how many answers of the later window, and the 95 % interval of that share. */
  k: number;
  n: number;
  interval: Interval;
  /** The later share less the earlier one, and its 95 % interval; −1 to 1. */
  difference: number;
  differenceInterval: Interval;
};

/** How the questions fared; each of those that were asked in the last 7 days counts once. */
export type Moved = {
  /** The largest difference first. */
  moved: MovedQuestion[];
  withinNoise: number;
  notEnough: number;
  simulated: boolean;
};

/**
 * Which of the viewer's questions changed by more than noise at their top: the 7 days up to each one's
 * last answers against the 7 before, all questions corrected together (measuring.md, 10).
 */
export async function readMoved(sight: Sight, now: Date): Promise<Moved> {
  const today = now.toISOString().slice(0, 10);
  const oldestEnd = addDays(today, 1 - WINDOW_DAYS);
  const questions = await listAllQuestions(ownedBy(sight));
  const counted = await readLastDays(
    questions.map(({ id }) => id),
    addDays(oldestEnd, 1 - 2 * WINDOW_DAYS),
  );
  const countsOf = new Map(counted.map(({ promptId, ...counts }) => [promptId, counts]));
  const prompts = questions.flatMap(({ id, slug, question }): PromptDays[] => {
    const counts = countsOf.get(id);
    return counts ? [{ promptId: id, slug, question, ...counts }] : [];
  });
  return movedOf(prompts, oldestEnd);
}

/** The same of what was counted; `oldestEnd` is the day on or after which a question's last answers must be. */
function movedOf(prompts: readonly PromptDays[], oldestEnd: string): Moved {
  const asked = prompts.filter(({ days }) => (days.at(-1)?.day ?? "") >= oldestEnd);
  const compared = asked.map(compareTop);
  const verdicts = verdictsOf(compared.flatMap(({ comparisons }) => comparisons));
  const moved = compared.flatMap(({ prompt }): MovedQuestion[] => {
    const [first] = verdicts
      .filter(({ about, verdict }) => about.prompt === prompt && verdict === "differs")
      .sort((a, b) => b.about.to.k - a.about.to.k);
    if (!first || first.from === null || first.to === null) return [];
    const { promptId, slug, question } = prompt;
    const { entity, to } = first.about;
    return [
      {
        ...{ promptId, slug, question, entity, ...to },
        interval: wilson(to.k, to.n),
        difference: first.to - first.from,
        differenceInterval: { low: first.low ?? -1, high: first.high ?? 1 },
      },
    ];
  });
  const notEnough = compared.filter(({ hasEnough }) => !hasEnough).length;
  return {
    moved: moved.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference)),
    withinNoise: compared.length - notEnough - moved.length,
    notEnough,
    simulated: asked.some(({ simulated }) => simulated),
  };
}

type About = { prompt: PromptDays; entity: string; to: { k: number; n: number } };

/** A question's most named entities in its two windows, to be compared. */
function compareTop(prompt: PromptDays) {
  const pool = poolDays(prompt, WINDOW_DAYS);
  const last = prompt.days.at(-1)?.day ?? "";
  const [earlier, later] = [pool.before(last), pool.endingWith(last)];
  const comparisons = prompt.entities
    .map((entity) => {
      const count = pool.counterOf(entity);
      const [from, to] = [
        { k: count(earlier), n: earlier.n },
        { k: count(later), n: later.n },
      ];
      return { id: entity.id, about: { prompt, entity: entity.name, to }, from, to };
    })
    .sort((a, b) => b.from.k + b.to.k - a.from.k - a.to.k || a.id - b.id)
    .slice(0, MOST_COMPARED)
    .map(({ about, from, to }): Comparison<About> => ({ about, from, to }));
  const hasEnough = earlier.n >= ENOUGH_ANSWERS && later.n >= ENOUGH_ANSWERS;
  return { prompt, comparisons, hasEnough };
}
