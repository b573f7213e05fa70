/** What came of a change of many jobs: how many its filter names, and how many of them moved. */
export type Moved = { matched: number; changed: number };
