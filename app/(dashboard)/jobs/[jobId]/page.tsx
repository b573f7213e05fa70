import Link from "next/link";
import { notFound } from "next/navigation";
import { z } from "zod";
import { sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { environment } from "@/lib/env";
import { idText } from "@/lib/http/inputs";
import { readJobPage } from "@/lib/jobs/job-page";
import { limitsOf } from "@/lib/jobs/limits";
import { jobTimeline } from "@/lib/jobs/timeline";
import { PageHead } from "../../../ui/page-head";
import { readerTimeZone } from "../../../ui/reader-time-zone";
import { SimulatedTag } from "../../../ui/simulated-tag";
import { StatusBadge } from "../../../ui/status-glyph";
import { shortKey } from "../choices";
import { Answer } from "./answer";
import { Facts } from "./facts";
import { JobActions } from "./job-actions";
import { LiveJob } from "./live-job";
import { StateNotice } from "./state-notice";
import { JobTimeline } from "./timeline";

type Params = { params: Promise<{ jobId: string }> };

const parameters = z.object({ jobId: idText });

export async function generateMetadata({ params }: Params) {
  return { title: `Job ${(await params).jobId}` };
}

export default async function Page({ params }: Params) {
  const { jobId: asked } = await params;
  const viewer = await requireViewer(`/jobs/${encodeURIComponent(asked)}`);
  const parsed = parameters.safeParse({ jobId: asked });
  if (!parsed.success) notFound();
  const env = environment();
  const found = await readJobPage(parsed.data.jobId, sightOf(viewer.caller), env);
  if (!found) notFound();
  const { job, surroundings } = found;
  const now = new Date();
  const reader = { timeZone: await readerTimeZone(), now };
  const modelName =
    job.model.label === "" ? job.model.name : `${job.model.name} ${job.model.label}`;
  const isSimulated = job.model.provider === "simulated";
  const link = "wrap-anywhere underline underline-offset-2 hover:text-ink";
  return (
    <>
      <PageHead
        title={`Job ${job.id}`}
        badge={<StatusBadge status={job.status} />}
        trail={{ href: "/jobs", label: "Jobs" }}
        here={String(job.id)}
        facts={
          <>
            <Link href={`/questions/${job.prompt.slug}`} className={link}>
              {job.prompt.slug}
            </Link>
            , <span className="wrap-anywhere font-mono text-caption">{modelName}</span> run{" "}
            {job.runIndex + 1}, batch{" "}
            <Link
              href={`/batches/${encodeURIComponent(job.batchKey)}`}
              className={`font-mono text-caption ${link}`}
            >
              {shortKey(job.batchKey)}
            </Link>{" "}
            {isSimulated && <SimulatedTag />}
          </>
        }
        actions={
          <>
            <LiveJob jobId={job.id} version={job.version} status={job.status} />
            <JobActions jobId={job.id} status={job.status} />
          </>
        }
      />
      <StateNotice
        job={job}
        surroundings={surroundings}
        limits={limitsOf(env)}
        viewer={viewer.user}
        reader={reader}
      />
      <div className="gap-12 xl:grid xl:grid-cols-[minmax(0,1fr)_320px]">
        <div className="min-w-0">
          <JobTimeline job={job} timeline={jobTimeline(job, job.attempts, now)} reader={reader} />
          <Answer
            question={job.prompt.question}
            result={job.result}
            response={surroundings.response}
            isSimulated={isSimulated}
          />
        </div>
        <Facts job={job} surroundings={surroundings} reader={reader} />
      </div>
    </>
  );
}
