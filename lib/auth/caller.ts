import type { Role, Scope } from "@/db/schema";

/** Who calls, once it is known. */
export type Caller =
  | { kind: "operator" }
  | { kind: "user"; userId: string; role: Role; via: "session" }
  | { kind: "user"; userId: string; role: Role; via: "key"; scopes: readonly Scope[] };

/** Whose objects a caller may see: everybody's, or one owner's. */
export type Sight = "all" | { ownerId: string };

/** The operator and admins see all, members what they own. */
export function sightOf(caller: Caller): Sight {
  return caller.kind === "operator" || caller.role === "admin" ? "all" : { ownerId: caller.userId };
}

/** What has no owner is the operator's: only who sees all sees it. */
export function sees(sight: Sight, ownerId: string | null): boolean {
  return sight === "all" || sight.ownerId === ownerId;
}

/** The same as a filter of lists. */
export function ownedBy(sight: Sight): { ownerId?: string } {
  return sight === "all" ? {} : sight;
}

/** Who owns what the caller makes; null: nobody, it is the operator's. */
export function ownerIdOf(caller: Caller): string | null {
  return caller.kind === "operator" ? null : caller.userId;
}

/** The user who calls. Throws where it is the operator, whom a route for users must not let in. */
export function userIdOf(caller: Caller): string {
  if (caller.kind === "user") return caller.userId;
  throw new Error("the operator is no user");
}
