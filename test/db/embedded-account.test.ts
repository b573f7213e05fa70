import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { endOwners, failureOf, startedBy, startOwner, withSql } from "./embedded-owners";

const NOBODY = { uid: 65534, gid: 65534 };
/** A search path without `unshare`: as in a container that allows no user namespaces. */
const NO_UNSHARE = "/nonexistent";

const isRoot = process.getuid?.() === 0;
const othersMayRead = await everyoneMayEnter(dirname(fileURLToPath(import.meta.url)));

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "canvass-account-"));
  await chmod(root, 0o755);
});
afterEach(endOwners);
afterAll(() => rm(root, { recursive: true, force: true }));

describe.skipIf(!isRoot || process.platform !== "linux")("started by root on Linux", () => {
  test("Postgres works in a folder that only root may enter", async () => {
    const home = join(root, "home");
    await mkdir(home, { mode: 0o700 });
    const { url, pid } = await startedBy(startOwner(join(home, "postgres")));
    expect(await withSql(url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
    expect(await effectiveCapabilities(pid)).toBe(0n);
  });

  test("Postgres runs as nobody where user namespaces are refused", async () => {
    const folder = join(root, "as-nobody");
    const { url, pid } = await startedBy(startOwner(folder, { path: NO_UNSHARE }));
    expect(await withSql(url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
    expect((await stat(`/proc/${pid}`)).uid).toBe(NOBODY.uid);
    await endOwners();
    // The data is nobody's now, and stays so where namespaces are allowed again.
    const again = await startedBy(startOwner(folder));
    expect((await stat(`/proc/${again.pid}`)).uid).toBe(NOBODY.uid);
  });

  test("one sentence names DATABASE_URL where neither way is open", async () => {
    const home = join(root, "closed");
    await mkdir(home, { mode: 0o700 });
    const owner = startOwner(join(home, "postgres"), { path: NO_UNSHARE });
    expect(await failureOf(owner)).toMatch(
      /^Postgres refuses to run as root.*DATABASE_URL[^.]*\.$/,
    );
    // Nothing was changed, so it works where namespaces are allowed again.
    expect(await readdir(join(home, "postgres"))).toEqual([]);
    expect((await stat(join(home, "postgres"))).uid).toBe(0);
  });
});

describe.skipIf(!isRoot || !othersMayRead)("started by an ordinary user", () => {
  test("Postgres runs as that user, who owns the data", async () => {
    const home = join(root, "ordinary");
    await mkdir(home, { mode: 0o700 });
    await chown(home, NOBODY.uid, NOBODY.gid);
    const folder = join(home, "postgres");
    const { url, pid } = await startedBy(startOwner(folder, { ids: NOBODY }));
    expect(await withSql(url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
    expect((await stat(`/proc/${pid}`)).uid).toBe(NOBODY.uid);
    expect((await stat(join(folder, "cluster", "password"))).uid).toBe(NOBODY.uid);
  });

  test("a folder of another user's is refused with one sentence", async () => {
    const home = join(root, "foreign");
    await mkdir(home, { mode: 0o700 });
    expect(await failureOf(startOwner(join(home, "postgres"), { ids: NOBODY }))).toMatch(
      /cannot be used.*DATABASE_URL[^.]*\.$/,
    );
  });
});

async function effectiveCapabilities(pid: number): Promise<bigint> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(status)?.[1] ?? "f"}`);
}

async function everyoneMayEnter(folder: string): Promise<boolean> {
  if (((await stat(folder)).mode & 0o005) !== 0o005) return false;
  return folder === "/" || (await everyoneMayEnter(dirname(folder)));
}
