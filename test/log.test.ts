import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/** What a process that logs this prints. */
function printed(message: string): string {
  const script = `import { log } from "./lib/log.ts"; log.info(${JSON.stringify(message)})`;
  const child = spawnSync(process.execPath, ["--import", "tsx", "-e", script], {
    encoding: "utf8",
  });
  expect(child.stderr).toBe("");
  return child.stdout;
}

test("a line of the log holds no character that a terminal obeys, and still says what was said", () => {
  const message = "\u001b[2J \u009b31m \u0007\u007f\u0085\r\n{} ä \u2028";
  const line = printed(message);
  expect(line).toMatch(/^[^\p{Cc}]+\n$/u);
  expect(JSON.parse(line).msg).toBe(message);
});
