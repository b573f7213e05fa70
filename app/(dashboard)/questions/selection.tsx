"use client";

import {
  createContext,
  type MouseEvent,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";

type Selection = {
  ids: ReadonlySet<number>;
  /** One row, or with `isRange` all from the one before to it. */
  toggle: (id: number, isRange: boolean) => void;
  setAll: (isSelected: boolean) => void;
  all: readonly number[];
};

const Context = createContext<Selection | null>(null);

/** Which rows of a table are selected; `ids` are those it shows, in their order. Esc selects none. */
export function SelectionProvider({
  ids: all,
  children,
}: {
  ids: readonly number[];
  children: ReactNode;
}) {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const last = useRef<number | null>(null);
  // Rows that a filter or another page took away are selected no more.
  const ids = useMemo(() => new Set(all.filter((id) => chosen.has(id))), [all, chosen]);
  useEffect(() => {
    if (ids.size === 0) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open], [role=menu]")) return;
      // It frees one thing at a time.
      event.preventDefault();
      setChosen(new Set());
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [ids.size]);
  const toggle = (id: number, isRange: boolean) => {
    const next = new Set(ids);
    const isSelected = !next.has(id);
    const from = isRange && last.current !== null ? all.indexOf(last.current) : -1;
    const to = all.indexOf(id);
    const touched = from === -1 ? [id] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const one of touched) {
      if (isSelected) next.add(one);
      else next.delete(one);
    }
    last.current = id;
    setChosen(next);
  };
  const setAll = (isSelected: boolean) => setChosen(new Set(isSelected ? all : []));
  return <Context value={{ ids, toggle, setAll, all }}>{children}</Context>;
}

export function useSelection(): Selection {
  const selection = useContext(Context);
  if (!selection) throw new Error("useSelection: there is no SelectionProvider around it");
  return selection;
}

const BOX = "flex size-6 items-center justify-center coarse:size-11";

export function RowSelect({ id, label }: { id: number; label: string }) {
  const { ids, toggle } = useSelection();
  return (
    <label className={BOX}>
      <input
        type="checkbox"
        aria-label={`Select ${label}`}
        className="size-4 accent-solid"
        checked={ids.has(id)}
        onClick={(event: MouseEvent) => toggle(id, event.shiftKey)}
        onChange={() => {}}
      />
    </label>
  );
}

export function SelectAll({ label }: { label: string }) {
  const { ids, all, setAll } = useSelection();
  const isAll = ids.size === all.length && all.length > 0;
  return (
    <label className={BOX}>
      <input
        type="checkbox"
        aria-label={label}
        className="size-4 accent-solid"
        checked={isAll}
        ref={(box) => {
          if (box) box.indeterminate = ids.size > 0 && !isAll;
        }}
        onChange={() => setAll(!isAll)}
      />
    </label>
  );
}
