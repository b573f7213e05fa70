import type { Provider } from "@/db/schema";

export type NamedModel = { id: number; provider: Provider; name: string; label: string };

/** A model's name, with its label where variants are told apart by one: "gpt-5 (warm)". */
export function modelLabel({ name, label }: Pick<NamedModel, "name" | "label">): string {
  return label === "" ? name : `${name} (${label})`;
}
