import { callApi } from "@/app/ui/call-api";

/** Switches questions on or off, by their ids. Out: why the first of them was refused; null: none was. */
export async function switchQuestions(
  ids: readonly number[],
  active: boolean,
): Promise<string | null> {
  const answers = await Promise.all(
    ids.map((id) => callApi({ method: "PATCH", path: `/api/prompts/${id}`, body: { active } })),
  );
  const refused = answers.find((answer) => !answer.ok);
  return refused && !refused.ok ? refused.refusal.message : null;
}
