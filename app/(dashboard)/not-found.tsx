import { ButtonLink } from "../ui/button";
import { PageHead } from "../ui/page-head";

export const metadata = { title: "Nothing here" };

/** No more is said of what isn't there than of what is somebody else's. */
export default function NotFound() {
  return (
    <>
      <PageHead
        title="Nothing here"
        facts="It may have been deleted, or belong to somebody else."
      />
      <ButtonLink href="/">Overview</ButtonLink>
    </>
  );
}
