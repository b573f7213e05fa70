import { notFound } from "next/navigation";
import { cache } from "react";
import { requireViewer } from "@/lib/auth/page-caller";
import { ApiError } from "@/lib/errors";
import { promptRef } from "@/lib/http/inputs";
import { readPrompt } from "@/lib/prompts/prompts";

export type Question = Awaited<ReturnType<typeof readPrompt>>;

/** The tabs of a question, each an address of its own. */
export const TABS = [
  { path: "", label: "Trend" },
  { path: "/models", label: "Models" },
  { path: "/answers", label: "Answers" },
  { path: "/history", label: "History" },
] as const;

export type TabPath = (typeof TABS)[number]["path"];

/**
 * Who looks, and at which question, for its page and the page's title alike. Somebody else's question is
 * none; a slug that several owners use is named by an id.
 */
export const viewQuestion = cache(async (ref: string, tab: TabPath) => {
  const viewer = await requireViewer(`/questions/${ref}${tab}`);
  const asked = promptRef.safeParse(ref);
  if (!asked.success) notFound();
  try {
    const question = await readPrompt(asked.data, viewer.caller);
    return { ...viewer, question, base: `/questions/${ref}` };
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) notFound();
    throw error;
  }
});
