import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** Everything that dev and demo keep between runs; ignored by git. */
const FOLDER = join(process.cwd(), ".canvass");

export const POSTGRES_FOLDER = join(FOLDER, "postgres");

/** CRON_SECRET where it is set, else one that is made once and kept, readable by its owner alone. */
export async function operatorSecret(): Promise<string> {
  if (process.env.CRON_SECRET) return process.env.CRON_SECRET;
  const file = join(FOLDER, "cron-secret");
  const kept = await readFile(file, "utf8").catch(() => "");
  if (kept.trim().length >= 16) return kept.trim();
  const made = randomBytes(24).toString("hex");
  await mkdir(FOLDER, { recursive: true, mode: 0o700 });
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}

const demoAccount = z.object({ email: z.string(), password: z.string() });
export type DemoAccount = z.output<typeof demoAccount>;

/** The demo's account as the last run kept it, else a new one, readable by the file's owner alone. */
export async function keptDemoAccount(): Promise<DemoAccount> {
  const file = join(FOLDER, "demo-account");
  const kept = demoAccount.safeParse(
    await readFile(file, "utf8")
      .then(JSON.parse, () => null)
      .catch(() => null),
  );
  if (kept.success) return kept.data;
  const made = { email: "demo@example.com", password: randomBytes(12).toString("base64url") };
  await mkdir(FOLDER, { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  return made;
}

/** Reads `.env.local` and `.env` as Next does; what is exported already wins. */
export function loadEnvFiles(): void {
  for (const file of [".env.local", ".env"]) {
    try {
      process.loadEnvFile(file);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
}
