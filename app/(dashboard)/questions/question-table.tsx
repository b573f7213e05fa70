"use client";

import type { ReactNode } from "react";
import { type Filter, Filters } from "@/app/ui/filters";
import { type Selectable, SelectedQuestions } from "./selected-questions";
import { SelectionProvider, useSelection } from "./selection";

type Props = {
  filters: readonly Filter[];
  facts: string;
  rows: readonly Selectable[];
  children: ReactNode;
};

/** The filters of the list, or what can be done with the rows that are selected; and the list. */
export function QuestionTable(props: Props) {
  return (
    <SelectionProvider ids={props.rows.map(({ id }) => id)}>
      <Filtered {...props} />
    </SelectionProvider>
  );
}

function Filtered({ filters, facts, rows, children }: Props) {
  const { ids } = useSelection();
  return (
    <Filters
      filters={filters}
      facts={facts}
      instead={ids.size > 0 && <SelectedQuestions rows={rows} />}
    >
      {children}
    </Filters>
  );
}
