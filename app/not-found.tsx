import { ButtonLink } from "./ui/button";
import { NarrowPage } from "./ui/narrow-page";

export const metadata = { title: "Nothing here" };

export default function NotFound() {
  return (
    <NarrowPage title="Nothing here">
      <p className="mb-4 text-ink-2">It may have been deleted, or belong to somebody else.</p>
      <ButtonLink href="/">Overview</ButtonLink>
    </NarrowPage>
  );
}
