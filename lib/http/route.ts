import { after } from "next/server";
import { z } from "zod";
import { type Access, authorize } from "@/lib/auth/access";
import { type Caller, type Sight, sightOf } from "@/lib/auth/caller";
import { identify } from "@/lib/auth/identify";
import { refuseForeignOrigin, requireOwnPage } from "@/lib/auth/own-page";
import { type Environment, environment } from "@/lib/env";
import { sweepIfStale } from "@/lib/jobs/sweep-and-dispatch";
import { readCsvText, readJson } from "./body";
import { errorReply } from "./error-reply";
import { queryOf, readInput } from "./read-input";

type Schemas = {
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** A body that may be left out: then it is read as `{}`. */
  optionalBody?: z.ZodType;
  /** Headers by their names in lower case. */
  headers?: z.ZodType;
  /** A body of CSV instead, which the handler reads: here only its type and size are checked. */
  csvBody?: true;
  /**
   * When it may start a sweep, if none began for a minute: after its answer, unless it says otherwise. `at
   * once` where the answer takes as long as the sweep may; `never` where it is part of one, is called by
   * one's dispatch, or starts it by itself.
   */
  sweep?: "at once" | "never";
};

type Parsed<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler gets: all of it checked. */
export type Call<S extends Schemas> = {
  request: Request;
  env: Environment;
  caller: Caller;
  /** What the caller may see. */
  sight: Sight;
  /** When the request came in, milliseconds since 1970: the platform's limit counts from here. */
  startedAtMs: number;
  params: Parsed<S["params"]>;
  query: Parsed<S["query"]>;
  body: Parsed<S["body"] extends z.ZodType ? S["body"] : S["optionalBody"]>;
  headers: Parsed<S["headers"]>;
  csv: S["csvBody"] extends true ? string : undefined;
};

export type NextRoute = (
  request: Request,
  context: { params: Promise<Record<string, string | string[]>> },
) => Promise<Response>;

const NO_PARAMETERS = z.strictObject({});

/**
 * The one way into the API, for those whom `access` names. Checks in the contract's order, so that of
 * several faults the first is told: configuration (503), caller (401, 403), size (413), content (400).
 * Then calls `handle`, whose exceptions become replies here and nowhere else.
 */
export function apiRoute<S extends Schemas>(
  access: Access,
  schemas: S,
  handle: (call: Call<S>) => Promise<Response>,
): NextRoute {
  return async (request, context) => {
    const startedAtMs = Date.now();
    try {
      const env = environment();
      const caller = await identify(request, env);
      authorize(caller, access);
      requireOwnPage(request, env, caller, access);
      const bodySchema = schemas.body ?? schemas.optionalBody;
      const sent = bodySchema && (await readJson(request, { optional: !schemas.body }));
      const csv = schemas.csvBody && (await readCsvText(request));
      const params = read(schemas.params, await context.params);
      const query = read(schemas.query ?? NO_PARAMETERS, queryOf(request));
      const headers = read(schemas.headers, Object.fromEntries(request.headers));
      const body = read(bodySchema, sent);
      if (schemas.sweep === "at once") after(sweepIfStale(env, startedAtMs));
      else if (schemas.sweep !== "never") after(() => sweepIfStale(env, startedAtMs));
      const call = {
        request,
        env,
        caller,
        sight: sightOf(caller),
        startedAtMs,
        params,
        query,
        headers,
        body,
        csv,
      };
      return await handle(call as Call<S>);
    } catch (error) {
      return errorReply(error);
    }
  };
}

/** A route that anybody may call with a body, from a page of ours or from none. */
export function openRoute<S extends z.ZodType>(
  bodySchema: S,
  handle: (body: z.output<S>) => Promise<Response>,
): NextRoute {
  return async (request) => {
    try {
      refuseForeignOrigin(request, environment());
      const sent = await readJson(request, { optional: false });
      read(NO_PARAMETERS, queryOf(request));
      return await handle(readInput(bodySchema, sent));
    } catch (error) {
      return errorReply(error);
    }
  };
}

/** A route that anybody may call, with no input. */
export function publicRoute(handle: () => Promise<Response>): NextRoute {
  return async (request) => {
    try {
      read(NO_PARAMETERS, queryOf(request));
      return await handle();
    } catch (error) {
      return errorReply(error);
    }
  };
}

function read(schema: z.ZodType | undefined, input: unknown): unknown {
  return schema && readInput(schema, input);
}
