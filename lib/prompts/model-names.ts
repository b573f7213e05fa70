import { type Model, PROVIDERS } from "@/db/schema";

type Named = Pick<Model, "id" | "provider" | "name" | "label">;

const OTHERWISE_READ = new RegExp(`^(\\d+$|(${PROVIDERS.join("|")}):)`);

/**
 * How a text names the models: by id, by name, or as `provider:name`; a variant, which has a label, by
 * its id alone. What is all digits is an id and what begins like a provider is read as such, so that no
 * new model changes what an old text means: another provider's of the same name makes it refused.
 */
export function modelNames(models: readonly Named[]) {
  const ids = new Map<string, number[]>();
  const bear = (text: string, id: number) => ids.set(text, [...(ids.get(text) ?? []), id]);
  const hasPlainName = ({ name }: Named) => !OTHERWISE_READ.test(name);
  for (const model of models) {
    bear(String(model.id), model.id);
    if (model.label !== "") continue;
    bear(`${model.provider}:${model.name}`, model.id);
    if (hasPlainName(model)) bear(model.name, model.id);
  }
  const names = new Map(
    models.map((model) => {
      const full = `${model.provider}:${model.name}`;
      const isAlone = hasPlainName(model) && ids.get(model.name)?.length === 1;
      return [model.id, model.label !== "" ? String(model.id) : isAlone ? model.name : full];
    }),
  );
  return {
    /** All that a text names: several where it is a name of several. */
    idsOf: (text: string): readonly number[] => ids.get(text) ?? [],
    /** A text that names this model and no other: its name where that will do. */
    nameOf: (id: number): string => names.get(id) ?? String(id),
  };
}

export type ModelNames = ReturnType<typeof modelNames>;
