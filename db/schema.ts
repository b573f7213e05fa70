import { type AnyColumn, sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import {
  ACTIVE_JOB_STATUSES,
  ATTEMPT_OUTCOMES,
  FINAL_JOB_STATUSES,
  JOB_STATUSES,
} from "./job-status";

export const PROVIDERS = ["openai", "openrouter", "simulated"] as const;
export type Provider = (typeof PROVIDERS)[number];

export const FREQUENCIES = ["manual", "hourly", "daily", "weekly", "monthly", "once"] as const;
export type Frequency = (typeof FREQUENCIES)[number];

export const RESPONSE_OUTCOMES = ["named", "none"] as const;
export type ResponseOutcome = (typeof RESPONSE_OUTCOMES)[number];

const id = () => bigint({ mode: "number" }).primaryKey().generatedByDefaultAsIdentity();
const bigId = () => bigint({ mode: "number" });
const at = () => timestamp({ withTimezone: true, mode: "date" });
const createdAt = () => at().notNull().defaultNow();
const usdPerMillion = () => numeric({ precision: 12, scale: 6, mode: "number" });
const usd = () => numeric({ precision: 14, scale: 8, mode: "number" });

/** `'a', 'b'` for a CHECK: the words come from our own constants, never from a caller. */
const words = (values: readonly string[]) => sql.raw(values.map((v) => `'${v}'`).join(", "));
const isActive = (status: AnyColumn) => sql`${status} in (${words(ACTIVE_JOB_STATUSES)})`;

export const ROLES = ["admin", "member"] as const;
export type Role = (typeof ROLES)[number];

/** What an API key may do: look, or change things too. */
export const SCOPES = ["read", "run"] as const;
export type Scope = (typeof SCOPES)[number];

export const models = pgTable(
  "models",
  {
    id: id(),
    provider: text().$type<Provider>().notNull(),
    name: text().notNull(),
    /** Tells variants of one model apart, such as the same name at another temperature. */
    label: text().notNull().default(""),
    active: boolean().notNull().default(true),
    maxConcurrency: integer(),
    requestsPerMinute: integer(),
    inputUsdPerMillion: usdPerMillion(),
    cachedInputUsdPerMillion: usdPerMillion(),
    outputUsdPerMillion: usdPerMillion(),
    maxOutputTokens: integer().notNull().default(1000),
    temperature: real(),
    reasoningEffort: text(),
    /** The provider asked us to slow down: no job of this model is claimed before. */
    rateLimitedUntil: at(),
    createdAt: createdAt(),
  },
  (t) => [
    unique("models_provider_name_label_unique").on(t.provider, t.name, t.label),
    check("models_provider_check", sql`${t.provider} in (${words(PROVIDERS)})`),
    check("models_max_concurrency_check", sql`${t.maxConcurrency} > 0`),
    check("models_requests_per_minute_check", sql`${t.requestsPerMinute} > 0`),
    check("models_max_output_tokens_check", sql`${t.maxOutputTokens} > 0`),
  ],
);

export const prompts = pgTable(
  "prompts",
  {
    id: id(),
    slug: text().notNull(),
    question: text().notNull(),
    category: text(),
    tags: text().array().notNull().default(sql`'{}'`),
    frequency: text().$type<Frequency>().notNull().default("daily"),
    runs: integer().notNull().default(1),
    active: boolean().notNull().default(true),
    /** Grows when the question's text changes; a response keeps the version it answered. */
    version: integer().notNull().default(1),
    /** Null: never. Jobs from before ask another question than what a caller means now. */
    questionChangedAt: at(),
    ownerId: text(),
    /** The batch key of the last window that a cron enqueued; only the cron writes it. */
    lastWindow: text(),
    lastRunAt: at(),
    createdAt: createdAt(),
    deletedAt: at(),
  },
  (t) => [
    uniqueIndex("prompts_owner_slug_unique")
      .on(sql`coalesce(${t.ownerId}, '')`, t.slug)
      .where(sql`${t.deletedAt} is null`),
    check("prompts_frequency_check", sql`${t.frequency} in (${words(FREQUENCIES)})`),
    check("prompts_runs_check", sql`${t.runs} between 1 and 50`),
  ],
);

export const promptModels = pgTable(
  "prompt_models",
  {
    promptId: bigId()
      .notNull()
      .references(() => prompts.id),
    modelId: bigId()
      .notNull()
      .references(() => models.id),
  },
  (t) => [primaryKey({ columns: [t.promptId, t.modelId] })],
);

/**
 * One prompt asked of one model once. No foreign keys: prompts and models are never deleted (only
 * marked), and checking two keys a row makes enqueueing 2.7 times dearer.
 */
export const promptJobs = pgTable(
  "prompt_jobs",
  {
    id: id(),
    promptId: bigId().notNull(),
    modelId: bigId().notNull(),
    runIndex: integer().notNull(),
    batchKey: text().notNull(),
    ownerId: text(),
    /** Enqueued by the cron for a window: such jobs are superseded by the next window's. */
    scheduled: boolean().notNull().default(false),
    priority: smallint().notNull().default(0),
    /** The caller's own name for the work, free to repeat. */
    reference: text(),
    /** The reference, where the job was to be its only active one of its owner. */
    soleReference: text(),
    status: text({ enum: JOB_STATUSES }).notNull().default("queued"),
    version: integer().notNull().default(1),
    errorCode: text(),
    errorMessage: text(),
    /** Attempts used since the last (re)start. */
    attemptCount: integer().notNull().default(0),
    maxAttempts: integer().notNull().default(3),
    /** Claims ever made: numbers the attempts across restarts. */
    claimCount: integer().notNull().default(0),
    claimToken: uuid(),
    leaseExpiresAt: at(),
    scheduledFor: at().notNull().defaultNow(),
    /** When a dispatch loop last sent it out: a hint that keeps two loops apart, never a state. */
    dispatchedAt: at(),
    startedAt: at(),
    finishedAt: at(),
    createdAt: createdAt(),
    entityId: bigId(),
    inputTokens: integer(),
    outputTokens: integer(),
    /** What all its attempts cost together, as far as known; null where nothing is known. */
    costUsd: usd(),
  },
  (t) => [
    // In this order a prompt's new rows lie side by side, and its sets are found by their keys.
    unique("prompt_jobs_key_unique").on(t.promptId, t.batchKey, t.modelId, t.runIndex),
    // Counts a batch by status from the index alone.
    index("prompt_jobs_batch").on(t.batchKey, t.status),
    // Dispatch reads the heads of each model's and owner's queue.
    index("prompt_jobs_queued")
      .on(
        t.modelId,
        sql`coalesce(${t.ownerId}, '')`,
        t.priority.desc().nullsFirst(),
        t.scheduledFor,
        t.id,
      )
      .where(sql`${t.status} = 'queued'`),
    // Claim counts the places in use; the sweep looks for leases that ran out.
    index("prompt_jobs_processing")
      .on(t.modelId, t.ownerId, t.leaseExpiresAt)
      .where(sql`${t.status} = 'processing'`),
    // A prompt's newest jobs.
    index("prompt_jobs_prompt").on(t.promptId, t.id),
    // One owner's newest jobs.
    index("prompt_jobs_owner").on(t.ownerId, t.id).where(sql`${t.ownerId} is not null`),
    // What a prompt has in flight: to be joined, superseded, or cancelled with it.
    index("prompt_jobs_active").on(t.promptId, t.id).where(isActive(t.status)),
    // Throughput and failures of late; the prune takes the oldest.
    index("prompt_jobs_finished")
      .on(t.finishedAt, t.status)
      .where(sql`${t.finishedAt} is not null`),
    // Of several unique enqueues and restarts at once, one stays active.
    uniqueIndex("prompt_jobs_sole_reference_unique")
      .on(sql`coalesce(${t.ownerId}, '')`, t.soleReference)
      .where(sql`${t.soleReference} is not null and ${isActive(t.status)}`),
    index("prompt_jobs_reference")
      .on(t.reference)
      .where(sql`${t.reference} is not null and ${isActive(t.status)}`),
    // "What failed, and why", newest first.
    index("prompt_jobs_unwell")
      .on(t.status, t.createdAt)
      .where(sql`${t.status} in ('failed', 'skipped', 'cancelled')`),
    check("prompt_jobs_status_check", sql`${t.status} in (${words(JOB_STATUSES)})`),
    check("prompt_jobs_run_index_check", sql`${t.runIndex} >= 0`),
    check("prompt_jobs_batch_key_check", sql`${t.batchKey} <> ''`),
    check(
      "prompt_jobs_attempts_check",
      sql`${t.attemptCount} between 0 and ${t.maxAttempts} and ${t.attemptCount} <= ${t.claimCount}`,
    ),
    check(
      "prompt_jobs_claim_check",
      sql`(${t.status} = 'processing') = (${t.claimToken} is not null) and (${t.status} = 'processing') = (${t.leaseExpiresAt} is not null) and (${t.status} <> 'processing' or ${t.startedAt} is not null)`,
    ),
    check(
      "prompt_jobs_finished_check",
      sql`(${t.status} in (${words(FINAL_JOB_STATUSES)})) = (${t.finishedAt} is not null)`,
    ),
    check(
      "prompt_jobs_error_check",
      sql`case when ${t.status} in ('failed', 'skipped', 'cancelled') then ${t.errorCode} is not null when ${t.status} = 'succeeded' then ${t.errorCode} is null else true end`,
    ),
  ],
);

/** One row for each claim that ended, written by the statement that ends it. */
export const jobAttempts = pgTable(
  "job_attempts",
  {
    jobId: bigId().notNull(),
    attempt: integer().notNull(),
    modelId: bigId(),
    claimToken: uuid().notNull(),
    startedAt: at().notNull(),
    finishedAt: at().notNull(),
    outcome: text({ enum: ATTEMPT_OUTCOMES }).notNull(),
    errorCode: text(),
    errorMessage: text(),
    httpStatus: integer(),
    providerRequestId: text(),
    returnedModel: text(),
    inputTokens: integer(),
    cachedInputTokens: integer(),
    outputTokens: integer(),
    costUsd: usd(),
    latencyMs: integer(),
    /** The provider may have charged for a call whose answer was lost. */
    mayHaveBeenPaid: boolean().notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.jobId, t.attempt] }),
    // What a model's last calls cost.
    index("job_attempts_priced").on(t.modelId, t.finishedAt).where(sql`${t.costUsd} is not null`),
    check("job_attempts_outcome_check", sql`${t.outcome} in (${words(ATTEMPT_OUTCOMES)})`),
    check("job_attempts_error_check", sql`(${t.outcome} = 'succeeded') = (${t.errorCode} is null)`),
  ],
);

/** `unmapped`: nobody has looked at the name yet. `ignored`: it is no thing, and counts nowhere. */
export const ENTITY_STATES = ["unmapped", "mapped", "ignored"] as const;
export type EntityState = (typeof ENTITY_STATES)[number];

/**
 * One row for each name that was ever given, or that a person added as an alias. A name merged into
 * another one is its alias; the view entity_roots tells as what each counts. Undone by a split: stored
 * answers keep the name they gave.
 */
export const entities = pgTable(
  "entities",
  {
    id: id(),
    /** The name after the matching rule of lib/answers/entity-key.ts. */
    key: text().notNull().unique("entities_key_unique"),
    name: text().notNull(),
    category: text(),
    state: text({ enum: ENTITY_STATES }).notNull().default("unmapped"),
    mergedInto: bigId().references((): AnyPgColumn => entities.id),
    createdAt: createdAt(),
  },
  (t) => [
    index("entities_merged_into").on(t.mergedInto).where(sql`${t.mergedInto} is not null`),
    // Finds what may be one name in two spellings; the function is in migrations/.
    index("entities_likeness").on(sql`entity_likeness(${t.key})`),
    check("entities_state_check", sql`${t.state} in (${words(ENTITY_STATES)})`),
    check("entities_merged_into_check", sql`${t.mergedInto} <> ${t.id}`),
  ],
);

/** A valid answer: entities named, or none. Everything else lives with its attempt. */
export const responses = pgTable(
  "responses",
  {
    id: id(),
    /** No foreign key: answers outlive their jobs, which are pruned. */
    jobId: bigId().notNull().unique("responses_job_id_unique"),
    promptId: bigId().notNull(),
    modelId: bigId().notNull(),
    ownerId: text(),
    batchKey: text().notNull(),
    runIndex: integer().notNull(),
    attempt: integer().notNull(),
    claimToken: uuid().notNull(),
    promptVersion: integer().notNull(),
    instructionsVersion: integer().notNull(),
    parserVersion: integer().notNull(),
    outcome: text({ enum: RESPONSE_OUTCOMES }).notNull(),
    rawText: text().notNull(),
    answer: text().notNull(),
    entityId: bigId().references(() => entities.id),
    returnedModel: text(),
    providerRequestId: text(),
    settings: jsonb().$type<Record<string, unknown>>().notNull(),
    inputTokens: integer(),
    cachedInputTokens: integer(),
    outputTokens: integer(),
    costUsd: usd(),
    latencyMs: integer().notNull(),
    answeredAt: at().notNull().defaultNow(),
    /**
     * The same in answers to the same: question, instructions, settings, returned model, none of which
     * a trend pools across. The last of them is outside text, so it comes last, where it can feign nothing.
     */
    signature: uuid()
      .notNull()
      .generatedAlwaysAs(
        sql`md5(prompt_version::text || '|' || instructions_version::text || '|' || settings::text || coalesce('=' || returned_model, ''))::uuid`,
      ),
  },
  (t) => [
    // All that a trend asks of an answer: the rows are wide, and those of a prompt far apart.
    index("responses_trend").on(t.promptId, t.answeredAt, t.id, t.modelId, t.signature),
    check("responses_outcome_check", sql`${t.outcome} in (${words(RESPONSE_OUTCOMES)})`),
    check("responses_entity_check", sql`(${t.outcome} = 'named') = (${t.entityId} is not null)`),
  ],
);

/** The names in an answer, as written, best first (rank 1). */
export const responseEntities = pgTable(
  "response_entities",
  {
    responseId: bigId().notNull(),
    rank: smallint().notNull(),
    entityId: bigId()
      .notNull()
      .references(() => entities.id),
    name: text().notNull(),
  },
  (t) => [
    // Its index holds entity_id besides (migrations/0011), which drizzle has no words for.
    primaryKey({ columns: [t.responseId, t.rank] }),
    index("response_entities_entity").on(t.entityId),
    foreignKey({ columns: [t.responseId], foreignColumns: [responses.id] }).onDelete("cascade"),
  ],
);

/**
 * What is held back: one provider, one model, or (both null) everything. By hand, or by a circuit:
 * an account error opens one for its provider, and a success of its probe closes it.
 */
export const pauses = pgTable(
  "pauses",
  {
    id: id(),
    provider: text().$type<Provider>(),
    modelId: bigId().references(() => models.id),
    manual: boolean().notNull(),
    /** `manual`, or the error code that opened the circuit. */
    reason: text().notNull(),
    since: at().notNull().defaultNow(),
    /** A circuit's: when a sweep lets the next job through. */
    nextProbeAt: at(),
    /** A circuit's: the one job that may be claimed all the same, to see if the account works again. */
    probeJobId: bigId(),
  },
  (t) => [
    uniqueIndex("pauses_scope_unique").on(
      sql`coalesce(${t.provider}, '')`,
      sql`coalesce(${t.modelId}, 0)`,
      t.manual,
    ),
    check("pauses_scope_check", sql`${t.provider} is null or ${t.modelId} is null`),
    check(
      "pauses_circuit_check",
      sql`${t.manual} or (${t.provider} is not null and ${t.nextProbeAt} is not null)`,
    ),
  ],
);

/** When each model with a limit of requests a minute was claimed; older ones than that are deleted. */
export const modelClaims = pgTable(
  "model_claims",
  { modelId: bigId().notNull(), claimedAt: at().notNull() },
  (t) => [index("model_claims_model_claimed").on(t.modelId, t.claimedAt)],
);

/**
 * Calls that run a prompt now, for as long as they matter: those that made jobs count against their
 * caller's limit for an hour, those with an idempotency key are answered the same for a day.
 */
export const runRequests = pgTable(
  "run_requests",
  {
    id: id(),
    /** A user's id; null: the operator. */
    callerId: text(),
    promptId: bigId().notNull(),
    idempotencyKey: text(),
    /** What was asked for, to tell a repeated call from another one under the same key. */
    request: jsonb().$type<Record<string, unknown>>().notNull(),
    reply: jsonb().$type<Record<string, unknown>>().notNull(),
    jobsCreated: integer().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("run_requests_key_unique")
      .on(sql`coalesce(${t.callerId}, '')`, t.promptId, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} is not null`),
    index("run_requests_caller_created").on(t.callerId, t.createdAt),
  ],
);

/** When the cron and the sweep last began. */
export const maintenance = pgTable("maintenance", {
  duty: text({ enum: ["cron", "sweep"] }).primaryKey(),
  startedAt: at().notNull(),
});

/** What pruned jobs leave behind: the figures of coverage and cost per prompt, model and batch. */
export const batchCells = pgTable(
  "batch_cells",
  {
    promptId: bigId().notNull(),
    modelId: bigId().notNull(),
    batchKey: text().notNull(),
    ownerId: text(),
    planned: integer().notNull(),
    answered: integer().notNull(),
    failed: integer().notNull(),
    /** Of the failed ones. */
    refused: integer().notNull().default(0),
    costUsd: usd(),
    firstCreatedAt: at().notNull(),
    lastFinishedAt: at().notNull(),
  },
  (t) => [primaryKey({ columns: [t.promptId, t.modelId, t.batchKey] })],
);

/**
 * What each call costs: an estimate from its claim on, reserved from the day's budget, until it is
 * settled by the outcome. A call whose cost nobody can know keeps its estimate. Settled rows are added
 * to daily_costs, so that this table stays as small as what is in flight.
 */
export const callCosts = pgTable(
  "call_costs",
  {
    claimToken: uuid().primaryKey(),
    /** The UTC day of the claim. */
    day: date().notNull(),
    promptId: bigId().notNull(),
    modelId: bigId().notNull(),
    ownerId: text(),
    /** Null: unknown, and nothing was reserved. */
    usd: usd(),
    settled: boolean().notNull(),
  },
  (t) => [index("call_costs_day").on(t.day)],
);

/** What the calls of a UTC day cost. Outlives the jobs. */
export const dailyCosts = pgTable(
  "daily_costs",
  {
    day: date().notNull(),
    promptId: bigId().notNull(),
    modelId: bigId().notNull(),
    ownerId: text(),
    usd: usd().notNull(),
    /** Calls whose cost is unknown, and so isn't in it. */
    unpricedCalls: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.promptId, t.modelId] })],
);

export const WEBHOOK_EVENTS = ["batch.finished", "circuit.opened", "budget.reached"] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;

/** Who is told what happened, by a signed POST. */
export const webhooks = pgTable(
  "webhooks",
  {
    id: id(),
    url: text().notNull(),
    events: text().$type<WebhookEvent>().array().notNull(),
    active: boolean().notNull().default(true),
    /** Its signing secret follows from this and the app's own secret: it is kept nowhere. */
    secretSalt: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    check(
      "webhooks_events_check",
      sql`${t.events} <@ array[${words(WEBHOOK_EVENTS)}] and cardinality(${t.events}) > 0`,
    ),
  ],
);

/** What happened, once: the key tells two tellings of one thing apart from two things. */
export const webhookEvents = pgTable(
  "webhook_events",
  {
    id: id(),
    type: text({ enum: WEBHOOK_EVENTS }).notNull(),
    key: text().notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    unique("webhook_events_type_key_unique").on(t.type, t.key),
    check("webhook_events_type_check", sql`${t.type} in (${words(WEBHOOK_EVENTS)})`),
  ],
);

/** One event on its way to one webhook, with what came of the tries. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: id(),
    webhookId: bigId()
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    eventId: bigId()
      .notNull()
      .references(() => webhookEvents.id, { onDelete: "cascade" }),
    status: text({ enum: DELIVERY_STATUSES }).notNull().default("pending"),
    attemptCount: integer().notNull().default(0),
    /** When it is tried next; while a try is under way, when that one counts as lost. */
    nextAttemptAt: at().notNull().defaultNow(),
    lastAttemptAt: at(),
    /** Of the last try; null where no reply came. */
    httpStatus: integer(),
    /** Why the last try failed, a sentence of ours. */
    error: text(),
    deliveredAt: at(),
    createdAt: createdAt(),
  },
  (t) => [
    unique("webhook_deliveries_webhook_event_unique").on(t.webhookId, t.eventId),
    index("webhook_deliveries_pending").on(t.nextAttemptAt).where(sql`${t.status} = 'pending'`),
    check("webhook_deliveries_status_check", sql`${t.status} in (${words(DELIVERY_STATUSES)})`),
    check(
      "webhook_deliveries_delivered_check",
      sql`(${t.status} = 'delivered') = (${t.deliveredAt} is not null)`,
    ),
  ],
);

/** better-auth's, as are sessions, accounts and verifications: their columns are what it asks for. */
export const users = pgTable(
  "users",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    /** In lower case: two spellings of one address are one account. */
    email: text().notNull().unique("users_email_unique"),
    emailVerified: boolean().notNull().default(false),
    image: text(),
    role: text().$type<Role>().notNull().default("member"),
    /** Made by the setup. The index over it lets one of several setups at once through. */
    founder: boolean().notNull().default(false),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [
    uniqueIndex("users_founder_unique").on(t.founder).where(sql`${t.founder}`),
    check("users_email_check", sql`${t.email} = lower(${t.email})`),
    check("users_role_check", sql`${t.role} in (${words(ROLES)})`),
  ],
);

const userId = () =>
  text()
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** Somebody signed in somewhere. The token alone opens nothing: the cookie also bears its signature. */
export const sessions = pgTable(
  "sessions",
  {
    id: text().primaryKey(),
    token: text().notNull().unique("sessions_token_unique"),
    userId: userId(),
    expiresAt: at().notNull(),
    ipAddress: text(),
    userAgent: text(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [index("sessions_user").on(t.userId)],
);

/** How a user signs in; here always by a password, of which its scrypt hash is kept. */
export const accounts = pgTable(
  "accounts",
  {
    id: text().primaryKey(),
    accountId: text().notNull(),
    providerId: text().notNull(),
    userId: userId(),
    accessToken: text(),
    refreshToken: text(),
    idToken: text(),
    accessTokenExpiresAt: at(),
    refreshTokenExpiresAt: at(),
    scope: text(),
    password: text(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [
    unique("accounts_provider_account_unique").on(t.providerId, t.accountId),
    index("accounts_user").on(t.userId),
  ],
);

/** better-auth's for confirmations by mail; unused. */
export const verifications = pgTable(
  "verifications",
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: at().notNull(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [index("verifications_identifier").on(t.identifier)],
);

/** A link by which one person makes an account, once. */
export const invitations = pgTable(
  "invitations",
  {
    id: id(),
    /** SHA-256 of the link's token, in hex: who reads the table can accept nothing. */
    tokenHash: text().notNull().unique("invitations_token_hash_unique"),
    email: text().notNull(),
    role: text().$type<Role>().notNull(),
    /** Null: the operator. */
    invitedBy: text().references(() => users.id, { onDelete: "set null" }),
    expiresAt: at().notNull(),
    acceptedAt: at(),
    createdAt: createdAt(),
  },
  (t) => [check("invitations_role_check", sql`${t.role} in (${words(ROLES)})`)],
);

/** A program's way in, in its owner's name. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: id(),
    userId: userId(),
    name: text().notNull(),
    /** The first characters behind `cvs_`, to tell keys apart. */
    prefix: text().notNull(),
    /** SHA-256 of the whole key, in hex; the key itself is shown once and kept nowhere. */
    keyHash: text().notNull().unique("api_keys_key_hash_unique"),
    scopes: text().$type<Scope>().array().notNull(),
    /** To the minute: not every call writes it. */
    lastUsedAt: at(),
    createdAt: createdAt(),
  },
  (t) => [
    index("api_keys_user").on(t.userId),
    check(
      "api_keys_scopes_check",
      sql`${t.scopes} <@ array[${words(SCOPES)}] and cardinality(${t.scopes}) > 0`,
    ),
  ],
);

/**
 * Failed sign-ins in the present quarter of an hour, by account, by address, or of all. The keys hold
 * digests: people type passwords where an address belongs.
 */
export const signInFailures = pgTable("sign_in_failures", {
  key: text().primaryKey(),
  failures: integer().notNull(),
  resetsAt: at().notNull(),
});

export type Model = typeof models.$inferSelect;
export type Prompt = typeof prompts.$inferSelect;
export type PromptJob = typeof promptJobs.$inferSelect;
export type Pause = typeof pauses.$inferSelect;
export type JobAttempt = typeof jobAttempts.$inferSelect;
export type User = typeof users.$inferSelect;
export type ApiKey = typeof apiKeys.$inferSelect;
export type Webhook = typeof webhooks.$inferSelect;
