import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { execute } from "@/db/client";
import { succeedJob } from "@/db/job-transitions/succeed";
import { PARSER_VERSION } from "@/lib/answers/parse";
import { reparseAnswers } from "@/lib/answers/reparse";
import { ANSWER, claimed, FACTS, forgetJobs, lane } from "../claims";
import { readJob } from "../factories";
import { answerNaming } from "../named-answers";
import { ownDatabase } from "../own-database";

ownDatabase();

const OLD = PARSER_VERSION - 1;
let promptId: number;
beforeAll(async () => {
  promptId = (await lane(0)).promptId;
});
beforeEach(forgetJobs);

const old = { all: false, after: 0 };
const reply = (answer: string, entities: string[]) => JSON.stringify({ answer, entities });

/** A job that succeeded, its answer read by old rules: these names, whatever its text says. */
async function answered(rawText: string, names: string[]): Promise<number> {
  const { first } = await lane(1);
  const entities = names.map((name) => ({ name, key: name.toLowerCase() }));
  const answer = { ...ANSWER, rawText, parserVersion: OLD, entities };
  await succeedJob(await claimed(first), answer, FACTS);
  return first;
}

async function stored(jobId: number) {
  const [row] = await execute(sql`
    select outcome, answer, raw_text, parser_version,
      (select e.key from entities e where e.id = r.entity_id) as first,
      array_to_json(array(select re.name || '=' || e.key from response_entities re
        join entities e on e.id = re.entity_id where response_id = r.id order by rank)) as names
    from responses r where job_id = ${jobId}::bigint`);
  return row;
}

const everything = () =>
  execute(sql`select r.*, (select json_agg(re order by rank) from response_entities re
    where response_id = r.id) as names from responses r order by id`);

test("what old rules read says what it says by the present ones, its job too", async () => {
  const rawText = reply("New words.", ["“Dune”", "DUNE", "Solaris"]);
  const jobId = await answered(rawText, ["Old", "Dune", "Third", "Fourth"]);
  const before = await readJob(jobId);
  expect(await reparseAnswers(old)).toMatchObject({ read: 1, changed: 1, unreadable: 0 });
  expect(await stored(jobId)).toEqual({
    ...{ outcome: "named", answer: "New words.", raw_text: rawText, first: "dune" },
    ...{ parser_version: PARSER_VERSION, names: ["“Dune”=dune", "Solaris=solaris"] },
  });
  const [dune] = await execute<{ id: number }>(sql`select id from entities where key = 'dune'`);
  expect(await readJob(jobId)).toEqual({
    ...before,
    entityId: dune?.id,
    version: before.version + 1,
  });
});

test("names come where there were none, and go where there are none now", async () => {
  const [gains, loses] = [
    await answered(reply("One.", ["Stalker"]), []),
    await answered(reply("None.", ["..."]), ["Stalker", "Mirror"]),
  ];
  expect(await reparseAnswers(old)).toMatchObject({ read: 2, changed: 2 });
  expect(await stored(gains)).toMatchObject({ outcome: "named", names: ["Stalker=stalker"] });
  expect(await stored(loses)).toMatchObject({ outcome: "none", first: null, names: [] });
  expect((await readJob(loses)).entityId).toBeNull();
});

test("what can't be read any more stays as it is, and is counted", async () => {
  const jobId = await answered("no JSON", ["Kept"]);
  const before = await everything();
  expect(await reparseAnswers(old)).toMatchObject({ read: 1, changed: 0, unreadable: 1 });
  expect(await everything()).toEqual(before);
  expect(await stored(jobId)).toMatchObject({ parser_version: OLD, names: ["Kept=kept"] });
});

test("an answer outlives its job, and is read again without it", async () => {
  await answerNaming(promptId, ["Wrong"], {
    parserVersion: OLD,
    rawText: reply("x", ["Right"]),
  });
  expect(await reparseAnswers(old)).toMatchObject({ read: 1, changed: 1 });
  expect(await everything()).toMatchObject([{ names: [{ name: "Right" }] }]);
});

test("the second time nothing is left to do; all of them are read where that is asked for", async () => {
  const jobId = await answered(reply("Same.", ["Same"]), ["Same"]);
  await execute(sql`update responses set answer = 'Same.' where job_id = ${jobId}::bigint`);
  expect(await reparseAnswers(old)).toMatchObject({ read: 1, changed: 0, unreadable: 0 });
  const [before, job] = [await everything(), await readJob(jobId)];
  expect(await reparseAnswers(old)).toMatchObject({ read: 0 });
  expect(await reparseAnswers({ all: true, after: 0 })).toMatchObject({ read: 1, changed: 0 });
  expect([await everything(), await readJob(jobId)]).toEqual([before, job]);
});

test("more than one statement's worth is read in order, and gone on with behind any of them", async () => {
  const { responseId } = await answerNaming(promptId, ["First"], { parserVersion: OLD });
  await execute(sql`
    insert into responses (job_id, prompt_id, model_id, batch_key, run_index, attempt, claim_token,
      prompt_version, instructions_version, parser_version, outcome, raw_text, answer, settings, latency_ms)
    select 7000000 + n, ${promptId}::bigint, 1, 'many', 0, 1, gen_random_uuid(), 1, 1, ${OLD}::int, 'none',
      ${reply("x", ["Many"])}, 'x', '{}', 1 from generate_series(1, 450) n`);
  const seen: number[] = [];
  const done = await reparseAnswers({
    ...old,
    after: responseId,
    onProgress: ({ read }, total) => seen.push(read, total),
  });
  expect(seen).toEqual([200, 450, 400, 450, 450, 450]);
  expect(done).toMatchObject({ read: 450, changed: 450 });
  expect(await reparseAnswers(old)).toMatchObject({ read: 1, lastId: responseId });
});

test("answers that come meanwhile are stored as ever, and two of it at once agree", async () => {
  const jobIds: number[] = [];
  for (let n = 0; n < 5; n++)
    jobIds.push(await answered(reply("x", ["Both", `New ${n}`]), ["Old"]));
  const { first } = await lane(1);
  const claim = await claimed(first);
  const entities = [{ name: "Both", key: "both" }];
  const [one, two, recorded] = await Promise.all([
    reparseAnswers(old),
    reparseAnswers(old),
    succeedJob(claim, { ...ANSWER, parserVersion: PARSER_VERSION, entities }, FACTS),
  ]);
  expect(one.read + two.read).toBeGreaterThanOrEqual(5);
  expect(recorded?.status).toBe("succeeded");
  for (const [n, jobId] of jobIds.entries()) {
    expect(await stored(jobId)).toMatchObject({ names: ["Both=both", `New ${n}=new ${n}`] });
  }
});
