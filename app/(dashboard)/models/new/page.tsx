import { PROVIDERS } from "@/db/schema";
import { requireAdmin } from "@/lib/auth/page-caller";
import { PageHead } from "../../../ui/page-head";
import { ModelForm } from "../model-form";

export const metadata = { title: "New model" };

const EMPTY = {
  ...{ provider: "openai", name: "", label: "", reasoningEffort: "", temperature: "" },
  ...{ maxConcurrency: "", requestsPerMinute: "", maxOutputTokens: "1000" },
  ...{ inputUsdPerMillion: "", cachedInputUsdPerMillion: "", outputUsdPerMillion: "" },
};

export default async function Page() {
  await requireAdmin("/models/new");
  return (
    <>
      <PageHead title="New model" trail={{ href: "/models", label: "Models" }} />
      <ModelForm providers={PROVIDERS} initial={EMPTY} modelId={null} />
    </>
  );
}
