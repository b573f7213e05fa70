import type { DayRange } from "@/db/answer-segments";
import { validationError } from "@/lib/errors";

const DAY_MS = 86_400_000;

/** Days of a range without dates. */
const USUAL_DAYS = 30;

/** A little over three years: what one call reads and sends stays within a few MB. */
const MOST_DAYS = 1_100;

const toDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** In: a day as YYYY-MM-DD. Out: the one so many days later. */
export function addDays(day: string, days: number): string {
  return toDay(Date.parse(day) + days * DAY_MS);
}

/** In: what may be a day. Out: whether it is one of the calendar, from 1970 on, as YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^(19[7-9]|2\d\d)\d-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && toDay(ms) === text;
}

type Given = { from?: string | undefined; to?: string | undefined };

/**
 * The days that a caller means, both included, in UTC: up to today and 30 of them, where it doesn't
 * say. Throws ValidationError where they run backwards or are too many.
 */
export function dayRange(given: Given): DayRange {
  const to = given.to ?? toDay(Date.now());
  const from = given.from ?? addDays(to, 1 - USUAL_DAYS);
  refuseBackwards(from, to, given.to === undefined ? ", today in UTC" : "");
  if (addDays(from, MOST_DAYS - 1) < to) {
    const message = `must be at most ${MOST_DAYS - 1} days before to: ask for the years one by one`;
    throw validationError([{ path: "from", message }]);
  }
  return { from, to };
}

/** The same where a side that isn't given is open (null). Throws ValidationError where they run backwards. */
export function openDayRange({ from = "", to = "" }: Given) {
  if (to !== "") refuseBackwards(from, to);
  return { from: from || null, to: to || null };
}

function refuseBackwards(from: string, to: string, which = ""): void {
  if (from <= to) return;
  throw validationError([{ path: "from", message: `must not be after to (${to}${which})` }]);
}
