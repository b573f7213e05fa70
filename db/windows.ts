import { type SQL, sql } from "drizzle-orm";

/**
 * The calendar window that holds `instant`, as SQL over a `prompts` row named `p`: the batch key of
 * the jobs enqueued in it (contract.md, "Due"). UTC; weeks are ISO weeks. Null for `manual`.
 * Reckoned by the database, so that every instance agrees whatever its own clock says.
 */
export function windowKey(instant: SQL): SQL {
  const utc = sql`(${instant} at time zone 'UTC')`;
  return sql`case p.frequency
    when 'hourly' then to_char(${utc}, 'YYYY-MM-DD"T"HH24')
    when 'daily' then to_char(${utc}, 'YYYY-MM-DD')
    when 'weekly' then to_char(${utc}, 'IYYY-"W"IW')
    when 'monthly' then to_char(${utc}, 'YYYY-MM')
    when 'once' then 'once-' || p.id
  end`;
}

/**
 * True where window `key` comes after window `last` (null: there was none), as SQL. Keys of one
 * frequency sort by time. One that is older than the last is not due: a cron that began just before
 * midnight may read what another one wrote just after it. Keys of another frequency are always new.
 */
export function isLaterWindow(key: SQL, last: SQL): SQL {
  const shape = (window: SQL) => sql`regexp_replace(${window}, '\\d', '0', 'g')`;
  return sql`(${last} is null or ${shape(last)} <> ${shape(key)} or ${last} < ${key})`;
}

/**
 * When a `prompts` row named `p` is asked next, as SQL: the start of this window while it has not
 * been enqueued, else of the next one; null where no cron will ask it.
 */
export function nextRunAt(): SQL {
  const unit = sql`case p.frequency
    when 'hourly' then 'hour' when 'daily' then 'day' when 'weekly' then 'week' when 'monthly' then 'month'
  end`;
  const start = sql`date_trunc(${unit}, now(), 'UTC')`;
  return sql`case
    when not p.active or p.frequency = 'manual' then null
    when ${isLaterWindow(windowKey(sql`now()`), sql`p.last_window`)} then coalesce(${start}, p.created_at)
    else (${start} at time zone 'UTC' + ('1 ' || ${unit})::interval) at time zone 'UTC'
  end`;
}
