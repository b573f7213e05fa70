"use client";

import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import type { Provider } from "@/db/schema";
import type { ModelState } from "@/lib/models/model-state";
import type { ApiCall } from "../../ui/call-api";
import { Menu } from "../../ui/menu";
import { SimulatedTag } from "../../ui/simulated-tag";
import { Cell, Row } from "../../ui/table";
import { useUndoable } from "../../ui/use-undoable";
import { StateOfModel } from "./state-of-model";

type Props = {
  model: { id: number; provider: Provider; name: string; label: string; active: boolean };
  isAdmin: boolean;
  timeZone: string;
  shown: ModelState;
  /** What a phone's second line says of it. */
  use: string;
  /** The cells between its state and what can be done with it. */
  children: ReactNode;
};

const inQueue = (verb: "pause" | "resume", scope: object): ApiCall => ({
  method: "POST",
  path: `/api/jobs/queue/${verb}`,
  body: scope,
});

/** A model, and for an admin what can be done with it: each of it shows at once and may be undone. */
export function ModelRow({ model, isAdmin, timeZone, shown, use, children }: Props) {
  const { state, change } = useUndoable(shown);
  const router = useRouter();
  const { id, name, provider, label } = model;

  const switchTo = (active: boolean): ApiCall => ({
    method: "PATCH",
    path: `/api/models/${id}`,
    body: { active },
  });
  const switchOff = () =>
    change({
      to: { kind: "off" },
      call: switchTo(false),
      done: `${name} is off.`,
      undo: switchTo(true),
    });
  const switchOn = () =>
    change({
      to: { kind: "on" },
      call: switchTo(true),
      done: `${name} is on.`,
      undo: switchTo(false),
    });
  const pause = () =>
    change({
      to: { kind: "paused", scope: { modelId: id } },
      call: inQueue("pause", { modelId: id }),
      done: `${name} is paused. Its running jobs go on.`,
      undo: inQueue("resume", { modelId: id }),
    });
  const resume = (scope: object, isByHand: boolean) =>
    change({
      to: { kind: "on" },
      call: inQueue("resume", scope),
      done: isByHand ? "Resumed." : "Resumed: the next job shows whether it works again.",
      // A circuit isn't opened by hand, and what everything's resume ended were several pauses.
      undo: isByHand && Object.keys(scope).length > 0 ? inQueue("pause", scope) : null,
    });
  const held = state.kind === "paused" || state.kind === "stopped" ? state : null;
  const isOwnPause = state.kind === "paused" && state.scope.modelId !== undefined;

  return (
    <Row isOff={state.kind === "off"}>
      <Cell>
        <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-mono text-caption wrap-anywhere">{name}</span>
          {label !== "" && <span className="text-ink-2 wrap-anywhere">{label}</span>}
          {provider === "simulated" ? (
            <SimulatedTag />
          ) : (
            <span className="text-ink-2">{provider}</span>
          )}
        </span>
        <span className="block text-caption text-ink-2 tabular-nums sm:hidden">{use}</span>
      </Cell>
      <Cell>
        <StateOfModel
          state={state}
          timeZone={timeZone}
          onResume={isAdmin && held ? () => resume(held.scope, held.kind === "paused") : null}
        />
      </Cell>
      {children}
      {isAdmin && (
        <Cell isNumber>
          <Menu
            label={`More for ${name}${label && `, ${label}`}`}
            items={[
              { label: "Edit", onSelect: () => router.push(`/models/${id}/edit`) },
              ...(isOwnPause
                ? [{ label: "Resume", onSelect: () => resume({ modelId: id }, true) }]
                : [{ label: "Pause", onSelect: pause }]),
              state.kind === "off"
                ? { label: "Switch on", onSelect: switchOn }
                : { label: "Switch off", onSelect: switchOff },
            ]}
          />
        </Cell>
      )}
    </Row>
  );
}
