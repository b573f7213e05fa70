import { startEmbeddedPostgres } from "@/db/embedded";
import { type Guard, startGuard } from "@/db/embedded-guard";
import { POSTGRES_FOLDER } from "./local-folder";

export type LocalDatabase = {
  url: string;
  /** For people: which database this is, without its password. */
  description: string;
  /** Ends the children that it watches when this process ends, however it ends. */
  guard: Guard;
  /** Ours alone, under this folder. */
  isEmbedded: boolean;
  close(): Promise<void>;
};

/** DATABASE_URL where it is set, else the embedded Postgres with the data of the last run. */
export async function openLocalDatabase(): Promise<LocalDatabase> {
  const given = process.env.DATABASE_URL;
  if (given) {
    const guard = await startGuard();
    const { host, pathname } = new URL(given);
    return {
      url: given,
      description: `${host}${pathname} (DATABASE_URL)`,
      guard,
      isEmbedded: false,
      close: () => guard.close(),
    };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: POSTGRES_FOLDER, durable: true });
  return {
    url: embedded.url,
    description: "embedded, data in .canvass/postgres",
    guard: embedded.guard,
    isEmbedded: true,
    close: () => embedded.stop(),
  };
}
