import { describe, expect, test } from "vitest";
import type { Role, Scope } from "@/db/schema";
import { type Access, authorize, mayRun } from "@/lib/auth/access";
import type { Caller } from "@/lib/auth/caller";

const session = (role: Role): Caller => ({ kind: "user", userId: "u", role, via: "session" });
const key = (role: Role, ...scopes: Scope[]): Caller => ({
  kind: "user",
  userId: "u",
  role,
  via: "key",
  scopes,
});

const CALLERS: Record<string, Caller> = {
  operator: { kind: "operator" },
  admin: session("admin"),
  member: session("member"),
  "admin's key": key("admin", "read", "run"),
  "admin's reading key": key("admin", "read"),
  "member's key": key("member", "read", "run"),
  "member's reading key": key("member", "read"),
  "member's running key": key("member", "run"),
};

const MAY: Record<Access, string[]> = {
  operator: ["operator"],
  admin: ["operator", "admin", "admin's key"],
  "admin-session": ["operator", "admin"],
  session: ["operator", "admin", "member"],
  "own-session": ["admin", "member"],
  read: Object.keys(CALLERS).filter((name) => name !== "member's running key"),
  run: Object.keys(CALLERS).filter((name) => !name.includes("reading")),
};

describe("who may call", () => {
  test.each(Object.entries(MAY))("%s: %j", (access, may) => {
    const letIn = Object.keys(CALLERS).filter((name) => {
      try {
        authorize(CALLERS[name] as Caller, access as Access);
        return true;
      } catch {
        return false;
      }
    });
    expect(letIn).toEqual(may);
  });
});

describe("a GET that may start a run besides", () => {
  const from = (site: string) =>
    new Request("http://localhost/", { headers: { "sec-fetch-site": site } });

  test("does so for the operator and keys with the scope from anywhere", () => {
    expect(mayRun({ kind: "operator" }, from("cross-site"))).toBe(true);
    expect(mayRun(key("member", "read", "run"), from("cross-site"))).toBe(true);
    expect(mayRun(key("admin", "read"), from("same-origin"))).toBe(false);
  });

  test("and by cookie for our own pages only", () => {
    expect(mayRun(session("member"), from("same-origin"))).toBe(true);
    for (const site of ["none", "same-site", "cross-site", ""]) {
      expect(mayRun(session("admin"), from(site))).toBe(false);
    }
    expect(mayRun(session("admin"), new Request("http://localhost/"))).toBe(false);
  });
});
