import Link from "next/link";
import type { ReactNode } from "react";
import { Logo } from "../ui/logo";
import { Nav } from "./nav";
import { PAGES, PIPELINE } from "./pages";

/** The frame of all pages for who is signed in; each of them asks who that is by itself. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:m-2 focus:rounded-control focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to the page
      </a>
      <div className="lg:flex">
        <nav
          aria-label="Pages"
          className="border-b px-4 py-2 lg:sticky lg:top-0 lg:flex lg:h-screen lg:w-[216px] lg:shrink-0 lg:flex-col lg:border-r lg:border-b-0 lg:px-2 lg:py-4"
        >
          <Link href="/" className="inline-flex h-8 items-center rounded-control px-2">
            <Logo />
          </Link>
          <details className="group lg:hidden">
            <summary className="cursor-pointer py-2 font-medium">Menu</summary>
            <Menu />
          </details>
          <div className="hidden lg:block">
            <Menu />
          </div>
        </nav>
        <main id="main" className="min-w-0 max-w-[1664px] flex-1 px-4 py-6 lg:px-8">
          {children}
        </main>
      </div>
    </>
  );
}

function Menu() {
  return (
    <>
      <Nav items={PAGES} label="Canvass" />
      <p className="mt-4 mb-1 px-2 text-caption text-ink-2">Pipeline</p>
      <Nav items={PIPELINE} label="Pipeline" />
    </>
  );
}
