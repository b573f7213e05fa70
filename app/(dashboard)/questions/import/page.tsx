import { PageHead } from "@/app/ui/page-head";
import { requireViewer } from "@/lib/auth/page-caller";
import { ImportForm } from "./import-form";

export const metadata = { title: "Import questions" };

const EXAMPLE = `slug,question,category,tags,frequency,runs,models
best-trail-shoes,What are the best trail running shoes?,shopping,sport;outdoor,weekly,5,simulated-atlas
best-rain-jacket,"Which rain jacket would you buy, and why?",shopping,,,3,simulated-atlas;simulated-birch`;

export default async function Page() {
  await requireViewer("/questions/import");
  return (
    <>
      <PageHead title="Import questions" trail={{ href: "/questions", label: "Questions" }} />
      <ImportForm />
      <section aria-labelledby="format" className="mt-12 max-w-[68ch] border-t pt-4 text-small">
        <h2 id="format" className="mb-2 font-semibold text-body">
          What the file looks like
        </h2>
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
          tabIndex={0}
          className="mb-3 overflow-x-auto rounded-control border bg-sunken p-3 font-mono text-caption"
        >
          {EXAMPLE}
        </pre>
        <ul className="list-disc space-y-1 pl-5 text-ink-2">
          <li>
            Columns in any order; <code className="font-mono text-caption">slug</code>,{" "}
            <code className="font-mono text-caption">question</code> and{" "}
            <code className="font-mono text-caption">models</code> must be there. An empty cell is
            the default: no category, no tags, daily, 1 run.
          </li>
          <li>
            Tags and models with <code className="font-mono text-caption">;</code> between. A model
            is its name, <code className="font-mono text-caption">provider:name</code> or its id.
          </li>
          <li>
            New slugs are added as questions of yours. A slug that one of yours has changes that
            question; another text starts its new version.
          </li>
          <li>UTF-8, up to 4 MiB. All rows or none.</li>
        </ul>
      </section>
    </>
  );
}
