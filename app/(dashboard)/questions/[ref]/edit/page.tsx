import { notFound } from "next/navigation";
import { PageHead } from "@/app/ui/page-head";
import { countOfQuestion, summariseQuestions } from "@/db/question-list-queries";
import { FREQUENCIES } from "@/db/schema";
import { type Caller, ownedBy, sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { ApiError } from "@/lib/errors";
import { promptRef } from "@/lib/http/inputs";
import { readPrompt } from "@/lib/prompts/prompts";
import { DeleteQuestion } from "../../delete-question";
import { readFormModels } from "../../form-models";
import { QuestionForm } from "../../question-form";

export const metadata = { title: "Edit question" };

export default async function Page({ params }: { params: Promise<{ ref: string }> }) {
  const { ref } = await params;
  const { caller } = await requireViewer(`/questions/${ref}/edit`);
  const prompt = await promptOf(decodeURIComponent(ref), caller);
  const [models, { categories }, counts] = await Promise.all([
    readFormModels(),
    summariseQuestions(ownedBy(sightOf(caller)), caller.userId),
    countOfQuestion(prompt.id),
  ]);
  return (
    <>
      <PageHead
        title="Edit question"
        trail={{ href: "/questions", label: "Questions" }}
        here={prompt.slug}
      />
      <QuestionForm
        promptId={prompt.id}
        isNamedById={ref === String(prompt.id)}
        initial={{
          question: prompt.question,
          slug: prompt.slug,
          category: prompt.category ?? "",
          tags: prompt.tags.join(", "),
          frequency: prompt.frequency,
          runs: String(prompt.runs),
          modelIds: prompt.modelIds,
        }}
        models={models}
        frequencies={FREQUENCIES}
        categories={categories}
      />
      <section aria-labelledby="delete" className="mt-12 max-w-[720px] border-t pt-4">
        <h2 id="delete" className="mb-1 font-semibold text-body">
          Delete
        </h2>
        <p className="mb-3 text-ink-2 text-small">
          Switched off, a question isn’t asked by itself either, and its page stays.
        </p>
        <DeleteQuestion id={prompt.id} slug={prompt.slug} {...counts} />
      </section>
    </>
  );
}

/** The question of this name that the caller sees; else there is no such page. */
async function promptOf(ref: string, caller: Caller) {
  const parsed = promptRef.safeParse(ref);
  if (!parsed.success) notFound();
  try {
    return await readPrompt(parsed.data, caller);
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) notFound();
    throw error;
  }
}
