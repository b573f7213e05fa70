"use client";

import { useRouter } from "next/navigation";
import { type ComponentType, useEffect, useRef, useState } from "react";
import { act } from "./act";
import { keyAction, type Press } from "./key-action";
import { areSingleKeysOn } from "./single-keys";

/** How long after `g` its letter may come. */
const PREFIX_MS = 1_500;

type Popup = ComponentType<{ onClose: () => void }>;

/** The keys of every page; what they open comes when it is first asked for. */
export function Keys() {
  const router = useRouter();
  const prefixUntil = useRef(0);
  const [Popup, setPopup] = useState<Popup | null>(null);
  useEffect(() => {
    const show = (name: "CommandMenu" | "KeysHelp") =>
      void import("./popups").then((loaded) => setPopup(() => loaded[name]));
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const action = keyAction(pressOf(event), {
        isAfterPrefix: event.timeStamp < prefixUntil.current,
        areSingleKeysOn: areSingleKeysOn(),
      });
      prefixUntil.current = action?.kind === "prefix" ? event.timeStamp + PREFIX_MS : 0;
      if (action === null || action.kind === "prefix") return;
      if (action.kind === "go") router.push(action.href);
      else if (action.kind === "help") show("KeysHelp");
      else if (action.kind === "commands") show("CommandMenu");
      else if (!act(action)) return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [router]);
  return Popup && <Popup onClose={() => setPopup(null)} />;
}

function pressOf(event: KeyboardEvent): Press {
  const target = event.target instanceof Element ? event.target : null;
  return {
    key: event.key,
    withModifier:
      event.metaKey || ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph")),
    withShift: event.shiftKey,
    isRepeat: event.repeat,
    isComposing: event.isComposing,
    isTyping: target !== null && isTypedInto(target),
    isInDialog: document.querySelector("dialog[open], [role=dialog], [role=menu]") !== null,
  };
}

const NOT_TYPED_INTO = "[type=checkbox], [type=radio], [type=range], [type=button], [type=submit]";

const isTypedInto = (element: Element) =>
  (element.matches("input, textarea, select") && !element.matches(NOT_TYPED_INTO)) ||
  (element instanceof HTMLElement && element.isContentEditable);
