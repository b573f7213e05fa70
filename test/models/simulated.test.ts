import { expect, it } from "vitest";
import type { Ask } from "@/lib/models/call";
import { callModel } from "@/lib/models/call-model";
import { simulatedOutcome } from "@/lib/models/simulated";
import { SIMULATED_MODEL_NAMES } from "@/lib/models/simulated-personas";
import { asAnswered, callableModel } from "./callable-model";

const QUESTION = "What are the best noise-cancelling headphones to buy right now?";

function outcomeOf(name: string, overrides: Partial<Ask> = {}) {
  const model = callableModel({ provider: "simulated", name });
  const ask = { question: QUESTION, runIndex: 0, day: "2026-03-01", attempt: 1, ...overrides };
  return simulatedOutcome(model, ask);
}

function dayPlus(days: number): string {
  return new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10);
}

/** Share of `runs` answers of one day in which each name comes. */
function shares(name: string, day: string, question = QUESTION, runs = 200): Map<string, number> {
  const counts = new Map<string, number>();
  for (let runIndex = 0; runIndex < runs; runIndex++) {
    const outcome = outcomeOf(name, { day, runIndex, question, attempt: 2 });
    for (const entity of outcome.kind === "answered" ? outcome.entities : []) {
      counts.set(entity, (counts.get(entity) ?? 0) + 1 / runs);
    }
  }
  return counts;
}

function distance(a: Map<string, number>, b: Map<string, number>): number {
  const names = new Set([...a.keys(), ...b.keys()]);
  return Math.max(...[...names].map((name) => Math.abs((a.get(name) ?? 0) - (b.get(name) ?? 0))));
}

it("gives the same answer to the same ask, byte for byte", () => {
  for (let runIndex = 0; runIndex < 50; runIndex++) {
    expect(outcomeOf("simulated-atlas", { runIndex })).toEqual(
      outcomeOf("simulated-atlas", { runIndex }),
    );
  }
  // Written down, so that another machine or another Node cannot drift away unnoticed.
  expect(outcomeOf("simulated-atlas")).toMatchObject({
    kind: "answered",
    entities: ["Sennheiser Momentum 4", "Bose QuietComfort Ultra", "Sonos Ace"],
  });
});

it("differs by run, day and label", () => {
  const model = callableModel({ provider: "simulated", name: "simulated-comet" });
  const ask = { question: QUESTION, runIndex: 0, day: "2026-03-01", attempt: 1 };
  const variants = [
    simulatedOutcome(model, ask),
    simulatedOutcome(model, { ...ask, runIndex: 1 }),
    simulatedOutcome(model, { ...ask, day: "2026-03-02" }),
    simulatedOutcome({ ...model, label: "b" }, ask),
  ];
  const texts = variants.map((outcome) => (outcome.kind === "answered" ? outcome.rawText : ""));
  expect(new Set(texts).size).toBe(variants.length);
});

it("has at least four models, each with a spread of its own", () => {
  expect(SIMULATED_MODEL_NAMES.length).toBeGreaterThanOrEqual(4);
  const spreads = SIMULATED_MODEL_NAMES.map((name) => shares(name, "2026-03-01"));
  for (const [index, spread] of spreads.entries()) {
    expect(spread.size).toBeGreaterThanOrEqual(4);
    expect(Math.max(...spread.values())).toBeLessThan(0.99);
    for (const other of spreads.slice(index + 1)) {
      expect(distance(spread, other)).toBeGreaterThan(0.15);
    }
  }
});

it("drifts over weeks, and hardly from one day to the next", () => {
  for (const name of SIMULATED_MODEL_NAMES) {
    const first = shares(name, "2026-03-01", QUESTION, 600);
    expect(distance(first, shares(name, "2026-03-02", QUESTION, 600))).toBeLessThan(0.12);
  }
  const months = [0, 30, 60, 90].map((days) => shares("simulated-comet", dayPlus(days)));
  const [start, ...later] = months;
  if (start === undefined) throw new Error("no months");
  expect(Math.max(...later.map((month) => distance(start, month)))).toBeGreaterThan(0.2);
});

it("fails about 2 % of first attempts, each of which succeeds when retried, and refuses about 1 %", () => {
  const rounds = 10_000;
  let failed = 0;
  let refused = 0;
  for (let runIndex = 0; runIndex < rounds; runIndex++) {
    const outcome = outcomeOf("simulated-delta", { runIndex });
    if (outcome.kind === "answered") continue;
    if (outcome.errorCode === "refused") refused++;
    else {
      failed++;
      expect(outcome).toMatchObject({ class: "transient", costUsd: 0, mayHaveBeenPaid: false });
      const retried = outcomeOf("simulated-delta", { runIndex, attempt: 2 });
      expect(retried.kind === "answered" || retried.errorCode === "refused").toBe(true);
    }
  }
  expect(failed / rounds).toBeGreaterThan(0.015);
  expect(failed / rounds).toBeLessThan(0.025);
  expect(refused / rounds).toBeGreaterThan(0.006);
  expect(refused / rounds).toBeLessThan(0.014);
});

it("says everywhere that it is simulated, and costs nothing", async () => {
  const outcome = asAnswered(
    await callModel(
      callableModel({ provider: "simulated", name: "simulated-atlas" }),
      { question: QUESTION, runIndex: 3, day: "2026-03-01", attempt: 1 },
      { signal: new AbortController().signal, timeoutSeconds: 10, credentials: {} },
    ),
  );
  expect(outcome.answer).toContain("Simulated answer");
  expect(outcome.returnedModel).toContain("simulated");
  expect(outcome.settings).toMatchObject({ simulated: true });
  expect(outcome).toMatchObject({ costUsd: 0, httpStatus: null, providerRequestId: null });
  expect(JSON.parse(outcome.rawText)).toEqual({
    answer: outcome.answer,
    entities: outcome.entities,
  });
  expect(outcome.latencyMs).toBeGreaterThanOrEqual(20);
  expect(outcome.latencyMs).toBeLessThanOrEqual(400);
});

it("stops waiting when it is aborted", async () => {
  const model = callableModel({ provider: "simulated", name: "simulated-atlas" });
  const slow = Array.from({ length: 100 }, (_, runIndex) => runIndex).find(
    (runIndex) => outcomeOf("simulated-atlas", { runIndex }).latencyMs > 380,
  );
  const controller = new AbortController();
  const startedMs = performance.now();
  const call = callModel(
    model,
    { question: QUESTION, runIndex: slow ?? -1, day: "2026-03-01", attempt: 1 },
    { signal: controller.signal, timeoutSeconds: 10, credentials: {} },
  );
  setTimeout(() => controller.abort(), 5);
  expect(await call).toMatchObject({ kind: "aborted", mayHaveBeenPaid: false });
  expect(performance.now() - startedMs).toBeLessThan(300);
});

it("makes up the same few names for a question it has never seen", () => {
  const question = "Which teapot is best?";
  const spread = shares("simulated-birch", "2026-03-01", question);
  expect(spread.size).toBeGreaterThanOrEqual(4);
  expect(spread.size).toBeLessThanOrEqual(9);
  expect([...shares("simulated-birch", "2026-05-01", question).keys()].sort()).toEqual(
    [...spread.keys()].sort(),
  );
});

it("answers under any model name", () => {
  for (const name of ["anything", "__proto__", ""]) {
    expect(["answered", "failed"]).toContain(outcomeOf(name).kind);
  }
  expect(distance(shares("one", "2026-03-01"), shares("two", "2026-03-01"))).toBeGreaterThan(0.1);
});
