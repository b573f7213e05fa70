import type { Provider } from "@/db/schema";
import { environment } from "@/lib/env";
import { missingKeys } from "@/lib/models/missing-keys";
import { readModels } from "@/lib/models/models";

/** A model as a question's form offers it. */
export type FormModel = {
  id: number;
  provider: Provider;
  name: string;
  label: string;
  active: boolean;
  /** The variable that has to be set before it can be called. */
  missingKey: string | null;
};

/** All models, oldest first. */
export async function readFormModels(): Promise<FormModel[]> {
  const missing = missingKeys(environment());
  return (await readModels()).map(({ id, provider, name, label, active }) => ({
    ...{ id, provider, name, label, active },
    missingKey: missing[provider] ?? null,
  }));
}
