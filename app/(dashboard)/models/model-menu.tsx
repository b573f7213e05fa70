"use client";

import { useRouter } from "next/navigation";
import { Menu } from "../../ui/menu";
import { useUndoable } from "../../ui/use-undoable";

type Props = { id: number; name: string; isActive: boolean; isPaused: boolean };

/** What an admin can do with a model; none of it is lost, so none of it asks. */
export function ModelMenu({ id, name, isActive, isPaused }: Props) {
  const router = useRouter();
  const act = useUndoable();
  const path = `/api/models/${id}`;
  const pause = { method: "POST", path: "/api/jobs/queue/pause", body: { modelId: id } } as const;
  const resume = { method: "POST", path: "/api/jobs/queue/resume", body: { modelId: id } } as const;
  const on = { method: "PATCH", path, body: { active: true } } as const;
  const off = { method: "PATCH", path, body: { active: false } } as const;
  return (
    <Menu
      label={`More for ${name}`}
      items={[
        { label: "Edit", onSelect: () => router.push(`/models/${id}/edit`) },
        isPaused
          ? {
              label: "Resume",
              onSelect: () => void act({ call: resume, undo: pause, done: `${name} resumed.` }),
            }
          : {
              label: "Pause",
              onSelect: () => void act({ call: pause, undo: resume, done: `${name} paused.` }),
            },
        isActive
          ? {
              label: "Switch off",
              onSelect: () => void act({ call: off, undo: on, done: `${name} switched off.` }),
            }
          : {
              label: "Switch on",
              onSelect: () => void act({ call: on, undo: off, done: `${name} switched on.` }),
            },
      ]}
    />
  );
}
