import "./node-version";
import { Presets, SingleBar } from "cli-progress";
import { readDays, writeHistory } from "./history";
import { withOwnDatabase } from "./own-database";
import { samplePrompts, seedSamples } from "./samples";
import { runMain } from "./stop-signals";

runMain(async () => {
  const days = readDays(process.argv.slice(2));
  await withOwnDatabase(async () => {
    const added = await seedSamples();
    console.log(`Added ${added} sample questions and switched on 4 simulated models.`);
    if (days !== null) await seedHistory(days);
  });
});

async function seedHistory(days: number): Promise<void> {
  const slugs = (await samplePrompts()).map(({ slug }) => slug);
  const bar = new SingleBar({ format: "  History [{bar}] {value} of {total}" }, Presets.rect);
  const onProgress = (written: number, total: number) => {
    if (!bar.isActive) bar.start(total, 0);
    bar.update(written);
  };
  const { total, added } = await writeHistory(slugs, { days, onProgress });
  bar.stop();
  console.log(
    `Added ${added} simulated jobs of the last ${days} days, made up as all simulated answers are; ${total - added} were there already.`,
  );
}
