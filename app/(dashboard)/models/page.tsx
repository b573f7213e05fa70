import { readModelFigures } from "@/db/model-figure-queries";
import { ownedBy, sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { environment } from "@/lib/env";
import { counted } from "@/lib/format/figures";
import { readPauses } from "@/lib/jobs/pause";
import { missingKeys } from "@/lib/models/missing-keys";
import { stateOfModel } from "@/lib/models/model-state";
import { readModels } from "@/lib/models/models";
import { ButtonLink } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { PageHead } from "../../ui/page-head";
import { readerTimeZone } from "../../ui/reader-time-zone";
import { Head, Table } from "../../ui/table";
import { MissingKeys } from "./missing-keys";
import { ModelRow } from "./model-row";
import { ModelUse } from "./model-use";

export const metadata = { title: "Models" };

export default async function Page() {
  const { caller } = await requireViewer("/models");
  const keys = missingKeys(environment());
  const [models, figures, paused, timeZone] = await Promise.all([
    readModels(),
    readModelFigures(ownedBy(sightOf(caller)).ownerId),
    readPauses(),
    readerTimeZone(),
  ]);
  const isAdmin = caller.role === "admin";
  const figuresOf = new Map(figures.map((one) => [one.modelId, one]));
  const on = models.filter(({ active }) => active).length;
  const add = isAdmin && (
    <ButtonLink kind="primary" href="/models/new">
      New model
    </ButtonLink>
  );
  return (
    <>
      <PageHead
        title="Models"
        facts={models.length > 0 && `${counted(models.length, "model")}, ${on} on`}
        actions={models.length > 0 && add}
      />
      <MissingKeys models={models} keys={keys} />
      {models.length === 0 ? (
        <Empty action={add}>No models yet. A question is asked to one model at least.</Empty>
      ) : (
        <Table caption="Models">
          <thead>
            <tr>
              <Head>Model</Head>
              <Head>State</Head>
              <Head from="sm">In use</Head>
              <Head from="xl" isNumber>
                Requests a minute
              </Head>
              <Head from="xl">$ a million tokens</Head>
              <Head from="lg" isNumber>
                Answers in 28 days
              </Head>
              <Head from="lg" isNumber>
                $ in 28 days
              </Head>
              {isAdmin && (
                <Head>
                  <span className="sr-only">What can be done</span>
                </Head>
              )}
            </tr>
          </thead>
          <tbody>
            {models.map((model) => {
              const own = figuresOf.get(model.id);
              const rateLimitedUntil = own?.rateLimitedUntil ?? null;
              return (
                <ModelRow
                  key={model.id}
                  model={model}
                  isAdmin={isAdmin}
                  timeZone={timeZone}
                  shown={stateOfModel(model, { paused, missingKeys: keys, rateLimitedUntil })}
                  use={placesInWords(own?.inUse ?? 0, model.maxConcurrency)}
                >
                  <ModelUse model={model} figures={own} />
                </ModelRow>
              );
            })}
          </tbody>
        </Table>
      )}
    </>
  );
}

function placesInWords(inUse: number, most: number | null): string {
  return most === null ? `${inUse} in use` : `${inUse} of ${most} in use`;
}
