/** How the triggers that watch a vehicle stand now: firing, data missing, how near. From the live state, no history. */
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { CompiledTrigger, TriggerStatus } from "@sandglass/triggers";
import { parseVehicleId, requireRight } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { actorOf, Bilingual, Nullable, Time, toTimeOrNull } from "../http/mod.ts";
import type { Records } from "../records/mod.ts";
import { appliesBy, vehicleAttributes } from "./applicable.ts";

/** What watches a vehicle, set by set. */
export interface WatchedStatus {
  readonly project: string | undefined;
  readonly triggers: readonly TriggerStatus[];
  readonly compiled: ReadonlyMap<string, CompiledTrigger>;
}

const Status = Type.Object({
  trigger: Type.String(),
  version: Type.Integer(),
  versionHash: Type.String(),
  title: Bilingual,
  project: Nullable(Type.String()),
  firing: Type.Boolean(),
  pending: Type.Boolean({ description: "The condition holds, but not yet for long enough." }),
  level: Nullable(Type.Integer()),
  onset: Nullable(Time),
  data: Type.Enum(["ok", "degraded"], {
    description: "degraded: what the trigger needs has been unknown for longer than its `missing … after` allows.",
  }),
  verdict: Type.Enum(["T", "F", "U"], { description: "Of the condition at the vehicle's clock; U: unknown." }),
  margin: Nullable(
    Type.Object({
      value: Type.Number(),
      unit: Type.String({ description: "UCUM; `1` also where the condition compares several units." }),
      normalised: Type.Boolean({
        description: "The condition compares several units: the value counts multiples of the scales of its signals.",
      }),
    }),
  ),
});

export interface StatusRoutes {
  readonly records: Records;
  readonly statusOf: (vehicle: bigint) => readonly WatchedStatus[];
}

export function triggerStatusRoutes({ records, statusOf }: StatusRoutes): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/vehicles/:id/triggers",
      {
        schema: {
          tags: ["findings"],
          summary: "How the triggers that watch a vehicle stand now",
          params: Type.Object({ id: Type.String({ pattern: "^veh_[0-9a-z]{13}$" }) }),
          response: { 200: Type.Object({ items: Type.Array(Status), next: Type.Null() }) },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireRight(actor, "finding", "read");
        const key = parseVehicleId(request.params.id);
        const attributes =
          key === undefined
            ? undefined
            : await records.transact(actor, (tx) => vehicleAttributes(tx, [key]), { retry: true });
        const known = key === undefined ? undefined : attributes?.get(key);
        if (key === undefined || known === undefined)
          throw new SandglassError(ERRORS.NOT_FOUND, { what: request.params.id });
        const applies = appliesBy(known);
        const items = statusOf(key).flatMap(({ project, triggers, compiled }) =>
          triggers.flatMap((status) => {
            const trigger = compiled.get(status.trigger);
            if (trigger === undefined || !applies(trigger)) return [];
            return [
              {
                trigger: trigger.id,
                version: trigger.version,
                versionHash: trigger.versionHash,
                title: { ...trigger.title },
                project: project ?? null,
                firing: status.firing,
                pending: status.pending,
                level: status.level ?? null,
                onset: toTimeOrNull(status.onset),
                data: status.degraded ? ("degraded" as const) : ("ok" as const),
                verdict: status.verdict,
                margin: marginOf(status),
              },
            ];
          }),
        );
        return { items, next: null };
      },
    );
  };
}

/** Of a condition of several units the part that decides, in its unit. */
function marginOf({ margin, deciding = margin }: Pick<TriggerStatus, "margin" | "deciding">) {
  if (deciding === undefined || !Number.isFinite(deciding.value)) return null;
  return { value: deciding.value, unit: deciding.unit, normalised: deciding.normalised === true };
}
