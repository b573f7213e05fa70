import { relativeTime } from "@/lib/format/times";
import { ButtonLink } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { isFiltered, type JobsAddress } from "./address";

/** Where no job matches: what that means, and the way out. */
export function NoJobs({
  asked,
  last,
  reader,
}: {
  asked: JobsAddress;
  /** When one last came to such an end, whatever else is asked for. */
  last: Date | null;
  reader: { timeZone: string; now: Date };
}) {
  const { status } = asked;
  if (!isFiltered(asked) && status === null) {
    return (
      <Empty action={<ButtonLink href="/questions">Questions</ButtonLink>}>
        No jobs yet. The next batch makes some, and so does “Run now” on a question’s page.
      </Empty>
    );
  }
  const clear = isFiltered(asked) && <ButtonLink href="/jobs">Clear filters</ButtonLink>;
  if (status === null) return <Empty action={clear}>No job matches these filters.</Empty>;
  return (
    <Empty action={clear}>
      {`No ${status} jobs.`}
      {last && ` The last one was ${relativeTime(last, reader.timeZone, reader.now)}.`}
    </Empty>
  );
}
