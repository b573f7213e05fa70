import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const SOURCES = [
  "app",
  "db",
  "lib",
  "proxy.ts",
  "instrumentation.ts",
  "next.config.ts",
  "package-lock.json",
  "tsconfig.json",
];

async function newestMs(path: string): Promise<number> {
  const entry = await stat(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  const inside = await readdir(path);
  return Math.max(
    entry.mtimeMs,
    ...(await Promise.all(inside.map((n) => newestMs(join(path, n))))),
  );
}

/** True where there is no production build, or something that goes into it is newer. */
export async function isBuildStale(): Promise<boolean> {
  const built = await stat(join(".next", "BUILD_ID")).catch(() => null);
  if (!built) return true;
  return Math.max(...(await Promise.all(SOURCES.map(newestMs)))) > built.mtimeMs;
}

/** Builds the app for production. Throws with the build's own words where it fails. */
export async function buildApp(): Promise<void> {
  const child = spawn(
    process.execPath,
    [join("node_modules", "next", "dist", "bin", "next"), "build"],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    },
  );
  let said = "";
  const keep = (chunk: Buffer) => {
    said += chunk.toString();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`next build failed:\n${said}`);
}
