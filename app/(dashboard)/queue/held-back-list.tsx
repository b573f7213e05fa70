import { clock } from "@/lib/format/times";
import { type HeldBack, reasonInBrief } from "@/lib/models/model-state";
import { CallButton } from "../../ui/call-button";
import { Time } from "../../ui/time";

type Pause = HeldBack & { since: Date };

/** What is paused by hand or stopped by a circuit, since when and why; an admin may resume each. */
export function HeldBackList({
  paused,
  models,
  isAdmin,
  now,
  timeZone,
}: {
  paused: readonly Pause[];
  models: readonly { id: number; name: string; label: string }[];
  isAdmin: boolean;
  now: Date;
  timeZone: string;
}) {
  if (paused.length === 0) return null;
  const nameOf = ({ provider, modelId }: Pause) => {
    if (modelId === undefined) return provider ?? "Everything";
    const model = models.find(({ id }) => id === modelId);
    return model ? `${model.name}${model.label && `, ${model.label}`}` : `Model ${modelId}`;
  };
  return (
    <section className="border-t pt-4">
      <h2 className="mb-2 font-semibold">Held back</h2>
      <ul className="max-w-[960px]">
        {paused.map((pause) => {
          const { provider, modelId, reason, nextProbeAt, since } = pause;
          const name = nameOf(pause);
          return (
            <li
              key={`${name} ${reason}`}
              className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b py-2 text-small"
            >
              <span className="min-w-0">
                <span className="font-medium wrap-anywhere">{name}</span>{" "}
                <span className="text-ink-2">
                  {reason === "manual"
                    ? "paused by hand"
                    : `stopped: ${reasonInBrief(reason)}${nextProbeAt ? `, next try ${clock(nextProbeAt, timeZone)}` : ""}`}
                  , since <Time at={since} timeZone={timeZone} now={now} />
                </span>
              </span>
              {isAdmin && (
                <CallButton
                  call={{
                    method: "POST",
                    path: "/api/jobs/queue/resume",
                    body: {
                      ...(modelId !== undefined && { modelId }),
                      ...(modelId === undefined && provider !== undefined && { provider }),
                    },
                  }}
                  busy="Resuming…"
                  done={`${name} is resumed.`}
                >
                  {modelId === undefined && provider === undefined
                    ? "Resume everything"
                    : `Resume ${name}`}
                </CallButton>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
