"use client";

import { type Fault, PageFault } from "./ui/page-fault";

/** Whatever fails outside the frame, or the frame itself. */
export default function ErrorPage(fault: Fault) {
  return (
    <main className="px-4 py-8 lg:px-8 lg:py-12">
      <PageFault {...fault} />
    </main>
  );
}
