import { PROVIDERS } from "@/db/schema";
import { requireViewer } from "@/lib/auth/page-caller";
import { PageHead } from "../../../ui/page-head";
import { AdminsOnly } from "../admins-only";
import { ModelForm } from "../model-form";

export const metadata = { title: "New model" };

export default async function Page() {
  const { caller } = await requireViewer("/models/new");
  return (
    <>
      <PageHead title="New model" trail={{ href: "/models", label: "Models" }} />
      {caller.role === "admin" ? (
        <ModelForm model={null} providers={PROVIDERS} fields={{ maxOutputTokens: "1000" }} />
      ) : (
        <AdminsOnly />
      )}
    </>
  );
}
