-- Claims one queued job, or says why not, in one round trip.
--
-- Limits are strict because claims take turns: pg_advisory_xact_lock is held until this statement
-- commits, and under READ COMMITTED each statement of a function sees what was committed before
-- it began, so the count below sees every claim that came before. (A count inside the UPDATE is
-- not enough: each statement counts on its own snapshot, and 8 got through a limit of 5.) The
-- lock is transactional, so it works behind a transaction pooler and a crash leaks nothing.
--
-- outcome: claimed      the job is ours, under the caller's token (also when it was already: the
--                       reply of an earlier try was lost)
--          not_queued   somebody else has it, or it is final: job.status tells
--          waiting      waiting_for tells what for; null: it is scheduled for later
--          skipped      its prompt or model is off; job.error_code tells which
-- No row: there is no such job.
CREATE FUNCTION claim_job(
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
  model_in_use integer;
  owner_in_use integer;
  all_in_use integer;
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
  ELSIF job.scheduled_for > clock_timestamp() THEN
    outcome := 'waiting';
    waiting_for := CASE WHEN job.claim_count > 0 THEN 'backoff' END;
    RETURN NEXT;
    RETURN;
  ELSE
    PERFORM pg_advisory_xact_lock(7301, 1);

    SELECT count(*) FILTER (WHERE j.model_id = job.model_id),
           count(*) FILTER (WHERE j.owner_id = job.owner_id),
           count(*)
    INTO model_in_use, owner_in_use, all_in_use
    FROM prompt_jobs j WHERE j.status = 'processing';
    waiting_for := CASE
      WHEN model_in_use >= model.max_concurrency THEN 'model_limit'
      WHEN job.owner_id IS NOT NULL AND owner_in_use >= p_max_jobs_per_owner THEN 'user_limit'
      WHEN all_in_use >= p_max_jobs THEN 'global_limit'
    END;
    IF waiting_for IS NOT NULL THEN
      outcome := 'waiting';
      RETURN NEXT;
      RETURN;
    END IF;

    UPDATE prompt_jobs SET
      status = 'processing', version = prompt_jobs.version + 1,
      claim_token = p_claim_token,
      lease_expires_at = clock_timestamp() + make_interval(secs => p_lease_seconds),
      started_at = clock_timestamp(),
      attempt_count = attempt_count + 1, claim_count = claim_count + 1
    WHERE id = p_job_id AND status = 'queued' AND scheduled_for <= clock_timestamp()
    RETURNING * INTO job;
    outcome := 'claimed';
  END IF;

  -- Between the look and the UPDATE somebody else moved it.
  IF job.id IS NULL THEN
    SELECT * INTO job FROM prompt_jobs WHERE id = p_job_id;
    outcome := 'not_queued';
  END IF;
  RETURN NEXT;
END;
$$;
