import { writeList } from "@/lib/csv/cell-lists";
import { escapeCell } from "@/lib/csv/formulas";
import { writeCsv } from "@/lib/csv/records";
import type { StoredResponse } from "./responses";

type Cell = (response: StoredResponse) => string | number | null;

const counted = ({ entities }: StoredResponse) => entities.filter(({ ignored }) => !ignored);

/** The columns of a file of answers, in order. The three of entities are lists with ; between. */
const CELLS: Readonly<Record<string, Cell>> = {
  responseId: ({ responseId }) => responseId,
  jobId: ({ jobId }) => jobId,
  modelId: ({ modelId }) => modelId,
  returnedModel: ({ returnedModel }) => returnedModel,
  batchKey: ({ batchKey }) => batchKey,
  runIndex: ({ runIndex }) => runIndex,
  attempt: ({ attempt }) => attempt,
  answeredAt: ({ answeredAt }) => answeredAt.toISOString(),
  outcome: ({ outcome }) => outcome,
  answer: ({ answer }) => answer,
  entityIds: (response) => writeList(counted(response).map(({ id }) => String(id))),
  entities: (response) => writeList(counted(response).map(({ name }) => name)),
  namesAsWritten: ({ entities }) => writeList(entities.map(({ writtenAs }) => writtenAs)),
  inputTokens: ({ inputTokens }) => inputTokens,
  cachedInputTokens: ({ cachedInputTokens }) => cachedInputTokens,
  outputTokens: ({ outputTokens }) => outputTokens,
  costUsd: ({ costUsd }) => costUsd,
  latencyMs: ({ latencyMs }) => latencyMs,
  promptVersion: ({ promptVersion }) => promptVersion,
  instructionsVersion: ({ instructionsVersion }) => instructionsVersion,
  parserVersion: ({ parserVersion }) => parserVersion,
  settings: ({ settings }) => JSON.stringify(settings),
  rawText: ({ rawText }) => rawText,
};

/** A CSV file of answers, whose texts are a model's: no cell of it is run by a spreadsheet. */
export function writeResponses(responses: readonly StoredResponse[]): string {
  const cells = Object.values(CELLS);
  const rows = responses.map((response) =>
    cells.map((cell) => escapeCell(String(cell(response) ?? ""))),
  );
  return writeCsv([Object.keys(CELLS), ...rows]);
}
