"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import * as z from "zod/mini";
import { counted } from "@/lib/format/figures";
import { TextField } from "../../ui/field";

export type Named = { id: number; name: string };

const answer = z.object({
  entities: z.array(z.object({ id: z.number(), name: z.string(), answers: z.number() })),
});

const SHOWN = 8;

async function search(text: string, signal: AbortSignal) {
  const query = new URLSearchParams({ search: text, limit: `${SHOWN + 1}` });
  const response = await fetch(`/api/entities?${query}`, { signal });
  if (!response.ok) throw new Error(`/api/entities: ${response.status}`);
  return answer.parse(await response.json()).entities;
}

/** Finds another name by a part of it; its likely twin is there to begin with. */
export function NameSearch({
  self,
  suggestion,
  onChoose,
}: {
  /** The one that is to be another: it is none to choose. */
  self: number;
  suggestion: Named | null;
  onChoose: (chosen: Named) => void;
}) {
  const [typed, setTyped] = useState("");
  const text = useDeferredValue(typed.trim());
  const { data, isError } = useQuery({
    queryKey: ["entities", text],
    queryFn: ({ signal }) => search(text, signal),
    enabled: text !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
  const found = text === "" ? [] : (data ?? []).filter(({ id }) => id !== self).slice(0, SHOWN);
  return (
    <div className="text-left">
      <TextField
        label="Search a name"
        type="search"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <ul className="mt-3 flex max-h-72 flex-col overflow-y-auto" aria-label="Names found">
        {text === "" && suggestion && (
          <Choice name={suggestion.name} facts="most alike" onClick={() => onChoose(suggestion)} />
        )}
        {found.map(({ id, name, answers }) => (
          <Choice
            key={id}
            name={name}
            facts={counted(answers, "answer")}
            onClick={() => onChoose({ id, name })}
          />
        ))}
      </ul>
      <p role="status" className="text-caption text-ink-2">
        {isError && "The search didn’t answer. Try again."}
        {!isError && text !== "" && data && found.length === 0 && "No other name has that in it."}
      </p>
    </div>
  );
}

function Choice({ name, facts, onClick }: { name: string; facts: string; onClick: () => void }) {
  return (
    <li>
      <button
        type="button"
        onClick={onClick}
        className="flex min-h-8 w-full items-center justify-between gap-4 rounded-control px-2 text-left text-small hover:bg-hover coarse:min-h-11"
      >
        <span className="whitespace-normal wrap-anywhere">{name}</span>
        <span className="shrink-0 text-caption text-ink-2 tabular-nums">{facts}</span>
      </button>
    </li>
  );
}
