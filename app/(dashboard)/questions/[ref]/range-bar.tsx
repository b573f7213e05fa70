import { RangePicker } from "./range-picker";
import type { TrendView } from "./trend-address";

/** Which days a page looks at, where that is all there is to choose. */
export function RangeBar(props: { view: TrendView; base: string; today: string }) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <RangePicker {...props} />
    </div>
  );
}
