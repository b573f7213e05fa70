import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { environment } from "@/lib/env";
import { sendJob } from "@/lib/jobs/send-job";

const servers: (() => void)[] = [];
afterEach(() => {
  for (const close of servers.splice(0)) close();
});

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

const SECRET = "0123456789abcdef";
const envFor = (url: string, more = {}) =>
  environment({ DATABASE_URL: "postgres://h/d", CRON_SECRET: SECRET, APP_URL: url, ...more });

describe("sending a job to our own process route", () => {
  test("bears the operator's secret and Vercel's bypass, to the configured address", async () => {
    const seen: IncomingMessage[] = [];
    const url = await serve((request, response) => {
      seen.push(request);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ success: true, jobId: 7, status: "succeeded" }));
    });
    const env = envFor(`${url}/`, { VERCEL_AUTOMATION_BYPASS_SECRET: "let-me-in" });
    expect(await sendJob(7, env, 5_000)).toEqual({ outcome: "accepted" });
    expect(seen[0]?.url).toBe("/api/jobs/process");
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${SECRET}`,
      "x-vercel-protection-bypass": "let-me-in",
    });
  });

  test("202 means that the job must wait", async () => {
    const url = await serve((_, response) => {
      response.writeHead(202, { "content-type": "application/json" });
      response.end(JSON.stringify({ success: true, jobId: 7, status: "queued", waitingFor: null }));
    });
    expect(await sendJob(7, envFor(url), 5_000)).toEqual({ outcome: "must_wait" });
  });

  test("follows no redirect: the secret goes nowhere else", async () => {
    let elsewhere = 0;
    const other = await serve((_, response) => {
      elsewhere += 1;
      response.end();
    });
    const url = await serve((_, response) => {
      response.writeHead(307, { location: other });
      response.end();
    });
    expect(await sendJob(7, envFor(url), 5_000)).toEqual({
      outcome: "refused",
      reason: "HTTP 307",
    });
    expect(elsewhere).toBe(0);
  });

  const refusals = [401, 404, 413, 429, 500, 503, 508];
  test.each(refusals)("HTTP %i is not accepted", async (status) => {
    const url = await serve((_, response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ jobId: 7, status: "queued" }));
    });
    expect(await sendJob(7, envFor(url), 5_000)).toMatchObject({ outcome: "refused" });
  });

  test("a page with status 200 and a hang-up are not accepted, and after a timeout nobody knows", async () => {
    const page = await serve((_, response) => response.end("<html>Log in</html>"));
    expect(await sendJob(7, envFor(page), 5_000)).toMatchObject({ outcome: "refused" });
    const hangUp = await serve((request) => request.socket.destroy());
    expect(await sendJob(7, envFor(hangUp), 5_000)).toMatchObject({ outcome: "refused" });
    const silent = await serve(() => {});
    expect(await sendJob(7, envFor(silent), 100)).toEqual({ outcome: "unknown" });
    expect(await sendJob(7, envFor("http://127.0.0.1:9"), 5_000)).toMatchObject({
      outcome: "refused",
    });
  });
});
