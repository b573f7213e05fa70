import { checkDatabase } from "@/db/health";
import { reply } from "@/lib/http/reply";
import { publicRoute } from "@/lib/http/route";

export const GET = publicRoute(async () => {
  await checkDatabase();
  return reply({ success: true, database: "ok" });
});
