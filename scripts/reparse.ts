import "./node-version";
import { parseArgs } from "node:util";
import { Presets, SingleBar } from "cli-progress";
import { type Reparsed, reparseAnswers } from "@/lib/answers/reparse";
import { closeRedis, hasRedis, redisServes } from "@/lib/live-store/redis";
import { withOwnDatabase } from "./own-database";
import { runMain } from "./stop-signals";

const USAGE =
  "The options are --all, for what the present rules have read already too, and --after with an answer's id to go on behind it: npm run answers:reparse -- --all --after 1200";

function readOptions(): { all: boolean; after: number } {
  try {
    const options = { all: { type: "boolean" }, after: { type: "string" } } as const;
    const { all = false, after = "0" } = parseArgs({ options }).values;
    if (/^\d{1,15}$/.test(after)) return { all, after: Number(after) };
  } catch {
    // Said below.
  }
  throw new Error(USAGE);
}

async function reparse(options: { all: boolean; after: number }): Promise<void> {
  // Connects, or the first copies that are to be deleted would find Redis not there yet.
  await redisServes();
  const bar = new SingleBar({ format: "  Answers [{bar}] {value} of {total}" }, Presets.rect);
  let lastId = options.after;
  const onProgress = (done: Reparsed, total: number) => {
    if (!bar.isActive) bar.start(total, 0);
    bar.update(done.read);
    lastId = done.lastId;
  };
  try {
    const { read, changed, unreadable } = await reparseAnswers({ ...options, onProgress });
    bar.stop();
    console.log(
      `Read ${read} answers again: ${changed} say something else now, ${read - changed - unreadable} the same, ${unreadable} can't be read by the present rules and stay as they were.`,
    );
  } catch (error) {
    bar.stop();
    const all = options.all ? "--all " : "";
    console.log(
      `Done up to answer ${lastId}. Go on with: npm run answers:reparse -- ${all}--after ${lastId}`,
    );
    throw error;
  } finally {
    if (hasRedis() && !(await redisServes())) {
      console.log("Redis didn't answer: what it has of changed jobs may be old for up to a day.");
    }
    closeRedis();
  }
}

runMain(async () => {
  const options = readOptions();
  await withOwnDatabase(() => reparse(options));
});
