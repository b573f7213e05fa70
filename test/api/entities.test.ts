import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { answerNaming } from "../named-answers";
import { ownDatabase } from "../own-database";
import { callAs, makePerson, type Person } from "./people";
import { expectError, expectInvalid, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let member: Person;
let promptId: number;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  member = await makePerson(app);
  promptId = (await makePrompt([(await makeModel()).id])).id;
});
afterAll(() => app?.stop());

const get = (path: string) => app.call("GET", `/api/entities${path}`);
const post = (path: string, body?: object) => app.call("POST", `/api/entities${path}`, body);
const patch = (id: number, body: object) => app.call("PATCH", `/api/entities/${id}`, body);

let names = 0;
/** New names in one answer: their ids. */
async function named(count: number): Promise<number[]> {
  const given = Array.from({ length: count }, () => `Thing ${++names}`);
  return (await answerNaming(promptId, given)).entityIds;
}
const one = async () => (await named(1))[0] ?? 0;
const two = async () => {
  const [a = 0, b = 0] = await named(2);
  return { a, b };
};

describe("the list", () => {
  test("is empty at first, and then has the newest name first, with its figures", async () => {
    expect((await get("")).body).toEqual({ success: true, entities: [], nextCursor: null });
    const answeredAt = new Date("2026-01-02T03:04:05.678Z");
    const { entityIds } = await answerNaming(promptId, ["Shōgun", "Shogun (2024)"], { answeredAt });
    const [first, second] = entityIds;
    const figures = {
      ...{ category: null, state: "unmapped", mergedInto: null, aliases: [] },
      ...{ answers: 1, prompts: 1, lastNamedAt: answeredAt.toISOString() },
    };
    expect(await get("")).toMatchObject({ status: 200 });
    expect((await get("")).body.entities).toEqual([
      {
        ...{ id: second, name: "Shogun (2024)", ...figures },
        suggestion: { id: first, name: "Shōgun" },
      },
      {
        ...{ id: first, name: "Shōgun", ...figures },
        suggestion: { id: second, name: "Shogun (2024)" },
      },
    ]);
  });

  test("gives each name once, page by page, while new ones come", async () => {
    const ids = await named(5);
    const seen: number[] = [];
    let cursor = `&cursor=${Math.max(...ids) + 1}`;
    for (let page = 0; page < 3; page++) {
      const { body } = await get(`?limit=2${cursor}`);
      seen.push(...body.entities.map((entity: { id: number }) => entity.id));
      cursor = `&cursor=${body.nextCursor}`;
      await one();
    }
    expect(seen.slice(0, 5)).toEqual(ids.toReversed());
  });

  test("knows what nobody has looked at, what somebody has, and what is ignored", async () => {
    const { a, b } = await two();
    const alias = await one();
    await patch(a, { state: "mapped" });
    await patch(b, { state: "ignored" });
    await post(`/${alias}/merge`, { into: a });
    const listed = async (state: string) =>
      (await get(`?state=${state}`)).body.entities.map((entity: { id: number }) => entity.id);
    expect(await listed("mapped")).toEqual([a]);
    expect(await listed("ignored")).toEqual([b]);
    const unmapped = await listed("unmapped");
    for (const id of [a, b, alias]) expect(unmapped).not.toContain(id);
  });

  test("finds a name by part of it, of its alias, or of how an answer wrote it", async () => {
    const [id = 0, alias = 0] = (
      await answerNaming(promptId, ["ＣＡＮＶＡＳＳ Press", "Le Tréteau"])
    ).entityIds;
    await post(`/${alias}/merge`, { into: id });
    await patch(id, { name: "The Publisher" });
    for (const search of ["canvass", "CANVASS p", "publish", "tréteau", "Publisher"]) {
      const { body } = await get(`?search=${encodeURIComponent(search)}`);
      expect(body.entities).toMatchObject([{ id, name: "The Publisher" }]);
    }
    for (const search of ["%", "c_nvass", "…", "' or 1=1 --"]) {
      expect((await get(`?search=${encodeURIComponent(search)}`)).body.entities).toEqual([]);
    }
  });

  test.each(["?state=new", "?limit=0", "?limit=101", "?cursor=x", "?search=", "?prompt=1"])(
    "%s is refused",
    async (query) => expectInvalid(await get(query)),
  );
});

describe("a name", () => {
  test("is changed in what is given, and found under the key that it had", async () => {
    const id = await one();
    const changed = await patch(id, { name: "Renamed", category: "shows", state: "mapped" });
    expect(changed).toMatchObject({
      status: 200,
      body: { entity: { id, name: "Renamed", category: "shows", state: "mapped" } },
    });
    expect((await patch(id, {})).body).toEqual(changed.body);
    expect((await patch(id, { category: null })).body.entity).toMatchObject({ category: null });
    const again = await answerNaming(promptId, [`thing ${names}`]);
    expect(again.entityIds).toEqual([id]);
    expect((await get(`/${id}`)).body.entity).toMatchObject({ name: "Renamed", answers: 2 });
  });

  test.each([{ name: "" }, { name: "  " }, { state: "new" }, { category: "" }, { key: "x" }])(
    "isn't changed by %j",
    async (body) => expectInvalid(await patch(await one(), body)),
  );

  test("that counts as another is changed in its name alone", async () => {
    const { a, b } = await two();
    await post(`/${a}/merge`, { into: b });
    expect((await patch(a, { name: "Shown" })).body.entity).toMatchObject({
      name: "Shown",
      mergedInto: { id: b },
    });
    expectError(await patch(a, { state: "ignored" }), "ConflictError", 409, {
      entityId: a,
      mergedInto: b,
    });
  });

  test("that isn't there is 404, whatever is asked of it", async () => {
    const id = 999_999_999;
    const there = await one();
    const replies = [
      await get(`/${id}`),
      await patch(id, { state: "mapped" }),
      await post(`/${id}/aliases`, { name: "Alias" }),
      await post(`/${id}/merge`, { into: there }),
      await post(`/${there}/merge`, { into: id }),
      await post(`/${id}/split`),
    ];
    for (const reply of replies) expectError(reply, "NotFoundError", 404, { entityId: id });
  });
});

describe("a merge", () => {
  test("makes a name count as the other, in all that was answered, until it is split", async () => {
    const { a, b } = await two();
    const before = (await get(`/${a}`)).body;
    const merged = await post(`/${a}/merge`, { into: b });
    expect(merged).toMatchObject({ status: 200 });
    expect(merged.body.entity).toMatchObject({ id: b, answers: 1, aliases: [{ id: a }] });
    expect((await post(`/${a}/merge`, { into: b })).body).toEqual(merged.body);
    expect((await get(`/${a}`)).body.entity.mergedInto).toMatchObject({ id: b });
    expect(await post(`/${a}/split`)).toMatchObject({ status: 200, body: before });
    expect((await post(`/${a}/split`)).body).toEqual(before);
    expect((await get(`/${b}`)).body.entity.aliases).toEqual([]);
  });

  test("of an alias, or into one, is refused with the name that it counts as", async () => {
    const [a = 0, b = 0, c = 0] = await named(3);
    await post(`/${a}/merge`, { into: b });
    const conflict = { entityId: a, mergedInto: b };
    for (const reply of [
      await post(`/${a}/merge`, { into: c }),
      await post(`/${c}/merge`, { into: a }),
      await post(`/${b}/merge`, { into: a }),
      await post(`/${a}/aliases`, { name: "Alias of an alias" }),
    ]) {
      expectError(reply, "ConflictError", 409, conflict);
    }
    expectInvalid(await post(`/${b}/merge`, { into: b }));
    expectInvalid(await post(`/${b}/merge`, { into: "3" }));
    expectInvalid(await post(`/${b}/merge`, {}));
  });

  test("both ways at once answers one, and tells the other what it counts as", async () => {
    const { a, b } = await two();
    const replies = await Promise.all([
      post(`/${a}/merge`, { into: b }),
      post(`/${b}/merge`, { into: a }),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe("an alias by hand", () => {
  test("is a new name that counts as the entity before any answer gives it", async () => {
    const id = await one();
    const made = await post(`/${id}/aliases`, { name: " “By Hand” " });
    expect(made).toMatchObject({ status: 201 });
    expect(made.body.entity).toMatchObject({ id, aliases: [{ name: "“By Hand”" }], answers: 1 });
    expect((await post(`/${id}/aliases`, { name: "by hand" })).body).toEqual(made.body);
    await answerNaming(promptId, ["By hand"]);
    expect((await get(`/${id}`)).body.entity).toMatchObject({ answers: 2 });
  });

  test("takes along a name that nobody has looked at, and none that somebody has", async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await named(4);
    const nameOf = async (id: number) => ({ name: (await get(`/${id}`)).body.entity.name });
    expect((await post(`/${a}/aliases`, await nameOf(b))).body.entity.aliases).toMatchObject([
      { id: b },
    ]);
    await patch(c, { state: "mapped" });
    const taken = await post(`/${a}/aliases`, await nameOf(c));
    expectError(taken, "ConflictError", 409, { entityId: c });
    const others = await post(`/${d}/aliases`, await nameOf(b));
    expectError(others, "ConflictError", 409, { entityId: b });
    expect((await post(`/${a}/aliases`, await nameOf(a))).body.entity.id).toBe(a);
    expectInvalid(await post(`/${a}/aliases`, { name: "…" }));
  });
});

test("a member sees the names that answers to his prompts give, and changes none", async () => {
  const own = await makePrompt([1], { ownerId: member.id });
  const [mine = 0] = (await answerNaming(own.id, ["A member's"])).entityIds;
  const others = await one();
  await post(`/${others}/merge`, { into: mine });
  const as = (method: string, path: string, body?: object) =>
    callAs(app, member, method, `/api/entities${path}`, body);
  const { body } = await as("GET", "");
  expect(body.entities).toMatchObject([{ id: mine, aliases: [], answers: 1, suggestion: null }]);
  expect(await as("GET", `/${mine}`)).toMatchObject({ status: 200 });
  expectError(await as("GET", `/${others}`), "NotFoundError", 404, { entityId: others });
  for (const reply of [
    await as("PATCH", `/${mine}`, { name: "Ours" }),
    await as("POST", `/${mine}/split`),
    await as("POST", `/${mine}/aliases`, { name: "X" }),
  ]) {
    expectError(reply, "ForbiddenError", 403);
  }
});
