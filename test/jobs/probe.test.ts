import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { waitForAccount } from "@/db/job-transitions/retry";
import { skipInactiveJobs } from "@/db/job-transitions/skip";
import { takeDueJobs } from "@/db/job-transitions/take";
import { updateModel } from "@/db/models";
import { chooseProbes, insertPause, listPauses } from "@/db/pauses";
import { updatePrompt } from "@/db/prompts";
import { claimed, ERROR, FACTS, forgetJobs, lane, OPEN } from "../claims";
import { readJob } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();
beforeEach(forgetJobs);

const OPENAI = { provider: "openai" } as const;

async function openCircuit() {
  const made = await lane(2, OPENAI);
  await waitForAccount(
    await claimed(made.first),
    { ...ERROR, errorCode: "provider_auth" },
    FACTS,
    60,
  );
  return made;
}

const probeNow = async () => {
  await chooseProbes(60);
  return (await listPauses()).find(({ manual }) => !manual)?.probeJobId ?? null;
};

describe("the probe of a circuit", () => {
  test("is another model's job once its own model is paused by hand", async () => {
    const first = await openCircuit();
    const second = await lane(1, OPENAI);
    const probe = await probeNow();
    expect(first.ids).toContain(probe);
    await insertPause({ modelId: first.modelId });
    expect(await probeNow()).toBe(second.first);
  });

  test("that can't run takes no place of a job that can", async () => {
    const { modelId } = await openCircuit();
    const free = await lane(1);
    await probeNow();
    await insertPause({ modelId });
    expect(await takeDueJobs(1, { ...OPEN, maxJobs: 1 })).toEqual(free.ids);
  });

  test("is never a job of a prompt or a model that is off, nor one of a model that must slow down", async () => {
    const inactive = await openCircuit();
    await updatePrompt(inactive.promptId, { active: false });
    const off = await lane(1, OPENAI);
    await updateModel(off.modelId, { active: false });
    const slow = await lane(1, OPENAI);
    await execute(sql`update models set rate_limited_until = now() + interval '1 minute'
      where id = ${slow.modelId}`);
    expect(await probeNow()).toBeNull();
    const fit = await lane(1, OPENAI);
    expect(await probeNow()).toBe(fit.first);
  });
});

test("jobs that were switched off are skipped even behind an open circuit, and no others", async () => {
  const paused = await openCircuit();
  await updateModel(paused.modelId, { active: false });
  const off = await lane(2);
  await updatePrompt(off.promptId, { active: false });
  const on = await lane(1);
  expect(await skipInactiveJobs(100)).toHaveLength(4);
  for (const id of paused.ids) {
    expect(await readJob(id)).toMatchObject({ status: "skipped", errorCode: "model_inactive" });
  }
  for (const id of off.ids) {
    expect(await readJob(id)).toMatchObject({ status: "skipped", errorCode: "prompt_inactive" });
  }
  expect((await readJob(on.first)).status).toBe("queued");
});
