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
    when p.last_window is distinct from ${windowKey(sql`now()`)} then coalesce(${start}, p.created_at)
    else (${start} at time zone 'UTC' + ('1 ' || ${unit})::interval) at time zone 'UTC'
  end`;
}
