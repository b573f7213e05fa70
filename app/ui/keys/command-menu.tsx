"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import * as z from "zod/mini";
import { callApi } from "../call-api";
import { Dialog } from "../dialog";
import { inputClass } from "../field";
import { GOES } from "./key-action";

const questions = z.object({
  prompts: z.array(z.object({ slug: z.string(), question: z.string() })),
});

type Command = { label: string; href: string; hint: string };

const PAGES: readonly Command[] = [
  ...GOES.map(({ key, href, label }) => ({ label, href, hint: `g ${key}` })),
  { label: "New question", href: "/questions/new", hint: "n" },
];

/** Goes to a page, or to one of the reader's questions, by a few letters of its name. */
export function CommandMenu({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const commands = [...PAGES, ...useQuestions()];
  const go = (href: string) => {
    onClose();
    router.push(href);
  };
  return (
    <Dialog title="Go to" onClose={onClose}>
      <Autocomplete.Root
        inline
        open
        items={commands}
        itemToStringValue={({ label }: Command) => label}
        autoHighlight="always"
      >
        <Autocomplete.Input
          aria-label="Page or question"
          placeholder="Page or question"
          className={`${inputClass} w-full`}
        />
        <Autocomplete.Empty className="text-ink-2 text-small not-empty:px-2 not-empty:pt-3">
          Nothing is called so.
        </Autocomplete.Empty>
        <Autocomplete.List className="mt-2 max-h-80 overflow-y-auto">
          {({ label, href, hint }: Command) => (
            <Autocomplete.Item
              key={href}
              value={{ label, href, hint }}
              onClick={() => go(href)}
              className="flex min-h-8 cursor-default items-center justify-between gap-6 rounded-control px-2 text-small data-highlighted:bg-hover coarse:min-h-11"
            >
              <span className="truncate">{label}</span>
              <span className="shrink-0 font-mono text-caption text-ink-3">{hint}</span>
            </Autocomplete.Item>
          )}
        </Autocomplete.List>
      </Autocomplete.Root>
    </Dialog>
  );
}

/** The newest hundred of them; the list of questions has a search for the others. */
function useQuestions(): readonly Command[] {
  const [found, setFound] = useState<readonly Command[]>([]);
  useEffect(() => {
    let isGone = false;
    void callApi({ method: "GET", path: "/api/prompts?limit=100" }).then((answered) => {
      if (isGone || !answered.ok) return;
      const read = questions.safeParse(answered.body);
      if (!read.success) return;
      setFound(
        read.data.prompts.map(({ slug, question }) => ({
          label: question,
          href: `/questions/${encodeURIComponent(slug)}`,
          hint: "question",
        })),
      );
    });
    return () => {
      isGone = true;
    };
  }, []);
  return found;
}
