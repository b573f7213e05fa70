import type { ReactNode } from "react";
import { PageHead } from "../../ui/page-head";
import { SettingsNav } from "./settings-nav";

/** The sections of the settings; each is a page that asks by itself who looks. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHead title="Settings" />
      <div className="gap-x-12 lg:flex">
        <SettingsNav />
        <div className="min-w-0 max-w-[960px] flex-1">{children}</div>
      </div>
    </>
  );
}
