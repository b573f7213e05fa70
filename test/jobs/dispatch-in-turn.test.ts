import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { environment } from "@/lib/env";
import { dispatchInTurn } from "@/lib/jobs/dispatch-in-turn";
import type { Sent } from "@/lib/jobs/send-job";
import { makeJobs, makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";

const looks = vi.hoisted(() => ({ after: async () => {} }));
vi.mock("@/db/job-transitions/take", async (importOriginal) => {
  const take = await importOriginal<typeof import("@/db/job-transitions/take")>();
  const hasJobsDueWithin: typeof take.hasJobsDueWithin = async (ms) => {
    const has = await take.hasJobsDueWithin(ms);
    await looks.after();
    return has;
  };
  return { ...take, hasJobsDueWithin };
});

const database = ownDatabase();

beforeEach(() => execute(sql`truncate prompt_jobs`));

const env = () => environment({ DATABASE_URL: database.url, CRON_SECRET: "0123456789abcdef" });

async function queue(count: number): Promise<number[]> {
  const model = await makeModel();
  const prompt = await makePrompt([model.id]);
  return makeJobs(count, { promptId: prompt.id, modelId: model.id });
}

/** A loop that notes whose it was that sent each job, and finishes none before it may. */
function loop(name: string, sent: string[], forMs: number, may = Promise.resolve()) {
  const send = async (jobId: number): Promise<Sent> => {
    sent.push(`${name} ${jobId}`);
    await may;
    await execute(sql`update prompt_jobs set status = 'skipped', finished_at = now(),
      error_code = 'superseded' where id = ${jobId}`);
    return { outcome: "accepted" };
  };
  return dispatchInTurn(env(), { deadlineMs: Date.now() + forMs, send });
}

describe("the loops of one instance", () => {
  test("leave the work to the one that is there, which takes what came late", async () => {
    const [first = 0] = await queue(1);
    const sent: string[] = [];
    const may = Promise.withResolvers<void>();
    const one = loop("one", sent, 10_000, may.promise);
    await vi.waitFor(() => expect(sent).toEqual([`one ${first}`]));
    const [second = 0] = await queue(1);
    await loop("two", sent, 60_000);
    await vi.waitFor(() => expect(sent).toEqual([`one ${first}`, `one ${second}`]));
    may.resolve();
    await one;
    const [third = 0] = await queue(1);
    await loop("three", sent, 10_000);
    expect(sent.at(-1)).toBe(`three ${third}`);
  });

  test("the guard wasWoken: one that just found nothing due looks again for what is left to it", async () => {
    const sent: string[] = [];
    let late = 0;
    looks.after = async () => {
      looks.after = async () => {};
      [late = 0] = await queue(1);
      await loop("two", sent, 10_000);
    };
    await loop("one", sent, 10_000);
    expect(sent).toEqual([`one ${late}`]);
  });

  test("take over from one that ends a good deal earlier, while its last jobs still run", async () => {
    const [first = 0] = await queue(1);
    const sent: string[] = [];
    const may = Promise.withResolvers<void>();
    // It takes nothing in its last 5 s.
    const one = loop("one", sent, 5_700, may.promise);
    await vi.waitFor(() => expect(sent).toEqual([`one ${first}`]));
    const others = [loop("two", sent, 90_000), loop("three", sent, 90_000)];
    await new Promise((resolve) => setTimeout(resolve, 900));
    const [second = 0] = await queue(1);
    await vi.waitFor(() => expect(sent).toHaveLength(2), 5_000);
    expect(sent).toEqual([`one ${first}`, expect.stringMatching(`^(two|three) ${second}$`)]);
    may.resolve();
    await Promise.all([one, ...others]);
  });
});
