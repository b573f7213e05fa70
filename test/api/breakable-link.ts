import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * A way to the database that a test can break: the app connects to `url`. It can be cut, so that
 * connections are refused, or fall silent, so that they are taken and never answered.
 * Nothing but `mend` ends a silent connection: so it looks when a machine or a route is gone.
 */
export async function startLink(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const silenced = new WeakSet<Socket>();
  let silent = false;
  const server = createServer((near) => {
    keep(near);
    const heard = () => !silent && !silenced.has(near);
    if (!heard()) return;
    const far = connect(Number(target.port), target.hostname);
    keep(far);
    near.on("data", (data) => heard() && far.write(data));
    far.on("data", (data) => heard() && near.write(data));
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  function keep(socket: Socket) {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  }
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return {
    url: url.href,
    /** From now on connections are refused, and those there are have ended. */
    async cut() {
      const closed = once(server, "close");
      server.close();
      drop();
      await closed;
    },
    /** From now on nothing is answered, on old connections or on new ones. */
    silence() {
      silent = true;
    },
    /** The connections that there are now are never answered again; new ones are. */
    silenceOld() {
      for (const socket of sockets) silenced.add(socket);
    },
    /** Serves new connections again. The old ones end, as they do when a machine comes back. */
    async mend() {
      silent = false;
      drop();
      if (!server.listening) await listen(port);
    },
    async close() {
      drop();
      if (server.listening) server.close();
    },
  };
}

export type Link = Awaited<ReturnType<typeof startLink>>;
