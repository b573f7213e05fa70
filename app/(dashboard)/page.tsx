import { requireViewer } from "@/lib/auth/page-caller";
import { PageHead } from "../ui/page-head";

export const metadata = { title: "Overview" };

export default async function Page() {
  const { user } = await requireViewer("/");
  return <PageHead title="Overview" facts={user.name} />;
}
