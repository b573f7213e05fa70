import "./node-version";
import { Presets, SingleBar } from "cli-progress";
import { closeDatabase } from "@/db/client";
import { readMigrationUrl } from "@/db/connection";
import { findEmbeddedPostgres } from "@/db/embedded";
import { migrateDatabase } from "@/db/migrate";
import { readDays, writeHistory } from "./history";
import { openLocalDatabase } from "./local-database";
import { loadEnvFiles, POSTGRES_FOLDER } from "./local-folder";
import { samplePrompts, seedSamples } from "./samples";
import { runMain } from "./stop-signals";

runMain(async () => {
  const days = readDays(process.argv.slice(2));
  loadEnvFiles();
  // A dev or demo server that runs here holds the embedded database: join it.
  const running = process.env.DATABASE_URL ? null : await findEmbeddedPostgres(POSTGRES_FOLDER);
  const local = running ? null : await openLocalDatabase();
  try {
    process.env.DATABASE_URL = running ?? local?.url;
    await migrateDatabase(readMigrationUrl());
    const added = await seedSamples();
    console.log(`Added ${added} sample questions and switched on 4 simulated models.`);
    if (days !== null) await seedHistory(days);
  } finally {
    await closeDatabase();
    await local?.close();
  }
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
