/**
 * The names of those secrets that a text holds: as they are, in hex, percent-encoded, or in base64, where
 * the secret may stand anywhere in what was encoded.
 */
export function secretsIn(text: string, secrets: Record<string, string>): string[] {
  const lowerCase = text.toLowerCase();
  return Object.entries(secrets)
    .filter(([, secret]) => {
      const hex = Buffer.from(secret).toString("hex");
      if (lowerCase.includes(hex)) return true;
      if (lowerCase.includes(encodeURIComponent(secret).toLowerCase())) return true;
      return [secret, ...base64Of(secret)].some((form) => text.includes(form));
    })
    .map(([name]) => name);
}

/** Base64 takes three bytes at a time: the secret's first may be any of them, its neighbours anything. */
function base64Of(secret: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor((bytes.byteLength * 8) / 6);
    return (["base64", "base64url"] as const).map((form) => bytes.toString(form).slice(first, end));
  });
}
