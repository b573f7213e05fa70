"use client";

import { Menu } from "@base-ui/react/menu";
import type { RefObject } from "react";
import { Toaster as Sonner, toast } from "sonner";

export { toast };

export type MenuItem = { label: string; onSelect: () => void; keys?: string };

/** Where toasts appear, in the guide's colours. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      style={{ fontFamily: "inherit" }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-[356px] font-sans max-w-full items-center gap-3 rounded-popup border bg-raised px-4 py-3 text-small text-ink shadow-popup",
          title: "text-small",
          content: "flex-1",
          actionButton:
            "h-8 shrink-0 rounded-control border border-edge px-3 font-medium text-small hover:bg-hover coarse:h-11",
        },
      }}
    />
  );
}

/** The popup of a menu, at its button. */
export function MenuPopup({
  isOpen,
  onOpenChange,
  button,
  items,
}: {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  button: RefObject<HTMLButtonElement | null>;
  items: readonly MenuItem[];
}) {
  return (
    <Menu.Root open={isOpen} onOpenChange={onOpenChange}>
      <Menu.Portal>
        <Menu.Positioner anchor={button} align="end" sideOffset={4}>
          <Menu.Popup
            finalFocus={button}
            className="min-w-40 rounded-popup border bg-raised p-1 text-small shadow-popup outline-none"
          >
            {items.map(({ label, onSelect, keys }) => (
              <Menu.Item
                key={label}
                onClick={onSelect}
                className="flex h-8 cursor-default items-center justify-between gap-6 rounded-control px-2 outline-none data-highlighted:bg-hover coarse:h-11"
              >
                {label}
                {keys && <kbd className="font-mono text-caption text-ink-3">{keys}</kbd>}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
