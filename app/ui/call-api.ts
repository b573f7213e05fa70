// The small zod: the whole one would be a fifth of what a page may weigh.
import * as z from "zod/mini";

const refusal = z.object({
  error: z.string(),
  message: z.string(),
  issues: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
});
/** Why our API refused a call, in its own words. */
export type Refusal = z.output<typeof refusal>;

/** A call that a page can hand to a button. */
export type ApiCall = {
  /** GET only where a GET does something: the sweep. */
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  body?: object;
  /** A file of CSV instead. */
  csv?: Blob;
  headers?: Record<string, string>;
};

export type Answered = { ok: true; body: unknown } | { ok: false; refusal: Refusal };

/** Calls our API as whoever is signed in. Never throws: what isn't an answer of ours is a refusal. */
export async function callApi(call: ApiCall): Promise<Answered> {
  const { method, path, body, csv, headers = {} } = call;
  const type = csv ? "text/csv" : body ? "application/json" : null;
  try {
    const response = await fetch(path, {
      method,
      headers: { ...(type && { "content-type": type }), ...headers },
      body: csv ?? (body ? JSON.stringify(body) : null),
    });
    const answer: unknown = await response.json();
    return response.ok ? { ok: true, body: answer } : { ok: false, refusal: refusal.parse(answer) };
  } catch {
    return {
      ok: false,
      refusal: { error: "NoAnswer", message: "The server didn't answer. Try again." },
    };
  }
}

/** The same where only the refusal matters: null once it is done. */
export async function refusalOf(call: ApiCall): Promise<Refusal | null> {
  const answered = await callApi(call);
  return answered.ok ? null : answered.refusal;
}
