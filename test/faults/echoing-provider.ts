import { completion, type RecordedRequest, type ScriptedReply } from "../fake-provider";

/** The key that came with a request, in every form a careless server may print it in. */
function keyIn(request: RecordedRequest) {
  const header = request.headers.authorization ?? "";
  const key = header.replace(/^Bearer /, "");
  const bytes = Buffer.from(key);
  const forms = [key, bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("hex")];
  return { key, forms, all: [header, ...forms, encodeURIComponent(key)].join(" ") };
}

const failing =
  (status: number) =>
  (request: RecordedRequest): ScriptedReply => {
    const { key, forms, all } = keyIn(request);
    const [, code, , param] = forms;
    const error = { message: `Incorrect API key: ${all}`, code, type: key, param };
    return { kind: "json", status, body: { error }, headers: { "x-request-id": key } };
  };

/** By the end of a model's name: what it does, and how the job ends. All say the key wherever they can. */
export const ECHOES: Record<string, (request: RecordedRequest) => ScriptedReply> = {
  "invalid_request 400": failing(400),
  "provider_unavailable 500": failing(500),
  "rate_limited 429": failing(429),
  "malformed_response 200": failing(200),
  "malformed_response 302": (request) => ({
    kind: "text",
    status: 302,
    text: keyIn(request).all,
    headers: { location: `/v1/?key=${encodeURIComponent(keyIn(request).key)}` },
  }),
  "provider_unavailable page": (request) => ({
    kind: "text",
    status: 502,
    text: `<html>${keyIn(request).all}</html>`,
  }),
  "malformed_response finish": (request) => ({
    kind: "json",
    body: { choices: [{ finish_reason: keyIn(request).forms[3] }], model: keyIn(request).key },
  }),
  "none answer": (request) => {
    const { key, forms, all } = keyIn(request);
    return {
      kind: "json",
      body: completion(JSON.stringify({ answer: all, entities: ["Sony", ...forms] }), {
        id: key,
        // Cut at 200 characters, in the middle of the key.
        model: `${"x".repeat(185)} ${key}`,
      }),
      headers: { "x-generation-id": forms.at(-1) ?? "" },
    };
  },
  "timeout hang": () => ({ kind: "hang" }),
  "timeout trickle": () => ({ kind: "trickle", everyMs: 50 }),
  "network reset": () => ({ kind: "reset" }),
  "network half": () => ({ kind: "half" }),
};

/** The same for what stops a provider's whole queue. */
export const ACCOUNT_ECHOES: typeof ECHOES = {
  "provider_auth 401": failing(401),
  "provider_auth 403": failing(403),
  "quota_exhausted 402": failing(402),
};
