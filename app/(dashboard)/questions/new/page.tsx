import { PageHead } from "@/app/ui/page-head";
import { summariseQuestions } from "@/db/question-list-queries";
import { FREQUENCIES } from "@/db/schema";
import { ownedBy, sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { readFormModels } from "../form-models";
import { QuestionForm } from "../question-form";

export const metadata = { title: "New question" };

export default async function Page() {
  const { caller } = await requireViewer("/questions/new");
  const [models, { categories }] = await Promise.all([
    readFormModels(),
    summariseQuestions(ownedBy(sightOf(caller)), caller.userId),
  ]);
  // All that would answer and is real; simulated ones where there is nothing else.
  const able = models.filter(({ active, missingKey }) => active && missingKey === null);
  const real = able.filter(({ provider }) => provider !== "simulated");
  const chosen = real.length > 0 ? real : able;
  return (
    <>
      <PageHead title="New question" trail={{ href: "/questions", label: "Questions" }} />
      <QuestionForm
        initial={{
          ...{ question: "", slug: "", category: "", tags: "", frequency: "daily", runs: "5" },
          modelIds: chosen.map(({ id }) => id),
        }}
        models={models}
        frequencies={FREQUENCIES}
        categories={categories}
      />
    </>
  );
}
