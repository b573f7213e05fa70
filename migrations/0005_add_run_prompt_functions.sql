-- A prompt's jobs under one batch key are a set. Which sets an answer is read from:
-- newest_key   the newest set, if it belongs to the present window (db/windows.ts) of the prompt, and
--              no job of it was last claimed before the question changed: such a one answered another
--              question. The window of 'manual' and 'once' never ends
-- active_key   the newest set that is still in flight, of whatever window
CREATE FUNCTION asked_sets(p_prompt_id bigint) RETURNS TABLE (newest_key text, active_key text)
LANGUAGE sql STABLE AS $$
  SELECT
    (SELECT newest.batch_key
     FROM (SELECT j.batch_key, j.created_at FROM prompt_jobs j
           WHERE j.prompt_id = p.id ORDER BY j.id DESC LIMIT 1) newest
     WHERE newest.created_at >= coalesce(
         date_trunc(CASE p.frequency WHEN 'hourly' THEN 'hour' WHEN 'daily' THEN 'day'
           WHEN 'weekly' THEN 'week' WHEN 'monthly' THEN 'month' END, clock_timestamp(), 'UTC'),
         '-infinity')
       AND NOT EXISTS (SELECT FROM prompt_jobs j WHERE j.prompt_id = p.id
         AND j.batch_key = newest.batch_key AND j.started_at < p.question_changed_at)),
    (SELECT j.batch_key FROM prompt_jobs j
     WHERE j.prompt_id = p.id AND j.status IN ('queued', 'processing')
     ORDER BY j.id DESC LIMIT 1)
  FROM prompts p WHERE p.id = p_prompt_id
$$;
--> statement-breakpoint
-- Runs a prompt now: joins the active set of the same models and runs whole, else makes one.
--
-- Calls at once take turns at the prompt's row, which the cron takes too, and under READ COMMITTED
-- each statement of a function sees what was committed before it began: so whoever comes second sees
-- the first one's set. (One statement with the lock inside would look with the snapshot from before
-- it waited, and make a second set.) The lock ends with the call, behind a transaction pooler too.
--
-- p_batch_key is the caller's, like a claim's token: a call that is repeated because its reply was
-- lost finds its own set. p_model_ids, p_runs: null for the prompt's own. p_unless_asked: make
-- nothing where asked_sets has a set. p_caller_id null is the operator, p_jobs_per_hour null no limit.
--
-- Gives one object, by its outcome:
--   ran { batchKey, created, joined, jobs: [{ jobId, modelId, runIndex, status }] }
--   asked_already, prompt_not_found, prompt_inactive, no_active_model, other_request
--   model_not_found, model_inactive { modelId }
--   rate_limited { jobs, retryAfterSeconds }
CREATE FUNCTION run_prompt(
  p_prompt_id bigint,
  p_batch_key text,
  p_force boolean,
  p_unless_asked boolean,
  p_model_ids bigint[],
  p_runs integer,
  p_caller_id text,
  p_idempotency_key text,
  p_request jsonb,
  p_priority integer,
  p_max_attempts integer,
  p_jobs_per_hour integer
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  prompt prompts;
  earlier run_requests;
  wrong bigint;
  wanted_models bigint[] := p_model_ids;
  wanted_runs integer;
  wanted_jobs integer;
  set_key text;
  made integer;
  is_repeated boolean;
  retry_after_seconds integer;
  result jsonb;
BEGIN
  SELECT * INTO prompt FROM prompts
  WHERE id = p_prompt_id AND deleted_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN jsonb_build_object('outcome', 'prompt_not_found');
  END IF;
  SELECT id INTO wrong FROM unnest(p_model_ids) id WHERE id NOT IN (SELECT m.id FROM models m) LIMIT 1;
  IF FOUND THEN
    RETURN jsonb_build_object('outcome', 'model_not_found', 'modelId', wrong);
  END IF;

  SELECT * INTO earlier FROM run_requests
  WHERE coalesce(caller_id, '') = coalesce(p_caller_id, '') AND prompt_id = p_prompt_id
    AND idempotency_key = p_idempotency_key;
  IF earlier.created_at > clock_timestamp() - interval '24 hours' THEN
    IF earlier.request <> p_request THEN
      RETURN jsonb_build_object('outcome', 'other_request');
    END IF;
    RETURN earlier.reply;
  END IF;

  SELECT count(*) INTO made FROM prompt_jobs
  WHERE prompt_id = p_prompt_id AND batch_key = p_batch_key;
  is_repeated := made > 0;
  IF is_repeated THEN
    set_key := p_batch_key;
  ELSE
    IF p_unless_asked AND EXISTS (
      SELECT FROM asked_sets(p_prompt_id) WHERE coalesce(newest_key, active_key) IS NOT NULL
    ) THEN
      RETURN jsonb_build_object('outcome', 'asked_already');
    END IF;
    IF NOT prompt.active THEN
      RETURN jsonb_build_object('outcome', 'prompt_inactive');
    END IF;
    SELECT m.id INTO wrong FROM models m WHERE m.id = ANY(p_model_ids) AND NOT m.active LIMIT 1;
    IF FOUND THEN
      RETURN jsonb_build_object('outcome', 'model_inactive', 'modelId', wrong);
    END IF;
    IF p_model_ids IS NULL THEN
      SELECT array_agg(m.id) INTO wanted_models
      FROM prompt_models pm JOIN models m ON m.id = pm.model_id
      WHERE pm.prompt_id = p_prompt_id AND m.active;
    END IF;
    IF wanted_models IS NULL THEN
      RETURN jsonb_build_object('outcome', 'no_active_model');
    END IF;
    wanted_runs := coalesce(p_runs, prompt.runs);
    wanted_jobs := cardinality(wanted_models) * wanted_runs;

    IF NOT p_force THEN
      -- Its jobs are unique by model and run, so as many as wanted, all of them wanted, is the same set.
      SELECT active.batch_key INTO set_key
      FROM (
        SELECT batch_key, max(id) AS newest FROM prompt_jobs
        WHERE prompt_id = p_prompt_id AND status IN ('queued', 'processing') GROUP BY batch_key
      ) active
      CROSS JOIN LATERAL (
        SELECT count(*) AS jobs,
          coalesce(bool_or(j.started_at < prompt.question_changed_at), false) AS is_of_older_question,
          count(*) FILTER (WHERE j.model_id = ANY(wanted_models) AND j.run_index < wanted_runs)
            AS wanted
        FROM prompt_jobs j WHERE j.prompt_id = p_prompt_id AND j.batch_key = active.batch_key
      ) s
      WHERE s.jobs = wanted_jobs AND s.wanted = wanted_jobs
        AND NOT s.is_of_older_question
      ORDER BY active.newest DESC LIMIT 1;
    END IF;

    IF set_key IS NOT NULL THEN
      -- Somebody asks for it now: it goes before what is only scheduled. In order of id, as a cancel.
      WITH held AS (
        SELECT id FROM prompt_jobs
        WHERE prompt_id = p_prompt_id AND batch_key = set_key AND status = 'queued'
          AND priority < p_priority
        ORDER BY id FOR NO KEY UPDATE
      )
      UPDATE prompt_jobs j SET priority = p_priority, version = j.version + 1
      FROM held WHERE j.id = held.id;
    ELSE
      IF p_jobs_per_hour IS NOT NULL THEN
        -- One caller's calls take turns, whichever prompts they run. Always after the prompt's row.
        PERFORM pg_advisory_xact_lock(7302, hashtext(p_caller_id));
        -- How long until enough of what was made in the last hour is older than that.
        WITH used AS (
          SELECT created_at, jobs_created,
            sum(jobs_created) OVER (ORDER BY created_at DESC, id DESC) AS since
          FROM run_requests
          WHERE caller_id = p_caller_id AND created_at > clock_timestamp() - interval '1 hour'
        )
        SELECT CASE WHEN wanted_jobs > p_jobs_per_hour THEN 3600 ELSE greatest(1, ceil(extract(epoch
          FROM max(created_at) + interval '1 hour' - clock_timestamp()))) END
        INTO retry_after_seconds
        FROM used WHERE since + wanted_jobs > p_jobs_per_hour AND jobs_created > 0
        HAVING count(*) > 0 OR wanted_jobs > p_jobs_per_hour;
        IF FOUND THEN
          RETURN jsonb_build_object('outcome', 'rate_limited', 'jobs', wanted_jobs,
            'retryAfterSeconds', retry_after_seconds);
        END IF;
      END IF;
      set_key := p_batch_key;
      INSERT INTO prompt_jobs
        (prompt_id, model_id, run_index, batch_key, owner_id, priority, max_attempts, created_at, scheduled_for)
      SELECT p_prompt_id, model_id, run_index, p_batch_key, prompt.owner_id, p_priority, p_max_attempts,
        clock_timestamp(), clock_timestamp()
      FROM unnest(wanted_models) model_id, generate_series(0, wanted_runs - 1) run_index
      ORDER BY model_id, run_index;
      made := wanted_jobs;
      UPDATE prompts SET last_run_at = clock_timestamp() WHERE id = p_prompt_id;
    END IF;
  END IF;

  SELECT jsonb_build_object('outcome', 'ran', 'batchKey', set_key, 'created', made,
    'joined', count(*) - made, 'jobs', jsonb_agg(jsonb_build_object('jobId', id, 'modelId', model_id,
      'runIndex', run_index, 'status', status) ORDER BY id))
  INTO result
  FROM prompt_jobs WHERE prompt_id = p_prompt_id AND batch_key = set_key;

  IF NOT is_repeated
    AND (p_idempotency_key IS NOT NULL OR p_jobs_per_hour IS NOT NULL AND made > 0) THEN
    INSERT INTO run_requests
      (caller_id, prompt_id, idempotency_key, request, reply, jobs_created, created_at)
    VALUES (p_caller_id, p_prompt_id, p_idempotency_key, p_request, result, made, clock_timestamp())
    ON CONFLICT (coalesce(caller_id, ''), prompt_id, idempotency_key)
      WHERE idempotency_key IS NOT NULL
    DO UPDATE SET request = excluded.request, reply = excluded.reply,
      jobs_created = excluded.jobs_created, created_at = excluded.created_at;
  END IF;
  RETURN result;
END;
$$;
--> statement-breakpoint
-- Sets which models prompts ask: [{ "promptId": 7, "modelIds": [1, 2] }, …]. To be called by the
-- statement that has updated those prompts, and so holds their rows: within a function each statement
-- sees what was committed before it began, so of two changes at once the later one counts. (Beside the
-- update, with its snapshot from before it waited, both sets of models would stay.)
CREATE FUNCTION set_prompt_models(p_wanted jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM prompt_models pm
  USING jsonb_to_recordset(p_wanted) AS w("promptId" bigint, "modelIds" jsonb)
  WHERE pm.prompt_id = w."promptId" AND NOT w."modelIds" @> to_jsonb(pm.model_id);
  INSERT INTO prompt_models (prompt_id, model_id)
  SELECT w."promptId", model_id::bigint
  FROM jsonb_to_recordset(p_wanted) AS w("promptId" bigint, "modelIds" jsonb),
    jsonb_array_elements_text(w."modelIds") model_id
  ON CONFLICT DO NOTHING;
END;
$$;
