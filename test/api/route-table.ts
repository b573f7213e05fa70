import type { Access } from "@/lib/auth/access";

/** What a member owns: a call is about one of these. */
export type Owned = {
  promptId: number;
  jobId: number;
  batchKey: string;
  keyId: number;
  modelId: number;
  /** A name in an answer to the prompt, and another one. */
  entityId: number;
  otherEntityId: number;
  question: string;
  /** Nobody's: these are the admins'. */
  webhookId: number;
  deliveryId: number;
};

export type Row = {
  /** As the folders under app/ name it. */
  path: string;
  method: string;
  access: Access | "public";
  /**
   * The address of the member's object, where it has several names with `/` between; without: it is about
   * no one object.
   */
  of?: (owned: Owned) => string;
  body?: (owned: Owned) => unknown;
  /** A job in this state; queued unless told otherwise. */
  job?: "queued" | "cancelled";
  /** What answers whom it lets in. */
  ok?: number;
};

let counter = 0;
export const unique = () => `made-${++counter}`;
const newPrompt = ({ modelId }: Owned) => ({
  slug: unique(),
  question: "Which?",
  frequency: "manual",
  modelIds: [modelId],
});
const newModel = () => ({ provider: "simulated", name: unique() });
const newAccount = () => ({
  email: `${unique()}@example.com`,
  password: "long enough",
  name: "Pat",
});
const importedCsv = ({ modelId }: Owned) =>
  `slug,question,frequency,models\n${unique()},Which?,manual,${modelId}\n`;

const job = ({ jobId }: Owned) => `${jobId}`;
const prompt = ({ promptId }: Owned) => `${promptId}`;
const entity = ({ entityId }: Owned) => `${entityId}`;
const batch = ({ batchKey }: Owned) => batchKey;
const webhook = ({ webhookId }: Owned) => `${webhookId}`;
const NO_ID = 999_999_999;
/** The same where there is none. */
export const missing = {
  promptId: NO_ID,
  jobId: NO_ID,
  keyId: NO_ID,
  modelId: 1,
  webhookId: NO_ID,
  deliveryId: NO_ID,
  entityId: NO_ID,
  otherEntityId: NO_ID + 1,
  batchKey: "nil",
  question: "",
};

/** Every route with each of its methods. */
export const ROWS: Row[] = [
  { path: "/api/cron", method: "GET", access: "operator" },
  { path: "/api/cron/sweep", method: "GET", access: "admin" },
  {
    path: "/api/jobs/process",
    method: "POST",
    access: "operator",
    job: "cancelled",
    body: ({ jobId }) => ({ jobId }),
  },
  { path: "/api/jobs/status", method: "GET", access: "read" },
  { path: "/api/jobs/status/[jobId]", method: "GET", access: "read", of: job },
  { path: "/api/jobs/status/[jobId]/poll?timeout=1", method: "GET", access: "read", of: job },
  {
    path: "/api/jobs/status/[jobId]/stream",
    method: "GET",
    access: "read",
    of: job,
    job: "cancelled",
  },
  { path: "/api/jobs/cancel/[jobId]", method: "POST", access: "run", of: job },
  {
    path: "/api/jobs/restart/[jobId]",
    method: "POST",
    access: "run",
    of: job,
    job: "cancelled",
  },
  {
    path: "/api/jobs/cancel",
    method: "POST",
    access: "run",
    body: ({ promptId }) => ({ promptId }),
  },
  {
    path: "/api/jobs/restart",
    method: "POST",
    access: "run",
    body: ({ promptId }) => ({ promptId }),
  },
  { path: "/api/jobs/queue/stats", method: "GET", access: "read" },
  {
    path: "/api/jobs/queue/pause",
    method: "POST",
    access: "admin",
    body: () => ({ provider: "openrouter" }),
  },
  {
    path: "/api/jobs/queue/resume",
    method: "POST",
    access: "admin",
    body: () => ({ provider: "openrouter" }),
  },
  { path: "/api/jobs/batches", method: "GET", access: "read" },
  { path: "/api/jobs/batches/[batchKey]", method: "GET", access: "read", of: batch },
  {
    path: "/api/jobs/batches/[batchKey]/stream",
    method: "GET",
    access: "read",
    of: batch,
    job: "cancelled",
  },
  { path: "/api/prompts", method: "GET", access: "read" },
  { path: "/api/prompts", method: "POST", access: "run", body: newPrompt, ok: 201 },
  { path: "/api/prompts/[ref]", method: "GET", access: "read", of: prompt },
  {
    path: "/api/prompts/[ref]",
    method: "PATCH",
    access: "run",
    of: prompt,
    body: () => ({ category: "changed" }),
  },
  { path: "/api/prompts/[ref]", method: "DELETE", access: "run", of: prompt },
  { path: "/api/prompts/[ref]/runs", method: "POST", access: "run", of: prompt, ok: 202 },
  { path: "/api/prompts/[ref]/answer", method: "GET", access: "read", of: prompt, ok: 202 },
  { path: "/api/prompts/[ref]/trend", method: "GET", access: "read", of: prompt },
  { path: "/api/prompts/[ref]/models", method: "GET", access: "read", of: prompt },
  { path: "/api/prompts/[ref]/responses", method: "GET", access: "read", of: prompt },
  { path: "/api/prompts/export", method: "GET", access: "read" },
  { path: "/api/prompts/import", method: "POST", access: "run", body: importedCsv },
  { path: "/api/costs", method: "GET", access: "read" },
  {
    path: "/api/estimates",
    method: "POST",
    access: "read",
    body: ({ modelId }) => ({ question: "Which?", modelIds: [modelId] }),
  },
  { path: "/api/models", method: "GET", access: "read" },
  { path: "/api/models", method: "POST", access: "admin", body: newModel, ok: 201 },
  { path: `/api/models/[modelId]`, method: "GET", access: "read", of: () => "1" },
  {
    path: `/api/models/[modelId]`,
    method: "PATCH",
    access: "admin",
    of: () => "1",
    body: () => ({}),
  },
  { path: "/api/entities", method: "GET", access: "read" },
  { path: "/api/entities/[entityId]", method: "GET", access: "read", of: entity },
  {
    path: "/api/entities/[entityId]",
    method: "PATCH",
    access: "admin",
    of: entity,
    body: () => ({ state: "mapped" }),
  },
  {
    path: "/api/entities/[entityId]/aliases",
    method: "POST",
    access: "admin",
    of: entity,
    body: () => ({ name: unique() }),
    ok: 201,
  },
  {
    path: "/api/entities/[entityId]/merge",
    method: "POST",
    access: "admin",
    of: entity,
    body: ({ otherEntityId }) => ({ into: otherEntityId }),
  },
  { path: "/api/entities/[entityId]/split", method: "POST", access: "admin", of: entity },
  { path: "/api/setup", method: "POST", access: "operator", body: newAccount, ok: 409 },
  {
    path: "/api/invitations",
    method: "POST",
    access: "admin-session",
    body: () => ({ email: `${unique()}@example.com`, role: "member" }),
    ok: 201,
  },
  {
    path: "/api/invitations/[invitationId]",
    method: "DELETE",
    access: "admin-session",
    of: () => `${NO_ID}`,
    ok: 404,
  },
  { path: "/api/invitations/accept", method: "POST", access: "public", body: () => ({}), ok: 400 },
  { path: "/api/api-keys", method: "GET", access: "session" },
  {
    path: "/api/api-keys",
    method: "POST",
    access: "own-session",
    body: () => ({ name: unique(), scopes: ["read"] }),
    ok: 201,
  },
  {
    path: "/api/api-keys/[keyId]",
    method: "DELETE",
    access: "session",
    of: ({ keyId }) => `${keyId}`,
  },
  { path: "/api/webhooks", method: "GET", access: "admin" },
  {
    path: "/api/webhooks",
    method: "POST",
    access: "admin",
    body: () => ({ url: "https://hooks.example.com/", events: ["budget.reached"] }),
    ok: 201,
  },
  { path: "/api/webhooks/[webhookId]", method: "GET", access: "admin", of: webhook },
  {
    path: "/api/webhooks/[webhookId]",
    method: "PATCH",
    access: "admin",
    of: webhook,
    body: () => ({ active: false }),
  },
  { path: "/api/webhooks/[webhookId]", method: "DELETE", access: "admin", of: webhook },
  { path: "/api/webhooks/[webhookId]/secret", method: "POST", access: "admin", of: webhook },
  { path: "/api/webhooks/[webhookId]/deliveries", method: "GET", access: "admin", of: webhook },
  {
    path: "/api/webhooks/[webhookId]/deliveries/[deliveryId]/send",
    method: "POST",
    access: "admin",
    of: ({ webhookId, deliveryId }) => `${webhookId}/${deliveryId}`,
    ok: 202,
  },
  { path: "/api/health", method: "GET", access: "public" },
];

/** Not in the table: an address that is none, and better-auth's, which test/api/accounts.test.ts walks. */
export const OTHERS = ["/api/[[...path]]", "/api/auth/[...all]"];
