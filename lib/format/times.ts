const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Whether a time zone's name is one that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const parts = (at: Date, timeZone: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", ...options }).format(at);

/** 14:03, or 14:03:20 with seconds. */
export function clock(at: Date, timeZone: string, withSeconds = false): string {
  const seconds = withSeconds ? { second: "2-digit" as const } : {};
  return parts(at, timeZone, { hour: "2-digit", minute: "2-digit", ...seconds });
}

/** 30 Jan 14:03; with the year where it isn't `now`'s. */
export function dateTime(at: Date, timeZone: string, now: Date): string {
  return `${dayLabel(at, timeZone, now)} ${clock(at, timeZone)}`;
}

/** A moment's day in a time zone, as 30 Jan; with the year where it isn't `now`'s. */
export function dayLabel(at: Date, timeZone: string, now: Date): string {
  const isThisYear =
    parts(at, timeZone, { year: "numeric" }) === parts(now, timeZone, { year: "numeric" });
  const year = isThisYear ? {} : { year: "numeric" as const };
  return parts(at, timeZone, { day: "numeric", month: "short", ...year });
}

/** How long ago or until then, under a day: "4 min ago", "in 2 h"; else the date and time. */
export function relativeTime(at: Date, timeZone: string, now: Date): string {
  const ms = now.getTime() - at.getTime();
  if (Math.abs(ms) >= DAY_MS) return dateTime(at, timeZone, now);
  const size = Math.abs(ms);
  if (size < 10 * SECOND_MS) return "just now";
  const text = duration(size);
  return ms > 0 ? `${text} ago` : `in ${text}`;
}

/** A length of time in its two largest units at most: 12 s, 4 min, 2 h 5 min, 3 days. */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) {
    const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
    return `${Math.floor(ms / HOUR_MS)} h${minutes > 0 ? ` ${minutes} min` : ""}`;
  }
  const days = Math.floor(ms / DAY_MS);
  return `${days} ${days === 1 ? "day" : "days"}`;
}

/** The same to the second, for what took a while: 12.7 s, 2 min 44 s. */
export function exactDuration(ms: number): string {
  const tenths = Math.round(ms / (SECOND_MS / 10));
  if (tenths < 600) return `${tenths / 10} s`;
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds >= HOUR_MS / SECOND_MS) return duration(seconds * SECOND_MS);
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest > 0 ? ` ${rest} s` : ""}`;
}

/** A UTC day (YYYY-MM-DD) as 30 Jan; with the year where it isn't `now`'s. */
export function utcDayLabel(day: string, now: Date): string {
  const at = new Date(`${day}T00:00:00Z`);
  const year =
    day.slice(0, 4) === now.toISOString().slice(0, 4) ? {} : { year: "numeric" as const };
  return parts(at, "UTC", { day: "numeric", month: "short", ...year });
}

/** 14:03 where it is the same day as `now`, else 30 Jan 14:03. */
export function clockOrDate(at: Date, timeZone: string, now: Date): string {
  const options = { year: "numeric", month: "numeric", day: "numeric" } as const;
  const isSameDay = parts(at, timeZone, options) === parts(now, timeZone, options);
  return isSameDay ? clock(at, timeZone) : dateTime(at, timeZone, now);
}
