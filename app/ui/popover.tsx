"use client";

import { type ReactNode, useId } from "react";

/**
 * A button, and what it shows beside itself: the browser's own popover, which works before any script,
 * closes by Esc or a click elsewhere, and gives the focus back; it closes too when a link or form in it is
 * used. Where the browser can't place it at the
 * button it is in the middle of the window. Never the only place of a fact.
 */
export function Popover({
  button,
  label,
  className,
  style,
  children,
}: {
  button: ReactNode;
  /** The button's name, where what it shows isn't one. */
  label?: string;
  className: string;
  style?: { left: string; top: string };
  children: ReactNode;
}) {
  const id = useId();
  const anchor = `--popover-${id.replace(/[^\w-]/g, "")}`;
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-label={label}
        className={className}
        style={{ ...style, anchorName: anchor }}
      >
        {button}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only follows its links and forms */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a link's key is its click */}
      <div
        id={id}
        popover="auto"
        onClick={({ target, currentTarget }) => {
          if (target instanceof Element && target.closest("a")) currentTarget.hidePopover();
        }}
        onSubmit={({ currentTarget }) => currentTarget.hidePopover()}
        style={{ positionAnchor: anchor }}
        className="m-auto w-max max-w-[min(360px,calc(100vw-2rem))] rounded-popup border bg-raised p-4 text-ink text-small shadow-popup supports-[position-area:bottom]:inset-auto supports-[position-area:bottom]:m-1 supports-[position-area:bottom]:[position-area:block-end_span-inline-end] supports-[position-area:bottom]:[position-try-fallbacks:flip-inline,flip-block]"
      >
        {children}
      </div>
    </>
  );
}
