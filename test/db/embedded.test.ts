import { spawn } from "node:child_process";
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from "@/db/embedded";
import { accepts, endOwners, goneWithin, startedBy, startOwner, withSql } from "./embedded-owners";

let root: string;
/** A folder with a finished cluster, for the tests that don't care how it came to be. */
let dataDir: string;
const servers: EmbeddedPostgres[] = [];

async function start(folder = dataDir): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: folder, durable: false });
  servers.push(server);
  return server;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "canvass-embedded-"));
  dataDir = join(root, "postgres");
  await (await start()).stop();
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  await endOwners();
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe("between runs", () => {
  test("a later run has the data and the password of the first", async () => {
    const first = await start();
    await withSql(first.url, (sql) => sql`create table kept as select 42 as answer`);
    await first.stop();
    expect(await goneWithin(0.1, first.pid)).toBe(true);
    const second = await start();
    expect(await withSql(second.url, (sql) => sql`select answer from kept`)).toEqual([
      { answer: 42 },
    ]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
  });

  test("only a durable server waits for the disk", async () => {
    for (const [durable, setting] of [
      [true, "on"],
      [false, "off"],
    ] as const) {
      const server = await startEmbeddedPostgres({ dataDir, durable });
      servers.push(server);
      expect(await withSql(server.url, (sql) => sql`show fsync`)).toEqual([{ fsync: setting }]);
      await server.stop();
    }
  });

  test("a stop does not wait for somebody's open transaction", async () => {
    const server = await start();
    await withSql(server.url, async (sql) => {
      const reserved = await sql.reserve();
      await reserved`begin`;
      const before = Date.now();
      await server.stop();
      expect(Date.now() - before).toBeLessThan(3_000);
    });
  });

  test("a temporary folder is deleted with the stop", async () => {
    const folder = join(root, "temporary");
    const server = await startEmbeddedPostgres({
      dataDir: folder,
      durable: false,
      temporary: true,
    });
    await server.stop();
    await expect(stat(folder)).rejects.toThrow("ENOENT");
  });
});

describe("an owner that is killed", () => {
  test("leaves no Postgres and no guard behind, and the data is intact", async () => {
    const owner = startOwner(dataDir);
    const { url, pid, guardPid } = await startedBy(owner);
    await withSql(url, (sql) => sql`create table committed as select 7 as answer`);
    const log = join(dataDir, "postgres.log");
    const { size } = await stat(log);
    process.kill(owner.pid, "SIGKILL");
    expect(await goneWithin(5, pid)).toBe(true);
    expect(await goneWithin(5, guardPid)).toBe(true);
    const server = await start();
    expect(await withSql(server.url, (sql) => sql`select answer from committed`)).toEqual([
      { answer: 7 },
    ]);
    const written = (await readFile(log)).subarray(size).toString();
    expect(written).toContain("received fast shutdown request");
    expect(written).not.toContain("not properly shut down");
  });

  test("can be followed by a new start at once, which waits while the old server shuts down", async () => {
    const owner = startOwner(dataDir);
    const { url, pid } = await startedBy(owner);
    await withSql(url, async (sql) => {
      const [session] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
      const backend = session?.pid ?? 0;
      process.kill(backend, "SIGSTOP");
      process.kill(owner.pid, "SIGKILL");
      const next = start();
      expect(await goneWithin(0.5, pid)).toBe(false);
      process.kill(backend, "SIGCONT");
      expect((await next).pid).not.toBe(pid);
    });
  });

  test("in the middle of initdb leaves nothing that the next start trips over", async () => {
    const folder = join(root, "interrupted");
    const owner = startOwner(folder);
    const half = async () => (await readdir(folder).catch(() => [])).find((n) => /^initdb/.test(n));
    let scrap = await half();
    for (; scrap === undefined; scrap = await half()) await pause(2);
    process.kill(owner.pid, "SIGKILL");
    expect(await readdir(folder)).not.toContain("cluster");
    const server = await start(folder);
    expect(await withSql(server.url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
    expect(await readdir(folder)).not.toContain(scrap);
  });

  test("does not stop for a Ctrl-C that the owner ignores, nor does its Postgres", async () => {
    const owner = startOwner(dataDir);
    const { url, pid, guardPid } = await startedBy(owner);
    process.kill(-owner.pid, "SIGINT");
    expect(await goneWithin(0.3, pid)).toBe(false);
    expect(await goneWithin(0.1, guardPid)).toBe(false);
    expect(await withSql(url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });
});

describe("a folder in use", () => {
  test("a second start says which process holds it, and a command can join it", async () => {
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
    const server = await start();
    const second = startEmbeddedPostgres({ dataDir, durable: false });
    await expect(second).rejects.toThrow(EmbeddedPostgresError);
    await expect(second).rejects.toThrow(`in use by the Postgres with pid ${server.pid} `);
    expect(await findEmbeddedPostgres(dataDir)).toBe(server.url);
    expect(await withSql(server.url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  test("of two first starts at once, one serves and the other names it", async () => {
    const folder = join(root, "raced");
    const reports = await Promise.all([1, 2].map(() => startOwner(folder).report));
    const winners = reports.filter((report) => "url" in report);
    const losers = reports.filter((report) => "error" in report);
    expect([winners.length, losers.length]).toEqual([1, 1]);
    expect(losers[0]?.error).toContain(`in use by the Postgres with pid ${winners[0]?.pid} `);
    expect(await withSql(winners[0]?.url ?? "", (sql) => sql`select 1 as one`)).toHaveLength(1);
  });

  test("a lock whose pid now belongs to some other process does not count", async () => {
    const other = spawn("sleep", ["60"]);
    const lock = join(dataDir, "cluster", "data", "postmaster.pid");
    await writeFile(lock, `${other.pid}\n${dataDir}/cluster/data\n1700000000\n5432\n\n127.0.0.1\n`);
    const server = await start();
    expect(Number.parseInt(await readFile(lock, "utf8"), 10)).toBe(server.pid);
    await server.stop();
    expect(other.exitCode).toBeNull();
    other.kill();
  });
});

describe("what it lets in", () => {
  test("the password is random, needed, and in a file that only its owner may read", async () => {
    const server = await start();
    const file = await stat(join(dataDir, "cluster", "password"));
    expect((file.mode & 0o777).toString(8)).toBe("600");
    const wrong = new URL(server.url);
    expect(wrong.password.length).toBeGreaterThanOrEqual(32);
    wrong.password = "canvass";
    await expect(withSql(wrong.href, (sql) => sql`select 1`)).rejects.toThrow("authentication");
    const rules = await withSql(
      server.url,
      (sql) => sql`select distinct auth_method from pg_hba_file_rules`,
    );
    expect(rules).toEqual([{ auth_method: "scram-sha-256" }]);
  });

  test("it listens on 127.0.0.1, on no other address and on no Unix socket", async () => {
    const { port, url } = await start();
    expect(await accepts("127.0.0.1", port)).toBe(true);
    // With 0.0.0.0 every 127.x.y.z would answer.
    if (process.platform === "linux") expect(await accepts("127.0.0.2", port)).toBe(false);
    expect(await accepts("::1", port)).toBe(false);
    const [row] = await withSql(
      url,
      (sql) => sql`select current_setting('unix_socket_directories') as sockets,
        current_setting('timezone') as zone, current_setting('server_encoding') as encoding,
        (select datlocale from pg_database where datname = current_database()) as locale`,
    );
    expect(row).toEqual({ sockets: "", zone: "UTC", encoding: "UTF8", locale: "C.UTF-8" });
  });
});

describe("errors are one sentence", () => {
  test("with the last lines of Postgres's log when it does not start", async () => {
    const config = join(dataDir, "cluster", "data", "postgresql.auto.conf");
    const before = await readFile(config);
    await appendFile(config, "no_such_parameter = 1\n");
    await expect(start()).rejects.toThrow(/did not start .*no_such_parameter/);
    await writeFile(config, before);
  });

  test("that names npm install and DATABASE_URL where Postgres's package is missing", async () => {
    const arch = Object.getOwnPropertyDescriptor(process, "arch") ?? {};
    Object.defineProperty(process, "arch", { ...arch, value: "mips" });
    try {
      await expect(start()).rejects.toThrow(/linux-mips is missing.*npm install.*DATABASE_URL/);
    } finally {
      Object.defineProperty(process, "arch", arch);
    }
  });

  test("when the folder cannot be made", async () => {
    await mkdir(join(root, "plain"));
    await writeFile(join(root, "plain", "file"), "");
    await expect(start(join(root, "plain", "file"))).rejects.toThrow(
      /cannot be used.*DATABASE_URL/,
    );
  });
});
