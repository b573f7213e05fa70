import { asc, eq } from "drizzle-orm";
import { database } from "./client";
import { type Model, models } from "./schema";

export type NewModel = typeof models.$inferInsert;
export type ModelChange = Omit<Partial<NewModel>, "id" | "provider" | "name" | "createdAt">;

/** All models, oldest first. */
export function listModels(): Promise<Model[]> {
  return database.select().from(models).orderBy(asc(models.id));
}

/** Null: there is no such model. */
export async function findModel(id: number): Promise<Model | null> {
  const [model] = await database.select().from(models).where(eq(models.id, id));
  return model ?? null;
}

/** Null: one of this provider, name and label exists already. */
export async function insertModel(model: NewModel): Promise<Model | null> {
  const [made] = await database.insert(models).values(model).onConflictDoNothing().returning();
  return made ?? null;
}

/** Null: there is no such model. A label that makes it another's twin violates models_provider_name_label_unique. */
export async function updateModel(id: number, change: ModelChange): Promise<Model | null> {
  if (Object.keys(change).length === 0) return findModel(id);
  const [model] = await database.update(models).set(change).where(eq(models.id, id)).returning();
  return model ?? null;
}
