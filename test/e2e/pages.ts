/** Every page, with data: those that are inspected in both themes and on a phone. */
export const PAGES: readonly string[] = ["/", "/batches", "/batches/{today}"];

/** What everybody sees, signed in or not. */
export const OPEN_PAGES: readonly string[] = ["/sign-in", "/nothing-here"];
