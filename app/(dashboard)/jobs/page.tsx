import { sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { environment } from "@/lib/env";
import { lastUnwell, readJobChoices, readJobList } from "@/lib/jobs/job-list";
import { listedJob } from "@/lib/jobs/job-row";
import { PageHead } from "../../ui/page-head";
import { readerTimeZone } from "../../ui/reader-time-zone";
import { jobsHref } from "./address";
import { filtersOf, promptIdOf } from "./choices";
import { JobList } from "./job-list";
import { NoJobs } from "./no-jobs";
import { readAddress } from "./read-address";

export const metadata = { title: "Jobs" };

const PAGE = 100;

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const asked = readAddress(await searchParams);
  const viewer = await requireViewer(jobsHref(asked));
  const sight = sightOf(viewer.caller);
  const env = environment();
  const choices = await readJobChoices(sight);
  const filter = {
    batchKey: asked.batch ?? undefined,
    modelId: asked.model ?? undefined,
    errorCode: asked.error ?? undefined,
    promptId: promptIdOf(asked, choices),
  };
  const page = { limit: PAGE, before: asked.cursor };
  const [list, timeZone] = await Promise.all([
    readJobList({ ...filter, status: asked.status ?? undefined }, page, sight, env),
    readerTimeZone(),
  ]);
  const now = new Date();
  const empty = list.jobs.length === 0 && (
    <NoJobs
      asked={asked}
      last={asked.status && (await lastUnwell(asked.status, sight))}
      reader={{ timeZone, now }}
    />
  );
  return (
    <>
      <PageHead title="Jobs" facts="Each asks one model one question once. Newest first." />
      <JobList
        asked={asked}
        filter={filter}
        filters={filtersOf(asked, choices)}
        counts={list.counts}
        jobs={list.jobs.map((job) => listedJob.parse(job))}
        nextCursor={list.nextCursor}
        loadedAtMs={now.getTime()}
        timeZone={timeZone}
        empty={empty}
      />
    </>
  );
}
