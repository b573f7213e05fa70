import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { closeRedis } from "@/lib/live-store/redis";
import { freePort } from "./app";

/** In the title of what is skipped, so that its report says why. */
export const NEEDS_REDIS = "(needs redis-server: apt-get install redis-server)";

/** False: there is no redis-server on this machine, and what needs one is skipped. Never in CI. */
export const hasRedisServer = spawnSync("redis-server", ["--version"]).status === 0;
if (process.env.CI && !hasRedisServer) throw new Error(`CI has no redis-server ${NEEDS_REDIS}`);

const PASSWORD = "the-password-of-redis";

/** A real Redis of the test's own, which it may freeze, kill and start again on the same port. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(private readonly port: number) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://:${PASSWORD}@127.0.0.1:${this.port}`;
  }

  /** Starts it, empty. */
  async start(): Promise<void> {
    const options = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--requirepass", PASSWORD];
    const started = spawn("redis-server", [...options, "--save", "", "--appendonly", "no"]);
    this.process = started;
    for await (const line of started.stdout) {
      if (String(line).includes("Ready to accept connections")) break;
    }
    started.stdout.resume();
  }

  /** Ends it at once, and all it holds. */
  async kill(): Promise<void> {
    const ended = this.process;
    if (!ended || this.isOver()) return;
    const exit = once(ended, "exit");
    ended.kill("SIGKILL");
    await exit;
  }

  /** It takes connections and answers nothing, until it thaws. */
  freeze(): void {
    this.process?.kill("SIGSTOP");
  }

  thaw(): void {
    this.process?.kill("SIGCONT");
  }

  /** Serves, whatever a test did to it. */
  async comeBack(): Promise<void> {
    this.thaw();
    if (this.isOver()) await this.start();
  }

  private isOver(): boolean {
    return this.process?.exitCode !== null || this.process.signalCode !== null;
  }
}

/** Gives the test file a Redis of its own, as the app's own client sees it, empty before each test. */
export function ownRedis(): { readonly server: RedisServer; readonly client: Redis } {
  let server: RedisServer | undefined;
  let client: Redis | undefined;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = new Redis(server.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on("error", () => undefined);
  });
  beforeEach(async () => {
    process.env.REDIS_URL = server?.url;
    await client?.flushall();
  });
  afterEach(closeRedis);
  afterAll(async () => {
    delete process.env.REDIS_URL;
    client?.disconnect();
    server?.thaw();
    await server?.kill();
  });
  return {
    get server() {
      if (!server) throw new Error("Redis starts in beforeAll");
      return server;
    },
    get client() {
      if (!client) throw new Error("Redis starts in beforeAll");
      return client;
    },
  };
}
