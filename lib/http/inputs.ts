import { z } from "zod";
import { PROVIDERS } from "@/db/schema";
import { isDay } from "@/lib/answers/days";

// Pieces of the schemas that requests are read with. Nothing is clamped: what doesn't fit is refused.

/** Text that Postgres can store as it is: it takes no NUL, and UTF-8 no half of a surrogate pair. */
export const text = (most: number, least: 0 | 1 = 1) =>
  z
    .string({ error: "must be a text" })
    .refine((value) => least === 0 || value.trim() !== "", { error: "must not be empty" })
    // Characters, not UTF-16 units: an emoji is one.
    .refine((value) => value.length <= most || Array.from(value).length <= most, {
      error: `must have at most ${most} characters`,
    })
    .refine((value) => !value.includes("\u0000"), { error: "must not contain NUL" })
    .refine((value) => value.isWellFormed(), { error: "must not contain half a character" });

/** An id in a JSON body: a whole number from 1 to 2^53 − 1. */
export const id = z
  .number({ error: "must be a whole number" })
  .int({ error: "must be a whole number from 1 to 2^53 - 1" })
  .min(1, { error: "must be at least 1" });

const digits = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, { error: "must be a whole number from 1 to 2^53 - 1" })
  .transform(Number);

/** An id in a path or query, where everything is text. */
export const idText = digits.refine((n) => n >= 1 && n <= Number.MAX_SAFE_INTEGER, {
  error: "must be from 1 to 2^53 - 1",
});

/** Up to 100 ids in a query, joined by commas. */
export const idsText = z
  .string()
  .transform((ids) => ids.split(","))
  .pipe(z.array(idText).max(100, { error: "must name at most 100" }));

/** A whole number in a query. */
export const wholeText = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: `must be a whole number from ${least} to ${most}` })
    .transform(Number)
    .refine((n) => n >= least && n <= most, { error: `must be from ${least} to ${most}` });

/** The two parameters of every list. The cursor is what `nextCursor` gave: opaque to callers. */
export const page = { limit: wholeText(1, 100).default(100), cursor: idText.optional() };

export const slug = text(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
    error: "must be lower-case letters and digits, joined by single hyphens",
  })
  .refine((value) => !/^\d+$/.test(value), { error: "must not be all digits" })
  .refine((value) => value !== "import" && value !== "export", { error: "is a reserved word" });

/** How a path names a prompt: by id (what looks like a number must be one) or by slug. */
export const promptRef = text(200).transform((value, context): number | string => {
  if (!/^[-+]?[\d.]+$/.test(value)) return value;
  const parsed = idText.safeParse(value);
  if (parsed.success) return parsed.data;
  context.addIssue("must be a slug or a whole number from 1 to 2^53 - 1");
  return z.NEVER;
});

/** What to pause or resume: a provider, a model, or (neither) everything. */
export const pauseScope = z.union(
  [
    z.strictObject({ provider: z.enum(PROVIDERS) }),
    z.strictObject({ modelId: id }),
    z.strictObject({}),
  ],
  { error: "must be {}, { provider } or { modelId }" },
);

/** A switch in a query. */
export const trueOrFalse = z.enum(["true", "false"]).transform((value) => value === "true");

/** A caller's own name for its call, under which it may be sent again. */
export const idempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, { error: "must be 1 to 255 characters of ASCII without spaces" })
    .optional(),
});

/** A UTC day in a query. */
export const day = z.string().refine(isDay, { error: "must be a day such as 2026-01-31" });

/** How many days one point of a trend pools. */
export const windowDays = z
  .enum(["1", "7", "28"], { error: "must be 1, 7 or 28" })
  .default("7")
  .transform(Number);
