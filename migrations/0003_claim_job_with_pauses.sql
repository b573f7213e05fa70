-- What a queued job waits for: the first that holds, 'dispatch' where nothing holds it back, null
-- where it is scheduled for later and was never tried. The claim asks it under its lock, and so
-- strictly; status asks it to tell people, so both always say the same.
CREATE FUNCTION waiting_reason(
  p_job_id bigint,
  p_model_id bigint,
  p_owner_id text,
  p_scheduled_for timestamptz,
  p_claim_count integer,
  p_max_jobs integer,
  p_max_jobs_per_owner integer
) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    -- A circuit lets its probe through; nothing gets past a pause by hand.
    WHEN EXISTS (
      SELECT FROM pauses p
      WHERE (p.provider IS NULL AND p.model_id IS NULL OR p.provider = m.provider OR p.model_id = m.id)
        AND p.probe_job_id IS DISTINCT FROM p_job_id
    ) THEN 'paused'
    WHEN p_scheduled_for > clock_timestamp() THEN CASE WHEN p_claim_count > 0 THEN 'backoff' END
    WHEN m.rate_limited_until > clock_timestamp() THEN 'rate_limit'
    WHEN m.requests_per_minute IS NOT NULL AND m.requests_per_minute <= (
      SELECT count(*) FROM model_claims c
      WHERE c.model_id = m.id AND c.claimed_at > clock_timestamp() - interval '60 seconds'
    ) THEN 'rate_limit'
    ELSE (
      SELECT CASE
        WHEN of_model >= m.max_concurrency THEN 'model_limit'
        WHEN p_owner_id IS NOT NULL AND of_owner >= p_max_jobs_per_owner THEN 'user_limit'
        WHEN of_all >= p_max_jobs THEN 'global_limit'
        ELSE 'dispatch'
      END
      FROM (
        SELECT count(*) FILTER (WHERE j.model_id = p_model_id) AS of_model,
          count(*) FILTER (WHERE j.owner_id = p_owner_id) AS of_owner,
          count(*) AS of_all
        FROM prompt_jobs j WHERE j.status = 'processing'
      ) in_use
    )
  END
  FROM models m WHERE m.id = p_model_id
$$;
--> statement-breakpoint
-- Claims one queued job, or says why not, in one round trip.
--
-- Limits are strict because claims take turns: pg_advisory_xact_lock is held until this statement
-- commits, and under READ COMMITTED each statement of a function sees what was committed before
-- it began, so what is counted below includes every claim that came before. (A count inside the
-- UPDATE is not enough: each statement counts on its own snapshot, and 8 got through a limit of 5.)
-- The lock is transactional, so it works behind a transaction pooler and a crash leaks nothing.
--
-- outcome: claimed      the job is ours, under the caller's token (also when it was already: the
--                       reply of an earlier try was lost)
--          not_queued   somebody else has it, or it is final: job.status tells
--          waiting      waiting_for tells what for; null: it is scheduled for later
--          skipped      its prompt or model is off; job.error_code tells which
-- No row: there is no such job.
CREATE OR REPLACE FUNCTION claim_job(
  p_job_id bigint,
  p_claim_token uuid,
  p_lease_seconds integer,
  p_max_jobs integer,
  p_max_jobs_per_owner integer
) RETURNS TABLE (outcome text, waiting_for text, job prompt_jobs)
LANGUAGE plpgsql AS $$
DECLARE
  prompt prompts;
  model models;
  skip_code text;
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
  IF skip_code IS NOT NULL THEN
    UPDATE prompt_jobs SET
      status = 'skipped', version = prompt_jobs.version + 1, error_code = skip_code,
      error_message = CASE skip_code
        WHEN 'prompt_inactive' THEN 'Its prompt is switched off or deleted'
        ELSE 'Its model is switched off' END,
      finished_at = clock_timestamp()
    WHERE id = p_job_id AND status = 'queued'
    RETURNING * INTO job;
    outcome := 'skipped';
  ELSE
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
  END IF;

  -- Between the look and the UPDATE somebody else moved it.
  IF job.id IS NULL THEN
    SELECT * INTO job FROM prompt_jobs WHERE id = p_job_id;
    outcome := 'not_queued';
  END IF;
  RETURN NEXT;
END;
$$;
