/** What an API key may do: look, or change things too. */
type Scope = "read" | "run";

type Role = "admin" | "member";

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
