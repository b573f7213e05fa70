import { ButtonLink, buttonClass } from "@/app/ui/button";
import { Popover } from "@/app/ui/popover";
import { Segmented } from "@/app/ui/segmented";
import { modelLabel, type NamedModel } from "@/lib/models/model-label";
import { Choices } from "./choices";
import { RangePicker } from "./range-picker";
import { type TrendView, trendQuery } from "./trend-address";

const WINDOWS = [
  { window: 1, text: "1 day" },
  { window: 7, text: "7 days" },
  { window: 28, text: "28 days" },
];

/** What a trend shows: how much a point pools, which model, which days, drawn or listed. All in the address. */
export function TrendToolbar({
  view,
  models,
  asked,
  base,
  today,
}: {
  view: TrendView;
  models: readonly NamedModel[];
  /** The ids of the models that the question asks now. */
  asked: readonly number[];
  base: string;
  today: string;
}) {
  const to = (change: Partial<TrendView>) => `${base}${trendQuery(view, change)}`;
  const offered = models.filter(({ id }) => asked.includes(id) || id === view.modelId);
  const chosen = models.find(({ id }) => id === view.modelId);
  const isTable = view.view === "table";
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <Segmented
        label="Answers pooled in a point"
        items={WINDOWS.map(({ window, text }, index) => ({
          href: to({ window }),
          text,
          isChosen: window === view.window,
          shortcut: String(index + 1),
        }))}
      />
      <Popover className={buttonClass()} button={chosen ? modelLabel(chosen) : "All models"}>
        <Choices
          items={[
            { href: to({ modelId: null }), text: "All models", isChosen: view.modelId === null },
            ...offered.map((model) => ({
              href: to({ modelId: model.id }),
              text: modelLabel(model),
              isChosen: model.id === view.modelId,
            })),
          ]}
        />
      </Popover>
      <RangePicker {...{ view, base, today }} />
      <span className="ml-auto flex gap-2">
        {isTable && (
          <a
            className={buttonClass()}
            href={`${base}/trend.csv${trendQuery(view, { view: "chart" })}`}
          >
            CSV
          </a>
        )}
        <ButtonLink href={to({ view: isTable ? "chart" : "table" })} scroll={false} data-key="v">
          {isTable ? "Chart" : "Table"}
        </ButtonLink>
      </span>
    </div>
  );
}
