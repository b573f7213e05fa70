import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { execute } from "@/db/client";
import { setUp } from "@/lib/auth/accounts";
import { ownDatabase } from "../own-database";

ownDatabase();

const home = process.cwd();
let folder: string;
let demo: typeof import("@/scripts/demo-account");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "canvass-demo-"));
  // The folder that dev and demo keep things in is the one they are started in.
  process.chdir(folder);
  demo = await import("@/scripts/demo-account");
});
afterAll(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await execute(sql`delete from users`);
});

test("the demo's account is made once, and kept for its owner's eyes", async () => {
  const account = await demo.demoAccount();
  expect(account).toEqual({
    email: "demo@example.com",
    password: expect.stringMatching(/^[\w-]{16}$/),
  });
  expect(await demo.demoAccount()).toEqual(account);
  const file = join(folder, ".canvass", "demo-account");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(account);
  expect(await execute(sql`select email, role from users`)).toEqual([
    { email: "demo@example.com", role: "admin" },
  ]);
});

test("where somebody has an account already, the demo makes none and knows no password", async () => {
  await setUp({ email: "ada@example.com", name: "Ada", password: "correct horse" });
  expect(await demo.demoAccount()).toBeNull();
  expect(await execute(sql`select email from users`)).toEqual([{ email: "ada@example.com" }]);
  const line = demo.howToSignIn("http://127.0.0.1:3000", null);
  expect(line).toBe("Sign in:          http://127.0.0.1:3000/sign-in");
});

test("where the password was changed, the demo says nothing that isn't so", async () => {
  const account = await demo.demoAccount();
  await execute(sql`update accounts set password = repeat('0', 32) || ':' || repeat('0', 128)`);
  expect(account).not.toBeNull();
  expect(await demo.demoAccount()).toBeNull();
});
