import { z } from "zod";

const refusal = z.object({ error: z.string(), message: z.string() });
export type Refusal = z.output<typeof refusal>;

/** Posts a body to our API. Gives null, or why it was refused. */
export async function postJson(
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Refusal | null> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return response.ok ? null : refusal.parse(await response.json());
  } catch {
    return { error: "NoAnswer", message: "The server didn't answer. Try again." };
  }
}
