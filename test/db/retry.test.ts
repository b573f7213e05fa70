import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { DatabaseTimeoutError } from "@/db/errors";
import { tryAgain } from "@/db/retry";

const withCode = (code: string) => Object.assign(new Error(`code ${code}`), { code });

/** Fails with these errors, one a call, and then gives how often it was called. */
function failing(...errors: Error[]) {
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    call: async () => {
      const error = errors[calls++];
      if (error) throw error;
      return calls;
    },
  };
}

describe("trying a database call again", () => {
  const passing = ["ECONNRESET", "ECONNREFUSED", "CONNECTION_CLOSED", "CONNECT_TIMEOUT", "EPIPE"];
  const states = ["08006", "53300", "57P01", "57P03", "25006", "40001", "40P01", "55P03"];
  test.each([...passing, ...states])("%s passes, so the call is made again", async (code) => {
    const { call } = failing(withCode(code));
    expect(await tryAgain(call, 1_000)).toBe(2);
  });

  test("a call that didn't answer in time is made again, and so is one under drizzle's wrapper", async () => {
    expect(await tryAgain(failing(new DatabaseTimeoutError(10)).call, 1_000)).toBe(2);
    const wrapped = new Error("Failed query", { cause: withCode("57P01") });
    expect(await tryAgain(failing(wrapped).call, 1_000)).toBe(2);
  });

  const lasting = ["23505", "22P02", "42601", "42P01", "28P01", "3D000"];
  test.each(lasting)(
    "the guard isTransient: %s is a defect of its own, so it's thrown at once",
    async (code) => {
      const once = failing(withCode(code));
      await expect(tryAgain(once.call, 1_000)).rejects.toThrow(code);
      expect(once.calls).toBe(1);
    },
  );

  test("an error that is not the database's is thrown at once", async () => {
    const once = failing(new TypeError("a bug"));
    await expect(tryAgain(once.call, 1_000)).rejects.toThrow("a bug");
    expect(once.calls).toBe(1);
  });

  test("the guard of the time allowed: it gives up with the last error, in time", async () => {
    const always = failing(...Array.from({ length: 50 }, (_, n) => withCode(`57P0${n}`)));
    const startedMs = performance.now();
    await expect(tryAgain(always.call, 700)).rejects.toThrow("57P0");
    expect(performance.now() - startedMs).toBeLessThan(900);
    // 100, 200, 400 ms of pauses at most.
    expect(always.calls).toBeGreaterThanOrEqual(3);
    expect(always.calls).toBeLessThanOrEqual(5);
  });

  test("what the real driver says of an address where nobody listens is tried again", async () => {
    const nobody = postgres("postgres://nobody@127.0.0.1:9/none", { connect_timeout: 1 });
    let calls = 0;
    const call = () => {
      calls += 1;
      return nobody`select 1`;
    };
    await expect(tryAgain(call, 400)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(calls).toBeGreaterThan(1);
    await nobody.end();
  });
});
