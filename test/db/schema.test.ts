import { type SQL, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { violatedConstraint } from "@/db/errors";
import { migrateDatabase } from "@/db/migrate";
import { makeJob, makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";

const database = ownDatabase();
let promptId = 0;
let modelId = 0;

beforeAll(async () => {
  modelId = (await makeModel()).id;
  promptId = (await makePrompt([modelId])).id;
});

/** Tries an UPDATE of a fresh queued job, and says which constraint refused it. */
async function refusalOf(sets: SQL): Promise<string | undefined> {
  const job = await makeJob({ promptId, modelId });
  try {
    await execute(sql`update prompt_jobs set ${sets} where id = ${job.id}`);
    return undefined;
  } catch (error) {
    return violatedConstraint(error);
  }
}

const leaseless = sql`claim_token = gen_random_uuid(), started_at = now()`;
const claimed = sql`${leaseless}, lease_expires_at = now()`;

describe("prompt_jobs", () => {
  const refused: [string, SQL, string][] = [
    ["another state", sql`status = 'done'`, "prompt_jobs_status_check"],
    ["processing without a claim", sql`status = 'processing'`, "prompt_jobs_claim_check"],
    ["queued with a claim", sql`${claimed}`, "prompt_jobs_claim_check"],
    [
      "processing without a lease",
      sql`status = 'processing', ${leaseless}`,
      "prompt_jobs_claim_check",
    ],
    [
      "processing that is finished",
      sql`status = 'processing', ${claimed}, finished_at = now()`,
      "prompt_jobs_finished_check",
    ],
    ["succeeded without an end", sql`status = 'succeeded'`, "prompt_jobs_finished_check"],
    [
      "succeeded with an error",
      sql`status = 'succeeded', finished_at = now(), error_code = 'network'`,
      "prompt_jobs_error_check",
    ],
    [
      "failed without a code",
      sql`status = 'failed', finished_at = now()`,
      "prompt_jobs_error_check",
    ],
    [
      "more attempts than allowed",
      sql`attempt_count = 4, claim_count = 4`,
      "prompt_jobs_attempts_check",
    ],
    ["more attempts than claims", sql`attempt_count = 1`, "prompt_jobs_attempts_check"],
    ["a negative run", sql`run_index = -1`, "prompt_jobs_run_index_check"],
    ["a batch without a key", sql`batch_key = ''`, "prompt_jobs_batch_key_check"],
  ];
  test.each(refused)("refuses %s", async (_, sets, constraint) => {
    expect(await refusalOf(sets)).toBe(constraint);
  });

  const coherent: [string, SQL][] = [
    ["processing", sql`status = 'processing', ${claimed}`],
    ["succeeded", sql`status = 'succeeded', finished_at = now()`],
    ["failed", sql`status = 'failed', finished_at = now(), error_code = 'network'`],
    ["skipped", sql`status = 'skipped', finished_at = now(), error_code = 'superseded'`],
    ["cancelled", sql`status = 'cancelled', finished_at = now(), error_code = 'cancelled'`],
  ];
  test.each(coherent)("takes a coherent %s job", async (_, sets) => {
    expect(await refusalOf(sets)).toBeUndefined();
  });

  test("holds each prompt, model, run and batch once", async () => {
    const key = { promptId, modelId, runIndex: 0, batchKey: "2025-10-14" };
    await makeJob(key);
    const twin = await makeJob(key).catch(violatedConstraint);
    expect(twin).toBe("prompt_jobs_key_unique");
  });
});

describe("migrations", () => {
  test("are idempotent, and safe to run twice at once", async () => {
    await Promise.all([migrateDatabase(database.url), migrateDatabase(database.url)]);
  });
});
