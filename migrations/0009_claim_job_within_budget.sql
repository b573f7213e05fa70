-- What one call of a model is expected to cost, in US dollars, to 8 decimals: the mean of its last 20
-- calls whose cost is known; before there are 5, what the question's characters and the longest answer
-- would cost. Null: it has no price. Simulated models cost nothing.
CREATE FUNCTION estimated_call_usd(model models, question text) RETURNS numeric
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN model.provider = 'simulated' THEN 0
    ELSE round(CASE
      WHEN recent.calls >= 5 THEN recent.mean_usd
      ELSE (ceil(length(question) / 4.0) * model.input_usd_per_million
        + model.max_output_tokens * model.output_usd_per_million) / 1000000
    END, 8)
  END
  FROM (
    SELECT count(*) AS calls, avg(cost_usd) AS mean_usd FROM (
      SELECT a.cost_usd FROM job_attempts a
      WHERE a.model_id = model.id AND a.cost_usd IS NOT NULL
      ORDER BY a.finished_at DESC LIMIT 20
    ) last_calls
  ) recent
$$;
--> statement-breakpoint
-- Adds what is settled to daily_costs, and what never will be: the lease of a call of the day before
-- yesterday is long over. Each row is added once, however many fold at the same time.
CREATE FUNCTION fold_call_costs() RETURNS void
LANGUAGE sql AS $$
  WITH folded AS (
    DELETE FROM call_costs WHERE claim_token IN (
      SELECT claim_token FROM call_costs
      WHERE settled OR day < (clock_timestamp() AT TIME ZONE 'utc')::date - 1
      FOR UPDATE SKIP LOCKED
    )
    RETURNING *
  )
  INSERT INTO daily_costs (day, prompt_id, model_id, owner_id, usd, unpriced_calls)
  SELECT day, prompt_id, model_id, min(owner_id), coalesce(sum(usd), 0), count(*) FILTER (WHERE usd IS NULL)
  FROM folded GROUP BY day, prompt_id, model_id
  -- In one order, so that no two folds deadlock over their rows.
  ORDER BY day, prompt_id, model_id
  ON CONFLICT (day, prompt_id, model_id) DO UPDATE SET
    usd = daily_costs.usd + excluded.usd,
    unpriced_calls = daily_costs.unpriced_calls + excluded.unpriced_calls
$$;
--> statement-breakpoint
DROP FUNCTION claim_job(bigint, uuid, integer, integer, integer);
--> statement-breakpoint
-- Claims one queued job, or says why not, in one round trip. The last parameter has a default, so that
-- an app from before the budget goes on while it is replaced.
--
-- Limits and the budget are strict because claims take turns: pg_advisory_xact_lock is held until this
-- statement commits, and under READ COMMITTED each statement of a function sees what was committed
-- before it began, so what is counted below includes every claim that came before. (A count inside the
-- UPDATE is not enough: each statement counts on its own snapshot, and 8 got through a limit of 5.)
-- The lock is transactional, so it works behind a transaction pooler and a crash leaks nothing.
--
-- outcome: claimed      the job is ours, under the caller's token (also when it was already: the
--                       reply of an earlier try was lost); with a budget, its estimate is reserved
--          not_queued   somebody else has it, or it is final: job.status tells
--          waiting      waiting_for tells what for; null: it is scheduled for later
--          skipped      its prompt or model is off, or it would pass the budget: job.error_code tells
-- No row: there is no such job.
CREATE FUNCTION claim_job(
  p_job_id bigint,
  p_claim_token uuid,
  p_lease_seconds integer,
  p_max_jobs integer,
  p_max_jobs_per_owner integer,
  p_daily_budget_usd numeric DEFAULT NULL
) RETURNS TABLE (outcome text, waiting_for text, job prompt_jobs)
LANGUAGE plpgsql AS $$
DECLARE
  prompt prompts;
  model models;
  skip_code text;
  today date;
  estimate numeric;
  spent numeric;
  settled_calls bigint;
BEGIN
  SELECT * INTO job FROM prompt_jobs WHERE id = p_job_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF job.status <> 'queued' THEN
    outcome := CASE WHEN job.claim_token = p_claim_token THEN 'claimed' ELSE 'not_queued' END;
    RETURN NEXT;
    RETURN;
  END IF;

  SELECT * INTO prompt FROM prompts WHERE id = job.prompt_id;
  SELECT * INTO model FROM models WHERE id = job.model_id;
  skip_code := CASE
    WHEN prompt.id IS NULL OR prompt.deleted_at IS NOT NULL OR NOT prompt.active THEN 'prompt_inactive'
    WHEN model.id IS NULL OR NOT model.active THEN 'model_inactive'
  END;
  IF skip_code IS NULL THEN
    IF p_daily_budget_usd IS NOT NULL AND model.provider <> 'simulated' THEN
      estimate := estimated_call_usd(model, prompt.question);
    END IF;

    PERFORM pg_advisory_xact_lock(7301, 1);
    -- While this claim waited for its turn somebody may have moved the job: an earlier try of this
    -- very claim too, which holds a place already.
    SELECT * INTO job FROM prompt_jobs WHERE id = p_job_id;
    IF job.status IS DISTINCT FROM 'queued' THEN
      outcome := CASE WHEN job.claim_token = p_claim_token THEN 'claimed' ELSE 'not_queued' END;
      RETURN NEXT;
      RETURN;
    END IF;

    waiting_for := waiting_reason(job.id, job.model_id, job.owner_id, job.scheduled_for,
      job.claim_count, p_max_jobs, p_max_jobs_per_owner);
    IF waiting_for IS DISTINCT FROM 'dispatch' THEN
      outcome := 'waiting';
      RETURN NEXT;
      RETURN;
    END IF;
    waiting_for := NULL;

    IF p_daily_budget_usd IS NOT NULL AND model.provider <> 'simulated' THEN
      today := (clock_timestamp() AT TIME ZONE 'utc')::date;
      SELECT coalesce(sum(usd), 0), count(*) FILTER (WHERE settled) INTO spent, settled_calls FROM (
        SELECT usd, false AS settled FROM daily_costs WHERE day = today
        UNION ALL
        SELECT usd, settled FROM call_costs WHERE day = today
      ) of_today;
      skip_code := CASE
        WHEN estimate IS NULL THEN 'unpriced'
        WHEN estimate > 0 AND spent + estimate > p_daily_budget_usd THEN 'budget_exceeded'
      END;
      -- Sweeps fold too; between two of them no claim should have thousands to add up.
      IF settled_calls >= 200 THEN
        PERFORM fold_call_costs();
      END IF;
    END IF;
  END IF;

  IF skip_code IS NOT NULL THEN
    UPDATE prompt_jobs SET
      status = 'skipped', version = prompt_jobs.version + 1, error_code = skip_code,
      error_message = CASE skip_code
        WHEN 'prompt_inactive' THEN 'Its prompt is switched off or deleted'
        WHEN 'model_inactive' THEN 'Its model is switched off'
        WHEN 'unpriced' THEN
          'Its model has no price, so nobody can tell if it keeps within the budget (DAILY_BUDGET_USD)'
        ELSE format('It would pass today''s budget of $%s (DAILY_BUDGET_USD)', p_daily_budget_usd) END,
      finished_at = clock_timestamp()
    WHERE id = p_job_id AND status = 'queued'
    RETURNING * INTO job;
    outcome := 'skipped';
  ELSE
    UPDATE prompt_jobs SET
      status = 'processing', version = prompt_jobs.version + 1,
      claim_token = p_claim_token,
      lease_expires_at = clock_timestamp() + make_interval(secs => p_lease_seconds),
      started_at = clock_timestamp(),
      attempt_count = attempt_count + 1, claim_count = claim_count + 1
    WHERE id = p_job_id AND status = 'queued' AND scheduled_for <= clock_timestamp()
    RETURNING * INTO job;
    outcome := 'claimed';
    IF job.id IS NOT NULL AND model.requests_per_minute IS NOT NULL THEN
      INSERT INTO model_claims (model_id, claimed_at) VALUES (model.id, clock_timestamp());
    END IF;
    IF job.id IS NOT NULL AND estimate IS NOT NULL THEN
      INSERT INTO call_costs (claim_token, day, prompt_id, model_id, owner_id, usd, settled)
      VALUES (p_claim_token, today, job.prompt_id, job.model_id, job.owner_id, estimate, false);
    END IF;
  END IF;

  -- Between the look and the UPDATE somebody else moved it.
  IF job.id IS NULL THEN
    SELECT * INTO job FROM prompt_jobs WHERE id = p_job_id;
    outcome := 'not_queued';
  END IF;
  RETURN NEXT;
END;
$$;
