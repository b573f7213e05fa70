import { afterAll, beforeAll } from "vitest";
import { closeDatabase } from "@/db/client";
import { createTestDatabase, type TestDatabase } from "./database";

/** Gives the test file a migrated database of its own, as the app's own client sees it. */
export function ownDatabase(): { readonly url: string } {
  let made: TestDatabase | undefined;
  beforeAll(async () => {
    made = await createTestDatabase();
    process.env.DATABASE_URL = made.url;
  });
  afterAll(async () => {
    await closeDatabase();
    await made?.drop();
  });
  return {
    get url() {
      if (!made) throw new Error("the database is made in beforeAll");
      return made.url;
    },
  };
}
