import type { Provider } from "@/db/schema";
import { Notice } from "../../ui/notice";

/** Which models can't run because their provider's key isn't set on the server. */
export function MissingKeys({
  models,
  keys,
}: {
  models: readonly { provider: Provider; active: boolean }[];
  keys: Partial<Record<Provider, string>>;
}) {
  const active = models.filter((model) => model.active);
  return Object.entries(keys).map(([provider, variable]) => {
    const stuck = active.filter((model) => model.provider === provider).length;
    if (stuck === 0) return null;
    return (
      <Notice key={provider} kind="warning">
        {variable} isn’t set, so {stuck === 1 ? "this model" : `these ${stuck} models`} can’t run.
        Set it on the server and restart.
      </Notice>
    );
  });
}
