import { describe, expect, test } from "vitest";
import { jobsHref } from "@/app/(dashboard)/jobs/address";
import { promptIdOf, shortKey } from "@/app/(dashboard)/jobs/choices";
import { readAddress } from "@/app/(dashboard)/jobs/read-address";

const nothing = readAddress({});

describe("the address of the list of jobs", () => {
  test("asks for what it names", () => {
    const params = { status: "failed", batch: "2026-01-30", model: "2", error: "timeout" };
    expect(
      readAddress({ ...params, question: "best-tv-show", cursor: "900", from: "101" }),
    ).toEqual({
      status: "failed",
      batch: "2026-01-30",
      model: 2,
      error: "timeout",
      question: "best-tv-show",
      cursor: 900,
      from: 101,
    });
  });

  test("asks for nothing by what makes no sense", () => {
    const params = {
      status: "done",
      batch: "a\0b",
      model: "x",
      error: "nope",
      question: ["a", "b"],
    };
    expect(readAddress({ ...params, cursor: "-1", from: "7" })).toEqual(nothing);
    expect(nothing).toMatchObject({ status: null, cursor: null, from: 1 });
  });

  test("is read as it was written", () => {
    const asked = readAddress({ status: "queued", batch: "once-7 &", cursor: "900", from: "101" });
    const query = new URL(jobsHref(asked), "http://localhost").searchParams;
    expect(readAddress(Object.fromEntries(query))).toEqual(asked);
    expect(jobsHref(nothing)).toBe("/jobs");
  });

  test("means a question by its slug or id, and none by an unknown slug", () => {
    const choices = { questions: [{ id: 7, slug: "best-tv-show" }], models: [], batchKeys: [] };
    const idOf = (question: string | null) => promptIdOf({ ...nothing, question }, choices);
    expect(idOf(null)).toBeUndefined();
    expect(idOf("best-tv-show")).toBe(7);
    expect(idOf("7")).toBe(7);
    expect(idOf("99")).toBe(99);
    expect(idOf("gone")).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("shows a run's key without most of its uuid", () => {
    expect(shortKey("run-bae79036-c732-491b-937c-4ede2483ac0c")).toBe("run-bae79036");
    expect(shortKey("2026-01-30T06")).toBe("2026-01-30T06");
  });
});
