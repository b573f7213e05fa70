import { expect, it, onTestFinished, vi } from "vitest";
import { startFakeProvider } from "@/test/fake-provider";
import { asAnswered, asFailed, callWith } from "./callable-model";

async function fake() {
  const provider = await startFakeProvider();
  onTestFinished(() => provider.close());
  return { provider, ask: (name: string) => callWith(provider.url, { model: { name } }) };
}

it("counts what is in flight at once, in all and by model", async () => {
  const { provider, ask } = await fake();
  provider.reply(() => ({ kind: "answer", delayMs: 80 }));
  await Promise.all([ask("a"), ask("a"), ask("b")]);
  expect(provider.maxInFlight).toBe(3);
  expect(Object.fromEntries(provider.maxInFlightByModel)).toEqual({ a: 2, b: 1 });
  await vi.waitFor(() => expect(provider.inFlight).toBe(0));
  expect(provider.requests.map((request) => request.closedEarly)).toEqual([false, false, false]);
});

it("plays its queue in order, and then answers with names from the question", async () => {
  const { provider, ask } = await fake();
  provider.reply([{ kind: "json", status: 500, body: {} }, { kind: "reset" }]);
  expect(asFailed(await ask("a"))).toMatchObject({ httpStatus: 500 });
  expect(asFailed(await ask("a"))).toMatchObject({ errorCode: "network" });
  expect(asAnswered(await ask("a"))).toMatchObject({
    answer: "An answer to: Which headphones should I buy?",
    entities: ["Which", "headphones", "should"],
    returnedModel: "a-2026-01-01",
  });
  expect(provider.requests.map((request) => request.closedEarly)).toEqual([false, false, false]);
});

it("decides by the request, and forgets everything on reset", async () => {
  const { provider, ask } = await fake();
  provider.reply(({ model }) => (model === "bad" ? { kind: "text", text: "<html>" } : undefined));
  expect((await ask("bad")).kind).toBe("failed");
  expect((await ask("good")).kind).toBe("answered");
  provider.reset();
  expect(provider.requests).toHaveLength(0);
  expect((await ask("bad")).kind).toBe("answered");
});
