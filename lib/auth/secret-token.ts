import { createHash, randomBytes } from "node:crypto";

const TOKEN_BYTES = 32;

/** 256 random bits in 43 letters that an address can carry. */
export function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** What is stored in a token's place: so random a text needs no slow hash. Hex. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
