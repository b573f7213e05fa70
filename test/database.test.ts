import postgres from "postgres";
import { expect, inject, test } from "vitest";
import { createTestDatabase } from "./database";

test("callers at the same time each get a migrated database of their own", async () => {
  const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase()));
  for (const { url } of databases) {
    const sql = postgres(url, { max: 1 });
    await sql`create table mine as select 1 as one`;
    expect(await sql`select count(*)::int as jobs from prompt_jobs`).toEqual([{ jobs: 0 }]);
    await sql.end();
  }
  for (const database of databases) await database.drop();
});

test("a dropped database is gone, though someone was connected", async () => {
  const { url, drop } = await createTestDatabase();
  const sql = postgres(url, { max: 1 });
  await sql`select 1`;
  await drop();
  await expect(sql`select 1`).rejects.toThrow();
  await drop();
});

test("nobody can enter the template, so it is never busy", async () => {
  const url = new URL(inject("testServerUrl"));
  url.pathname = `/${inject("testTemplate")}`;
  await expect(postgres(url.href, { max: 1 })`select 1`).rejects.toThrow("not currently accepting");
});
