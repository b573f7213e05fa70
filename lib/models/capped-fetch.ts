import { withoutSecrets } from "./redact";

/**
 * A chat completion is some kilobytes; 100,000 characters of answer, escaped and in UTF-8, stay below
 * this. What is longer is cut, and can then be no valid JSON.
 */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Makes a `fetch` that resolves only when the whole body has arrived, cut at `MAX_BODY_BYTES`. Reading here
 * puts the body under the same timer and abort signal as the headers: openai-node's timer ends with
 * the headers, and an error body that trickles would hold a call for ever. Redirects are not followed
 * (they would carry the question, and on the same origin the key, to an address nobody configured).
 *
 * Here too, before anything is read or cut, `secrets` are taken out of headers and body: a provider, or a
 * proxy before it, that echoes the request would else have its key stored as an answer, a model or an id.
 */
export function cappedFetch(secrets: readonly string[]): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "manual", cache: "no-store" });
    const headers = new Headers();
    for (const [name, value] of response.headers) {
      headers.append(name, withoutSecrets(value, secrets));
    }
    headers.delete("content-encoding");
    headers.delete("content-length");
    const body = await readCapped(response);
    return new Response(body && withoutSecrets(await body.text(), secrets), {
      status: response.status,
      statusText: response.statusText,
      headers,
    });
  };
}

async function readCapped(response: Response): Promise<Blob | null> {
  if (response.body === null) return null;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    const room = MAX_BODY_BYTES - bytes;
    chunks.push(new Uint8Array(chunk.subarray(0, room)));
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body, which closes the connection.
    if (bytes > MAX_BODY_BYTES) break;
  }
  return bytes === 0 ? null : new Blob(chunks);
}
