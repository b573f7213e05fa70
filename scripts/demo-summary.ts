import Table from "cli-table3";
import { summariseModels, topEntities } from "@/db/batch-summary";

const NO_LINES = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
const plain = { style: { head: [], border: [], compact: true }, chars: NO_LINES };

/** Prints how each model did in the batch, and what its answers name most. */
export async function printSummary(batchKey: string): Promise<void> {
  const models = new Table({
    ...plain,
    head: ["Model", "Succeeded", "Failed", "Median seconds", "Cost"],
    colAligns: ["left", "right", "right", "right", "right"],
  });
  for (const row of await summariseModels(batchKey)) {
    models.push([
      row.provider === "simulated" ? `${row.model} (simulated)` : row.model,
      row.succeeded,
      row.mostlyFailedBy === null ? row.failed : `${row.failed} (${row.mostlyFailedBy})`,
      row.seconds?.toFixed(1) ?? "—",
      row.costUsd === null ? "—" : `$${row.costUsd.toFixed(4)}`,
    ]);
  }
  const entities = new Table({ ...plain, head: ["Question", "Named most (ties together)", "In"] });
  for (const { slug, entity, named, answers } of await topEntities(batchKey)) {
    entities.push([slug, entity ?? "nothing", `${named} of ${answers} answers`]);
  }
  console.log(`\n${models.toString()}\n${entities.toString()}`);
}
