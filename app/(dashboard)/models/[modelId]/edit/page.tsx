import { notFound } from "next/navigation";
import { requireViewer } from "@/lib/auth/page-caller";
import { idText } from "@/lib/http/inputs";
import { readModels } from "@/lib/models/models";
import { PageHead } from "../../../../ui/page-head";
import { AdminsOnly } from "../../admins-only";
import { ModelForm } from "../../model-form";

export const metadata = { title: "Edit a model" };

export default async function Page({ params }: { params: Promise<{ modelId: string }> }) {
  const { modelId } = await params;
  const { caller } = await requireViewer(`/models/${encodeURIComponent(modelId)}/edit`);
  const id = idText.safeParse(modelId);
  const model = id.success && (await readModels()).find((one) => one.id === id.data);
  if (!model) notFound();
  const { name, provider, active, ...settings } = model;
  const fields = Object.entries(settings).map(([key, value]) => [key, `${value ?? ""}`]);
  return (
    <>
      <PageHead
        title={name}
        trail={{ href: "/models", label: "Models" }}
        here={name}
        facts={`${provider}, ${active ? "on" : "off"}`}
      />
      {caller.role === "admin" ? (
        <ModelForm model={{ id: model.id }} providers={[]} fields={Object.fromEntries(fields)} />
      ) : (
        <AdminsOnly />
      )}
    </>
  );
}
