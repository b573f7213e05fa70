import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Webhook } from "standardwebhooks";

type Answer =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** Takes the request and never says anything. */
  | "hang";

export type Received = { path: string; headers: IncomingHttpHeaders; body: string };

/**
 * Somebody's webhook receiver, on a free port of 127.0.0.1. Answers 204 unless `answers` holds something
 * else for the next calls, and keeps what it got.
 */
export async function startReceiver() {
  const received: Received[] = [];
  let answers: Answer[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    received.push({
      path: incoming.url ?? "",
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    });
    const answer = answers.shift() ?? { status: 204 };
    if (answer !== "hang") outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    answer(...next: Answer[]) {
      answers = next;
    },
    reset() {
      received.length = 0;
      answers = [];
    },
    /** Waits until so many calls have come. */
    async got(calls: number): Promise<void> {
      for (let tries = 0; received.length < calls; tries++) {
        if (tries === 1_000) throw new Error(`${received.length} of ${calls} calls came`);
        await sleep(10);
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

type Message = {
  type: string;
  timestamp: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the message holds, and fails where it doesn't
  data: any;
};

/** What was received, as Standard Webhooks' own library verifies it. Throws where it doesn't. */
export function verified({ headers, body }: Received, secret: string): Message {
  const texts = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  );
  return new Webhook(secret).verify(body, texts) as Message;
}
