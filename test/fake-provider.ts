import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

/** One reply of the fake provider. `delayMs` comes before the first byte. */
export type ScriptedReply = { delayMs?: number; headers?: Record<string, string> } & (
  | { kind: "answer"; answer?: string; entities?: string[]; usage?: object; model?: string }
  | { kind: "json"; status?: number; body: unknown }
  | { kind: "text"; status?: number; contentType?: string; text: string }
  /** Takes the request and never says anything. */
  | { kind: "hang" }
  /** Sends the status, then a space every `everyMs` for ever: the headers come, the body never ends. */
  | { kind: "trickle"; status?: number; everyMs: number }
  /** Closes the connection with a TCP reset, before any byte. */
  | { kind: "reset" }
  /** Announces a body, sends the first half of it, and closes the connection. */
  | { kind: "half" }
  /** Sends these bytes for a whole reply, head included, whatever HTTP makes of them. */
  | { kind: "bytes"; bytes: Uint8Array }
);

/** Either decides for each request, or undefined for the default answer. */
export type ReplyRule = (request: RecordedRequest) => ScriptedReply | undefined;

export type RecordedRequest = {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  /** Parsed JSON. */
  body: unknown;
  model: string;
  question: string;
  /** Epoch ms of arrival. */
  at: number;
  /** The client closed the connection before the whole reply was out. */
  closedEarly: boolean;
};

const chatRequest = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
});

/** A completion as OpenAI sends it, with the given content and overrides of any field. */
export function completion(content: string, overrides: object = {}): object {
  return {
    id: "chatcmpl-fake",
    object: "chat.completion",
    created: 1_760_000_000,
    model: "fake-model-2026-01-01",
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }],
    usage: {
      prompt_tokens: 120,
      completion_tokens: 40,
      total_tokens: 160,
      prompt_tokens_details: { cached_tokens: 0 },
    },
    ...overrides,
  };
}

/**
 * An OpenAI-compatible server on a free port of 127.0.0.1. By default it answers each question with
 * names derived from it; `reply` scripts something else. It records each request, counts how many
 * are in flight (in all, by model, and at most), and notes when a client hangs up.
 */
export async function startFakeProvider() {
  const requests: RecordedRequest[] = [];
  const gauge = new Gauge();
  let rule: ReplyRule = () => undefined;
  let queue: ScriptedReply[] = [];

  const server = createServer((incoming, outgoing) => {
    // A client that hangs up mid-reply is a thing under test, not an error of the test.
    outgoing.on("error", () => undefined);
    void serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  async function serve(incoming: IncomingMessage, outgoing: ServerResponse) {
    const request = await recordRequest(incoming);
    requests.push(request);
    gauge.enter(request.model);
    const hangUp = new AbortController();
    outgoing.on("close", () => {
      gauge.leave(request.model);
      request.closedEarly = !outgoing.writableFinished && !endedByUs.has(outgoing);
      hangUp.abort();
    });
    const script = queue.shift() ?? rule(request) ?? { kind: "answer" };
    if (script.delayMs !== undefined) {
      const left = await delay(script.delayMs, false, { signal: hangUp.signal }).catch(() => true);
      if (left) return;
    }
    await play(script, request, outgoing, hangUp.signal);
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    /** Base URL for OPENAI_BASE_URL or OPENROUTER_BASE_URL. */
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    get inFlight() {
      return gauge.inFlight;
    },
    get maxInFlight() {
      return gauge.maxInFlight;
    },
    inFlightByModel: gauge.byModel,
    maxInFlightByModel: gauge.maxByModel,
    /** A rule for every request from now on, or a queue of replies, after which the default holds. */
    reply(next: ReplyRule | ScriptedReply | ScriptedReply[]) {
      rule = typeof next === "function" ? next : () => undefined;
      queue = typeof next === "function" ? [] : [next].flat();
    },
    /** Forgets requests, scripts and maxima. */
    reset() {
      requests.length = 0;
      rule = () => undefined;
      queue = [];
      gauge.forgetMaxima();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type FakeProvider = Awaited<ReturnType<typeof startFakeProvider>>;

class Gauge {
  inFlight = 0;
  maxInFlight = 0;
  readonly byModel = new Map<string, number>();
  readonly maxByModel = new Map<string, number>();

  enter(model: string) {
    this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
    const now = (this.byModel.get(model) ?? 0) + 1;
    this.byModel.set(model, now);
    this.maxByModel.set(model, Math.max(this.maxByModel.get(model) ?? 0, now));
  }

  leave(model: string) {
    this.inFlight--;
    this.byModel.set(model, (this.byModel.get(model) ?? 1) - 1);
  }

  forgetMaxima() {
    this.maxInFlight = this.inFlight;
    this.maxByModel.clear();
  }
}

async function recordRequest(incoming: IncomingMessage): Promise<RecordedRequest> {
  const at = Date.now();
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8") || "null");
  const chat = chatRequest.safeParse(body).data;
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: incoming.headers,
    body,
    model: chat?.model ?? "",
    question: chat?.messages.findLast((message) => message.role === "user")?.content ?? "",
    at,
    closedEarly: false,
  };
}

const endedByUs = new WeakSet<ServerResponse>();

async function play(
  script: ScriptedReply,
  request: RecordedRequest,
  outgoing: ServerResponse,
  hangUp: AbortSignal,
) {
  const headers = { "x-request-id": "req_fake", ...script.headers };
  const send = (status: number, contentType: string, text: string) =>
    outgoing.writeHead(status, { "content-type": contentType, ...headers }).end(text);
  switch (script.kind) {
    case "answer":
      send(200, "application/json", JSON.stringify(answerTo(request, script)));
      return;
    case "json":
      send(script.status ?? 200, "application/json", JSON.stringify(script.body));
      return;
    case "text":
      send(script.status ?? 200, script.contentType ?? "text/html", script.text);
      return;
    case "hang":
      return;
    case "trickle":
      outgoing.writeHead(script.status ?? 200, { "content-type": "application/json", ...headers });
      while (!hangUp.aborted) {
        outgoing.write(" ");
        await delay(script.everyMs, undefined, { signal: hangUp }).catch(() => undefined);
      }
      return;
    case "reset":
      endedByUs.add(outgoing);
      if (outgoing.socket instanceof Socket) outgoing.socket.resetAndDestroy();
      return;
    case "half": {
      endedByUs.add(outgoing);
      const text = JSON.stringify(answerTo(request, { kind: "answer" }));
      const length = String(Buffer.byteLength(text));
      outgoing.writeHead(200, { "content-type": "application/json", "content-length": length });
      outgoing.write(text.slice(0, text.length / 2), () => outgoing.destroy());
      return;
    }
    case "bytes":
      endedByUs.add(outgoing);
      outgoing.socket?.end(script.bytes);
      return;
  }
}

function answerTo(request: RecordedRequest, script: ScriptedReply & { kind: "answer" }): object {
  const words = request.question.split(/\W+/u).filter((word) => word.length > 3);
  const entities = script.entities ?? [...new Set(words)].slice(0, 3);
  const answer = script.answer ?? `An answer to: ${request.question}`;
  const model = script.model ?? `${request.model}-2026-01-01`;
  return completion(JSON.stringify({ answer, entities }), {
    model,
    ...(script.usage === undefined ? {} : { usage: script.usage }),
  });
}
