import { notFound } from "next/navigation";
import { requireAdmin } from "@/lib/auth/page-caller";
import { readModels } from "@/lib/models/models";
import { PageHead } from "../../../../ui/page-head";
import { SimulatedTag } from "../../../../ui/simulated-tag";
import { ModelForm } from "../../model-form";

export const metadata = { title: "Edit a model" };

const textOf = (value: string | number | null) => (value === null ? "" : String(value));

export default async function Page({ params }: { params: Promise<{ modelId: string }> }) {
  const { modelId } = await params;
  await requireAdmin(`/models/${modelId}/edit`);
  const model = (await readModels()).find(({ id }) => String(id) === modelId);
  if (!model) notFound();
  const { id, provider, active: _, ...settings } = model;
  const { name, label, reasoningEffort, ...numbers } = settings;
  return (
    <>
      <PageHead
        title={name}
        trail={{ href: "/models", label: "Models" }}
        facts={provider === "simulated" ? <SimulatedTag /> : provider}
      />
      <ModelForm
        providers={[provider]}
        initial={{
          ...{ provider, name, label, reasoningEffort: textOf(reasoningEffort) },
          maxConcurrency: textOf(numbers.maxConcurrency),
          requestsPerMinute: textOf(numbers.requestsPerMinute),
          inputUsdPerMillion: textOf(numbers.inputUsdPerMillion),
          cachedInputUsdPerMillion: textOf(numbers.cachedInputUsdPerMillion),
          outputUsdPerMillion: textOf(numbers.outputUsdPerMillion),
          maxOutputTokens: textOf(numbers.maxOutputTokens),
          temperature: textOf(numbers.temperature),
        }}
        modelId={id}
      />
    </>
  );
}
