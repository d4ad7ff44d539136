/** Server state by query key. The stream (stream.ts) says when a key is out of date. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Dialect } from "@sandglass/gbt32960";
import type { SessionAnswer } from "./access.ts";
import { ApiError, request, withQuery, type QueryValue } from "./client.ts";
import type { GroupBy } from "../lib/fleet.ts";
import { projectVehicleIds } from "../lib/project.ts";
import { askedBySubject, asVehicle, isOtherSubject, withSubject } from "./subjects.ts";
import type { CaseDetail, CaseSummary } from "./shapes/cases.ts";
import type { VehicleCommand, VehicleCommandDetail } from "./shapes/commands.ts";
import type { Actor, FleetSums, Onsets, Page, Situation } from "./shapes/common.ts";
import type { Finding, FindingDetail, TriggerState, TriggerSummary } from "./shapes/findings.ts";
import type { LedgerCheckpoint, LedgerKey, LedgerLeaf } from "./shapes/ledger.ts";
import type { ContainmentRules, ProjectDetail, ProjectSummary } from "./shapes/projects.ts";
import type {
  FrameDetail,
  FrameRow,
  LinkRow,
  QuarantineRow,
  RefusedRow,
  Sample,
  Series,
  Vehicle,
  VehicleCounts,
} from "./shapes/telemetry.ts";
import type { SubjectAnswer } from "./shapes/subjects.ts";

/** Asks again after so many ms, but never again what was refused: it would be refused again. */
export function every(ms: number): (query: { readonly state: { readonly error: unknown } }) => number | false {
  return ({ state }) =>
    state.error instanceof ApiError && state.error.status >= 400 && state.error.status < 500 ? false : ms;
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Actor | null> => {
    try {
      const { actor, pending, limits } = await request<SessionAnswer>("/session", { signal });
      return actor && { ...actor, ...(pending && { pending }), ...(limits && { limits }) };
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const situationQuery = queryOptions({
  queryKey: ["situation"],
  queryFn: ({ signal }) => request<Situation>("/situation", { signal }),
  refetchInterval: every(15_000),
});

function pages<T>(
  key: readonly unknown[],
  path: string,
  query: Readonly<Record<string, QueryValue>>,
  read: (item: T) => T = (item) => item,
) {
  return infiniteQueryOptions({
    queryKey: [...key, query],
    queryFn: async ({ pageParam, signal }) => {
      const page = await request<Page<T>>(withQuery(path, { ...query, cursor: pageParam }), { signal });
      return { ...page, items: page.items.map(read) };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

export interface VehicleFilter {
  readonly state?: string | undefined;
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
}
export const vehiclesQuery = (filter: VehicleFilter) =>
  pages<Vehicle>(["vehicles"], "/vehicles", { ...filter, limit: 100 });

/** The fleet in sums: as small an answer for a large fleet as for a small one. */
export const fleetSumsQuery = (by: GroupBy) =>
  queryOptions({
    queryKey: ["fleet-sums", by],
    queryFn: ({ signal }) => request<FleetSums>(withQuery("/situation/fleet", { by }), { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: every(5_000),
  });

/** Vehicles that can be told apart as cells. */
export const FLEET_LIMIT = 1500;
/** Every vehicle of a fleet that is not larger than that. */
export const fleetQuery = queryOptions({
  queryKey: ["fleet"],
  queryFn: async ({ signal }): Promise<readonly Vehicle[]> => {
    const items: Vehicle[] = [];
    let cursor: string | null | undefined;
    do {
      const page: Page<Vehicle> = await request(withQuery("/vehicles", { limit: 200, cursor }), { signal });
      items.push(...page.items);
      cursor = page.next;
    } while (cursor && items.length < FLEET_LIMIT);
    return items;
  },
  refetchInterval: every(5_000),
});

/** So many vehicles can be asked for by their ids at once, and so many are for a page. */
const VEHICLES_AT_ONCE = 200;
const MOST_VEHICLES = 1000;
/** These vehicles, at most MOST_VEHICLES, as far as the reader sees them. */
export const vehiclesByIdQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ["vehicles", "by-id", ids],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, Vehicle>> => {
      const known = new Map<string, Vehicle>();
      for (let at = 0; at < Math.min(ids.length, MOST_VEHICLES); at += VEHICLES_AT_ONCE) {
        const query = { ids: ids.slice(at, at + VEHICLES_AT_ONCE).join(","), limit: VEHICLES_AT_ONCE };
        const { items } = await request<Page<Vehicle>>(withQuery("/vehicles", query), { signal });
        for (const vehicle of items) known.set(vehicle.id, vehicle);
      }
      return known;
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: every(10_000),
  });

export const vehicleQuery = (id: string) =>
  queryOptions({
    queryKey: ["vehicle", id],
    queryFn: async ({ signal }) =>
      isOtherSubject(id)
        ? asVehicle(await request<SubjectAnswer>(`/subjects/${id}`, { signal }))
        : request<Vehicle>(`/vehicles/${id}`, { signal }),
  });

export const vehicleCountsQuery = (id: string) =>
  queryOptions({
    queryKey: ["vehicle", id, "counts"],
    queryFn: ({ signal }) => request<VehicleCounts>(`/vehicles/${id}/counts`, { signal }),
    refetchInterval: every(10_000),
  });

export const vehicleTriggersQuery = (id: string) =>
  queryOptions({
    queryKey: ["vehicle", id, "triggers"],
    queryFn: ({ signal }) => request<Page<TriggerState>>(`/vehicles/${id}/triggers`, { signal }),
    refetchInterval: every(5_000),
  });

export const containmentQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "containment"],
    queryFn: ({ signal }) => request<ContainmentRules>(`/projects/${project}/containment`, { signal }),
  });

export const SAMPLE_LIMIT = 20_000;
export interface SampleSet {
  readonly items: readonly Sample[];
  readonly truncated: boolean;
}

/** Samples of [from, to] in order of event time; bounded. */
export const samplesQuery = (vehicle: string, signals: readonly string[], from: number, to: number) =>
  queryOptions({
    queryKey: ["samples", vehicle, signals.join(","), from, to],
    queryFn: async ({ signal }): Promise<SampleSet> => {
      const items: Sample[] = [];
      let cursor: string | null | undefined;
      do {
        const page: Page<Sample> = await request(
          withQuery(`/${isOtherSubject(vehicle) ? "subjects" : "vehicles"}/${vehicle}/samples`, {
            signals,
            from: new Date(from).toISOString(),
            to: new Date(to).toISOString(),
            limit: 1000,
            cursor,
          }),
          { signal },
        );
        items.push(...page.items);
        cursor = page.next;
      } while (cursor && items.length < SAMPLE_LIMIT);
      items.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
      return { items, truncated: Boolean(cursor) };
    },
    enabled: signals.length > 0 && to > from,
    placeholderData: keepPreviousData,
  });

/** Buckets of a plot: two pixels each. */
const SERIES_POINTS = 480;

/** Downsampled values of [from, to) for long times. */
export const seriesQuery = (vehicle: string, signals: readonly string[], from: number, to: number) =>
  queryOptions({
    queryKey: ["series", vehicle, signals.join(","), from, to],
    queryFn: ({ signal }) =>
      request<Series>(
        withQuery(`/vehicles/${vehicle}/series`, {
          signals,
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          points: SERIES_POINTS,
        }),
        { signal },
      ),
    placeholderData: keepPreviousData,
  });

/** Frames in a list at most; a window that holds more is cut. */
export const FRAME_LIMIT = 1200;

/** Frames that say no time that can be used stand where they were received. */
const placeOf = ({ time, receivedAt }: FrameRow): number => Date.parse(time ?? receivedAt);

/** Frames of [from, to], newest first. The API gives them oldest first. */
export const framesQuery = (vehicle: string, range: { readonly from: string; readonly to: string }) =>
  queryOptions({
    queryKey: ["frames", vehicle, range],
    queryFn: async ({ signal }) => {
      const items: FrameRow[] = [];
      let cursor: string | null | undefined;
      do {
        const page: Page<FrameRow> = await request(
          withQuery(`/vehicles/${vehicle}/frames`, { ...range, limit: 200, cursor }),
          { signal },
        );
        items.push(...page.items);
        cursor = page.next;
      } while (cursor && items.length < FRAME_LIMIT);
      return {
        items: items.sort((x, y) => placeOf(y) - placeOf(x) || Number(y.seq) - Number(x.seq)),
        truncated: Boolean(cursor),
      };
    },
    placeholderData: keepPreviousData,
  });

export const frameQuery = (vehicle: string, seq: string) =>
  queryOptions({
    queryKey: ["frame", vehicle, seq],
    queryFn: ({ signal }) => request<FrameDetail>(`/vehicles/${vehicle}/frames/${seq}`, { signal }),
    // Other subjects send events; their witnesses have no bytes of a frame.
    enabled: !isOtherSubject(vehicle),
    staleTime: Number.POSITIVE_INFINITY,
  });

export interface FindingFilter {
  readonly vehicle?: string | undefined;
  /** That level and above. */
  readonly level?: number | undefined;
  /** That level alone. */
  readonly exactLevel?: number | undefined;
  readonly status?: string | undefined;
  readonly trigger?: string | undefined;
  readonly project?: string | undefined;
  /** Words. */
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
}
export const findingsQuery = (filter: FindingFilter, limit = 100) =>
  pages<Finding>(["findings"], "/findings", { ...askedBySubject(filter), limit }, withSubject);

/** So many can be held against a filter at once. */
export const MOST_FRESH = 100;

/** Which of these findings pass the filter. */
export const passingFindingsQuery = (filter: FindingFilter, ids: readonly string[]) =>
  queryOptions({
    queryKey: ["fresh-findings", filter, ids],
    queryFn: async ({ signal }): Promise<ReadonlySet<string>> => {
      const query = { ...askedBySubject(filter), ids: ids.join(","), limit: MOST_FRESH };
      const { items } = await request<Page<Finding>>(withQuery("/findings", query), { signal });
      return new Set(items.map(({ id }) => id));
    },
    placeholderData: keepPreviousData,
    gcTime: 0,
  });

export const findingQuery = (id: string) =>
  queryOptions({
    queryKey: ["finding", id],
    queryFn: async ({ signal }) => withSubject(await request<FindingDetail>(`/findings/${id}`, { signal })),
  });

export interface ProjectFilter {
  /** States, separated by commas. */
  readonly state?: string | undefined;
  readonly sort?: string | undefined;
}
export const projectsQuery = (filter: ProjectFilter = {}, limit = 100) =>
  pages<ProjectSummary>(["projects"], "/projects", { ...filter, limit });
export const projectQuery = (id: string) =>
  queryOptions({
    queryKey: ["project", id],
    queryFn: ({ signal }) => request<ProjectDetail>(`/projects/${id}`, { signal }),
    refetchInterval: every(10_000),
  });

export interface CaseFilter {
  /** Kinds, separated by commas. */
  readonly type?: string | undefined;
  readonly flag?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  readonly vehicle?: string | undefined;
  readonly open?: boolean | undefined;
  readonly overdue?: boolean | undefined;
  /** Words. */
  readonly q?: string | undefined;
  /** `due`, `-due` …; newest first without it. */
  readonly sort?: string | undefined;
}
export const casesQuery = (filter: CaseFilter) => pages<CaseSummary>(["cases"], "/cases", { ...filter, limit: 100 });
export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ["case", id],
    queryFn: ({ signal }) => request<CaseDetail>(`/cases/${id}`, { signal }),
  });

export interface CommandFilter {
  readonly state?: string | undefined;
  readonly kind?: string | undefined;
}
export const commandsQuery = (filter: CommandFilter) =>
  pages<VehicleCommand>(["commands"], "/commands", { ...filter, limit: 100 });
export const vehicleCommandsQuery = (vehicle: string) =>
  pages<VehicleCommand>(["commands", vehicle], `/vehicles/${vehicle}/commands`, { limit: 100 });
export const commandQuery = (id: string) =>
  queryOptions({
    queryKey: ["command", id],
    queryFn: ({ signal }) => request<VehicleCommandDetail>(`/commands/${id}`, { signal }),
  });

/** How the gateway reads frames: its configuration, which does not change while it runs. */
export const dialectQuery = queryOptions({
  queryKey: ["dialect"],
  queryFn: ({ signal }) => request<Dialect>("/dialect", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const triggersQuery = queryOptions({
  queryKey: ["triggers"],
  queryFn: ({ signal }) => request<Page<TriggerSummary>>("/triggers", { signal }),
  staleTime: 60_000,
});

export const leavesQuery = (kind?: string) =>
  pages<LedgerLeaf>(["ledger", "leaves"], "/ledger/leaves", { kind, limit: 100 });
export const checkpointsQuery = queryOptions({
  queryKey: ["ledger", "checkpoints"],
  queryFn: ({ signal }) => request<Page<LedgerCheckpoint>>(withQuery("/ledger/checkpoints", { limit: 20 }), { signal }),
});
export const ledgerKeyQuery = queryOptions({
  queryKey: ["ledger", "key"],
  queryFn: ({ signal }) => request<LedgerKey>("/ledger/key", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export type LinkSort = "opened" | "-opened";
export const linksQuery = (state: "open" | "closed", sort: LinkSort) =>
  pages<LinkRow>(["links", state], "/links", { state, sort, limit: 200 });
export const refusedQuery = queryOptions({
  queryKey: ["links-refused"],
  queryFn: ({ signal }) => request<Page<RefusedRow>>("/links/refused", { signal }),
  refetchInterval: every(5000),
});
export const quarantineQuery = () => pages<QuarantineRow>(["quarantine"], "/quarantine", { limit: 100 });

/** Onsets of the last 24 hours, counted by the server. */
export const onsetsQuery = queryOptions({
  queryKey: ["onsets"],
  queryFn: ({ signal }) => request<Onsets>("/situation/onsets", { signal }),
  refetchInterval: every(15_000),
});

/** Vehicles that are in a sandbox project under test, by id. */
export const projectVehiclesQuery = queryOptions({
  queryKey: ["projects", "vehicles"],
  queryFn: async ({ signal }): Promise<ReadonlySet<string>> => {
    const query = { state: "TESTING,RESTRICTED,SUSPENDED", limit: 100 };
    const page = await request<Page<ProjectSummary>>(withQuery("/projects", query), { signal });
    const ids = new Set<string>();
    for (const project of page.items) {
      const vehicles = Array.isArray(project.vehicles)
        ? project.vehicles
        : (await request<ProjectDetail>(`/projects/${project.id}`, { signal })).vehicles;
      for (const id of projectVehicleIds(vehicles)) ids.add(id);
    }
    return ids;
  },
  staleTime: 60_000,
});
