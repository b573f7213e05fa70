import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * How the way to Postgres is. It ends what connections there are, and refuses new ones, or takes them
 * and resets or ends them at once. Or, without a FIN, it loses what goes either way or one way.
 */
export type Way =
  | "open"
  | (typeof ENDING)[number]
  | "blackholed"
  | "requests lost"
  | "replies lost";

const ENDING = ["refused", "reset", "hung up"] as const;

/** What becomes of a message that a test waited for: it goes on, never arrives, or a reset takes it. */
export type Fate = "pass" | "hold" | "reset";

/** A statement on its way to the server, or its reply on its way back: then it has committed. */
export type Moment = "asked" | "answered";

type Watch = { text: string; moment: Moment; act: () => Fate };
type Message = { type: string; bytes: Buffer };

/**
 * A way from the app to Postgres that a test can break at a statement. It reads the protocol's
 * messages (postgresql.org/docs/current/protocol-message-formats.html), so `DATABASE_PREPARE=false`
 * has to be set: a prepared statement's text is sent only once on a connection.
 */
export async function startTcpProxy(databaseUrl: string) {
  const watches = new Set<Watch>();
  const links = new Set<{ reset(): void; hangUp(): void }>();
  let target = new URL(databaseUrl);
  let way: Way = "open";

  // Message by message, Nagle's algorithm would wait 40 ms for an acknowledgement.
  const server = createServer({ noDelay: true }, (near) => {
    near.on("error", () => undefined);
    if (way === "hung up" || way === "reset") {
      if (way === "reset") near.resetAndDestroy();
      else near.end();
      return;
    }
    const far = connect({ port: Number(target.port), host: target.hostname, noDelay: true });
    const replies: { watch: Watch; number: number }[] = [];
    const withheld: Buffer[] = [];
    let dead = false;
    let asked = 1; // the start-up is answered too
    let answered = 0;
    const reset = () => {
      near.resetAndDestroy();
      far.destroy();
    };
    const link = { reset, hangUp: () => near.end() };
    links.add(link);
    near.on("close", () => links.delete(link));
    // A path that lost a byte never works again: that is what makes it look alive and be dead.
    const lost = (direction: "requests lost" | "replies lost") => {
      dead ||= way === "blackholed" || way === direction;
      return dead;
    };
    const meet = (watch: Watch): boolean => {
      watches.delete(watch);
      const fate = watch.act();
      if (fate === "hold") dead = true;
      if (fate === "reset") reset();
      return fate === "pass";
    };
    const ask = ({ type, bytes }: Message) => {
      if (lost("requests lost")) return;
      if (type === "P" || type === "Q") {
        const text = bytes.toString("latin1");
        proxy.onStatement?.(text);
        for (const watch of watches) {
          if (!text.includes(watch.text)) continue;
          if (watch.moment === "asked" && !meet(watch)) return;
          if (watch.moment === "answered") replies.push({ watch, number: asked + 1 });
        }
      }
      if (type === "S" || type === "Q") asked += 1;
      far.write(bytes);
    };
    const answer = ({ type, bytes }: Message) => {
      if (lost("replies lost")) return;
      const due = replies[0]?.number === answered + 1 ? replies[0].watch : undefined;
      // Rows and "done" wait for "ready", or the client would know the outcome before it is cut off.
      if (due && (type === "D" || type === "C")) {
        withheld.push(bytes);
        return;
      }
      if (due && type === "E") replies.shift();
      if (type === "Z") {
        answered += 1;
        if (due && replies.shift() && watches.has(due) && !meet(due)) return;
      }
      for (const earlier of withheld.splice(0)) near.write(earlier);
      near.write(bytes);
    };
    relay(near, far, ask, { untyped: 1 });
    relay(far, near, answer, { untyped: 0 });
  });

  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const resetAll = () => {
    for (const link of links) link.reset();
  };
  const hangUpAll = () => {
    for (const link of links) link.hangUp();
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  const proxy = {
    url: url.href,
    /** Called with each statement on its way. */
    onStatement: undefined as ((text: string) => void) | undefined,
    /** Ends every connection with a TCP reset; new ones are taken. */
    resetAll,
    /** Ends every connection as a server does that says goodbye. */
    hangUpAll,
    /** Connections that lost something stay dead when the way is open again; new ones work. */
    async set(next: Way) {
      way = next;
      const closed = next === "refused" && server.listening ? once(server, "close") : undefined;
      if (closed) server.close();
      if (next === "hung up") hangUpAll();
      if (next === "refused" || next === "reset") resetAll();
      await closed;
      if (next !== "refused" && !server.listening) await listen(port);
    },
    /** Where Postgres is from now on. */
    leadTo(next: string) {
      target = new URL(next);
    },
    /** Calls `act` once, at the next statement that contains `text`; its result decides what happens. */
    at(moment: Moment, text: string, act: () => Fate) {
      watches.add({ text, moment, act });
    },
    /** True where a statement waited for hasn't come. */
    get waits() {
      return watches.size > 0;
    },
    async close() {
      if (server.listening) server.close();
      resetAll();
    },
  };
  return proxy;
}

export type TcpProxy = Awaited<ReturnType<typeof startTcpProxy>>;

/** Gives each whole message to `send`, and an end or an error of the source to the other side. */
function relay(
  source: Socket,
  sink: Socket,
  send: (message: Message) => void,
  { untyped }: { untyped: number },
) {
  let rest: Buffer = Buffer.alloc(0);
  let left = untyped; // the start-up message has no type byte
  source.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = left > 0 ? 0 : 1;
      if (rest.length < head + 4) return;
      const size = head + rest.readUInt32BE(head);
      if (rest.length < size) return;
      const bytes = rest.subarray(0, size);
      rest = rest.subarray(size);
      send({ type: left-- > 0 ? "" : String.fromCharCode(bytes[0] ?? 0), bytes });
    }
  });
  source.on("error", () => undefined);
  source.on("close", () => sink.destroy());
}
