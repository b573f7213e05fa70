import { expect, test } from "vitest";
import { faultsOf } from "@/lib/prompts/field-faults";

const LABELS = { runs: "Runs", modelIds: "Models" };

test("what is wrong within a field is told of the field, its first fault alone", () => {
  const issues = [
    { path: "modelIds.0", message: "must be at least 1" },
    { path: "modelIds.1", message: "must be a whole number" },
    { path: "runs", message: "must be from 1 to 50" },
  ];
  expect(faultsOf(issues, LABELS)).toEqual({
    fields: { modelIds: "Models must be at least 1.", runs: "Runs must be from 1 to 50." },
    others: [],
  });
});

test("what is of no field isn't lost", () => {
  const issues = [
    { path: "", message: "is not valid JSON" },
    { path: "constructor", message: "is not known here" },
  ];
  expect(faultsOf(issues, LABELS)).toEqual({
    fields: {},
    others: ["It is not valid JSON.", "constructor is not known here."],
  });
});
