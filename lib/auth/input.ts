import { z } from "zod";
import { ROLES, SCOPES } from "@/db/schema";
import { text } from "@/lib/http/inputs";

/** Characters. scrypt takes any length, but not for free. */
export const PASSWORD_LENGTH = { least: 8, most: 128 };

/** As it is stored: two spellings of one address are one account. */
export const email = text(254)
  .pipe(z.email({ error: "must be an email address" }))
  .transform((value) => value.toLowerCase());

const name = text(100).transform((value) => value.trim());

/** One that is to be set. */
export const newPassword = text(PASSWORD_LENGTH.most).refine(
  (value) => value.length >= PASSWORD_LENGTH.least,
  { error: `must have at least ${PASSWORD_LENGTH.least} characters` },
);

/** One that is to be compared. */
export const password = text(PASSWORD_LENGTH.most);

export const newAccount = z.strictObject({ email, password: newPassword, name });
export type NewAccountInput = z.output<typeof newAccount>;

export const newInvitation = z.strictObject({ email, role: z.enum(ROLES) });

/** What a link's token looks like is nobody's business: any text that isn't one is unknown. */
export const acceptance = z.strictObject({
  token: text(200),
  name,
  password: newPassword,
});

export const newApiKey = z.strictObject({
  name,
  scopes: z
    .array(z.enum(SCOPES))
    .min(1, { error: "must name at least one scope" })
    .refine((scopes) => new Set(scopes).size === scopes.length, { error: "must not repeat one" }),
});
