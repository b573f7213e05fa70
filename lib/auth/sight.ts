/** Whose objects a caller may see: everybody's, as the operator does, or one owner's. */
export type Sight = "all" | { ownerId: string };

/** What has no owner is the operator's: only who sees all sees it. */
export function sees(sight: Sight, ownerId: string | null): boolean {
  return sight === "all" || sight.ownerId === ownerId;
}
