import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { findJobDetail } from "@/db/job-queries";
import { isFinal } from "@/db/job-status";
import type { Limits } from "@/db/job-transitions/take";
import { describeDetail, type JobState } from "@/lib/jobs/describe-job";
import { log } from "@/lib/log";
import { fromHash, toHash } from "./job-hash";
import { ANSWER_WITHIN_MS, askRedis, deleteFromRedis, writeRedis } from "./redis";

// The live status of jobs: a copy in Redis, where there is one, of what Postgres says. Postgres is the
// truth: each state is read from it after its commit, and what Redis lacks it answers.

const TTL_SECONDS = 86_400;

/**
 * A job that isn't final and wasn't written for so long may have moved: its writer may be dead. Nor is one
 * believed that was written in the future: then nobody knows how old it is.
 */
const BELIEVED_FOR_MS = 30_000;

/** A slower Redis isn't asked again on behalf of the same reader. */
const SLOW_MS = 50;

/** Longer than a call of the database may take. */
const COPYING_SECONDS = 15;

export const jobKey = (jobId: number) => `job:${jobId}`;

/**
 * Notes in a job's hash who is about to copy it from Postgres. KEYS: the hash. ARGV: a token, seconds for
 * which the note is kept where there is nothing else.
 */
const NOTE_COPY = `
redis.call('HSET', KEYS[1], 'copying', ARGV[1])
if redis.call('HLEN', KEYS[1]) == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return 1`;

/**
 * Writes a copy: never over a newer version, and only where its note is still there. Whoever deleted the
 * key since, or began a copy later, knows better than what may have been read before. Tells watchers of a
 * version that is new. A job created at another time is one of another database. KEYS: the hash. ARGV:
 * token, version, createdAt, seconds to live, then fields and values.
 */
const WRITE_COPY = `
if redis.call('HGET', KEYS[1], 'copying') ~= ARGV[1] then return 0 end
local createdAt = redis.call('HGET', KEYS[1], 'createdAt')
if createdAt and createdAt ~= ARGV[3] then redis.call('DEL', KEYS[1]) end
local version = tonumber(redis.call('HGET', KEYS[1], 'version'))
if version and version > tonumber(ARGV[2]) then
  redis.call('HDEL', KEYS[1], 'copying')
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
redis.call('EXPIRE', KEYS[1], ARGV[4])
if version ~= tonumber(ARGV[2]) then redis.call('PUBLISH', KEYS[1], ARGV[2]) end
return 1`;

/**
 * A job's state: from Redis where it has it, in the version `atLeast` or a later one, else from Postgres,
 * which then mends Redis. Null: there is no such job.
 */
export async function getJobStatus(
  jobId: number,
  limits: Limits,
  atLeast = 0,
): Promise<JobState | null> {
  const startedMs = performance.now();
  const copied = await readCopy(jobId);
  if (copied && copied.state.job.version >= atLeast && isBelieved(copied)) return copied.state;
  const tookMs = performance.now() - startedMs;
  const note = (redis: Redis) => noteCopy(redis, jobId);
  const token = tookMs < SLOW_MS ? await askRedis(note, ANSWER_WITHIN_MS - tookMs) : undefined;
  const state = await readFromPostgres(jobId, limits);
  // The reader doesn't wait for it.
  if (token !== undefined) void mend(jobId, token, state);
  return state;
}

async function mend(jobId: number, token: string, state: JobState | null): Promise<void> {
  try {
    await writeCopy(jobId, token, state);
  } catch (error) {
    log.warn({ err: error, jobId }, "a job's live status was not written");
  }
}

/**
 * Writes a job's present state to Redis, after a commit that changed it. Does nothing without Redis, and
 * nothing but drop the write where it is away. Never throws.
 */
export async function setJobStatus(jobId: number, limits: Limits): Promise<void> {
  const token = await writeRedis([jobKey(jobId)], (redis) => noteCopy(redis, jobId));
  if (token === undefined) return;
  try {
    await writeCopy(jobId, token, await readFromPostgres(jobId, limits));
  } catch (error) {
    log.warn({ err: error, jobId }, "a job's live status was not written");
    await deleteJobStatuses([jobId]);
  }
}

/** Deletes what Redis has of these jobs, after a commit that changed many. Never throws. */
export async function deleteJobStatuses(jobIds: readonly number[]): Promise<void> {
  await deleteFromRedis(jobIds.map(jobKey));
}

/** What Redis has of a job, believed or not. Null: nothing. */
export async function readCopy(
  jobId: number,
): Promise<{ state: JobState; writtenAtMs: number } | null> {
  const fields = await askRedis((redis) => redis.hgetall(jobKey(jobId)));
  return fields ? fromHash(fields) : null;
}

/** What a queued job waits for depends on more than its row, so that is asked of Postgres each time. */
function isBelieved({ state, writtenAtMs }: { state: JobState; writtenAtMs: number }): boolean {
  const { status } = state.job;
  if (status === "queued") return false;
  return isFinal(status) || Math.abs(Date.now() - writtenAtMs) < BELIEVED_FOR_MS;
}

async function readFromPostgres(jobId: number, limits: Limits): Promise<JobState | null> {
  const detail = await findJobDetail(jobId, limits);
  return detail && describeDetail(detail);
}

/** Returns the token under which the copy may then be written. */
async function noteCopy(redis: Redis, jobId: number): Promise<string> {
  const token = randomUUID();
  await redis.eval(NOTE_COPY, 1, jobKey(jobId), token, COPYING_SECONDS);
  return token;
}

async function writeCopy(jobId: number, token: string, state: JobState | null): Promise<void> {
  const key = jobKey(jobId);
  if (state === null) {
    await deleteFromRedis([key]);
    return;
  }
  const fields = Object.entries(toHash(state, Date.now())).flat();
  const { version, createdAt } = state.job;
  await writeRedis([key], (redis) =>
    redis.eval(WRITE_COPY, 1, key, token, version, createdAt, TTL_SECONDS, ...fields),
  );
}
