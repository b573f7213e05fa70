"use client";

import { parseAsString, useQueryStates } from "nuqs";
import { type ReactNode, useTransition } from "react";
import { buttonClass } from "./button";
import { inputClass, type Option } from "./field";

export type Filter =
  | { name: string; label: string; kind: "search" }
  | { name: string; label: string; kind: "choice"; options: readonly Option[] }
  | { name: string; label: string; kind: "day" };

const SEARCH_AFTER_MS = 300;

/**
 * The filters of a list, kept in the address: a page reads them from its `searchParams`, and a reload or
 * a shared link shows the same. Each of them starts the list anew (`cursor` goes). While the server reads
 * the list that is asked for, the old one stays, paler.
 */
export function Filters({
  filters,
  facts,
  instead,
  children,
}: {
  filters: readonly Filter[];
  /** How many there are: "24 shown"; empty where the list says so itself. */
  facts: string;
  /** What takes the place of the filters for now, such as what can be done with the selected rows. */
  instead?: ReactNode;
  children: ReactNode;
}) {
  const [isPending, startTransition] = useTransition();
  const names = [...filters.map(({ name }) => name), "cursor"];
  const [values, set] = useQueryStates(
    Object.fromEntries(names.map((name) => [name, parseAsString])),
    { shallow: false, startTransition },
  );
  const isFiltered = filters.some(({ name }) => values[name]);
  const choose = (name: string, value: string) => set({ [name]: value || null, cursor: null });
  return (
    <>
      {instead}
      <search className={`mb-4 flex-wrap items-center gap-2 ${instead ? "hidden" : "flex"}`}>
        {filters.map((filter) =>
          filter.kind === "search" ? (
            <input
              key={filter.name}
              type="search"
              aria-label={filter.label}
              placeholder={filter.label}
              data-search
              className={`${inputClass} w-52 max-sm:w-full`}
              defaultValue={values[filter.name] ?? ""}
              onChange={(event) =>
                void set(
                  { [filter.name]: event.target.value || null, cursor: null },
                  { limitUrlUpdates: { method: "debounce", timeMs: SEARCH_AFTER_MS } },
                )
              }
            />
          ) : filter.kind === "day" ? (
            <input
              key={filter.name}
              type="date"
              aria-label={filter.label}
              className={inputClass}
              value={values[filter.name] ?? ""}
              onChange={(event) => void choose(filter.name, event.target.value)}
            />
          ) : (
            <select
              key={filter.name}
              aria-label={filter.label}
              className={`${inputClass} max-w-52 max-sm:w-[calc(50%-0.25rem)]`}
              value={values[filter.name] ?? ""}
              onChange={(event) => void choose(filter.name, event.target.value)}
            >
              <option value="">{filter.label}</option>
              {filter.options.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          ),
        )}
        {facts && <span className="text-caption text-ink-2 tabular-nums">{facts}</span>}
        {isFiltered && (
          <button
            type="button"
            className={buttonClass()}
            data-escape="filters"
            onClick={() => void set(Object.fromEntries(names.map((name) => [name, null])))}
          >
            Clear
          </button>
        )}
      </search>
      <div aria-busy={isPending} className={isPending ? "opacity-60" : undefined}>
        {children}
      </div>
    </>
  );
}
