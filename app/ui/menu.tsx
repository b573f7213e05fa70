"use client";

import { type ComponentProps, type ComponentType, useRef, useState } from "react";
import { buttonClass } from "./button";
import type { MenuItem, MenuPopup } from "./overlays";

type Popup = ComponentType<ComponentProps<typeof MenuPopup>>;

/** "⋯": what can be done besides. Its popup is fetched when a pointer or the focus comes near. */
export function Menu({ label, items }: { label: string; items: readonly MenuItem[] }) {
  const button = useRef<HTMLButtonElement>(null);
  const [Popup, setPopup] = useState<Popup | null>(null);
  const [isOpen, setOpen] = useState(false);
  const load = () => void import("./overlays").then((loaded) => setPopup(() => loaded.MenuPopup));
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        className={`${buttonClass()} w-8 px-0 coarse:w-11`}
        onPointerEnter={load}
        onFocus={load}
        onClick={() => {
          load();
          setOpen(true);
        }}
      >
        <span aria-hidden="true">⋯</span>
      </button>
      {Popup && <Popup isOpen={isOpen} onOpenChange={setOpen} button={button} items={items} />}
    </>
  );
}
