/**
 * Subjects that are no vehicles (AI services, accounts, platforms) on pages that were made for vehicles: their id stands
 * where a vehicle's does, their name where the masked VIN does.
 */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { readSearchText } from "../lib/search-text.ts";
import { request, withQuery } from "./client.ts";
import type { Page } from "./shapes/common.ts";
import type { Finding } from "./shapes/findings.ts";
import type { SubjectAnswer } from "./shapes/subjects.ts";
import type { Vehicle } from "./shapes/telemetry.ts";

export function isOtherSubject(id: string): boolean {
  return id.startsWith("sub_");
}

/** Whether it has a page of its own: a fleet, a group and a place have none. */
export function hasSubjectPage(id: string): boolean {
  return isOtherSubject(id) || id.startsWith("veh_");
}

export function kindOfSubject({ subject }: Pick<Finding, "subject">): string {
  return subject?.kind ?? "vehicle";
}

/** As the list of findings is asked: a subject that is no vehicle has a parameter of its own. */
export function askedBySubject<Filter extends { readonly vehicle?: string | undefined }>(
  filter: Filter,
): Filter & { readonly subject?: string } {
  const { vehicle } = filter;
  return vehicle === undefined || !isOtherSubject(vehicle)
    ? filter
    : { ...filter, vehicle: undefined, subject: vehicle };
}

export function withSubject<Item extends Finding>(finding: Item): Item {
  const { subject } = finding;
  if (subject === undefined || subject.kind === "vehicle") return finding;
  return { ...finding, vehicle: subject.id, vin: subject.name ?? subject.id };
}

export function asVehicle({ id, name, organisation, registered }: SubjectAnswer): Vehicle {
  return { id, vin: name, maker: organisation, organisation, state: registered ? "registered" : "unregistered" };
}

/** What a form may choose: vehicles, or services that are no vehicles. */
export type SubjectKind = "vehicle" | "service";

export interface FoundSubject {
  readonly id: string;
  /** Masked VIN, or the name of a service. */
  readonly name: string;
  /** Of a vehicle, as it was registered. */
  readonly maker?: string | undefined;
  /** Model of a vehicle. */
  readonly model?: string | undefined;
  readonly organisation?: string | undefined;
  readonly region?: string | undefined;
}

const FOUND_PER_PAGE = 50;
/** The largest page that the API gives. */
const LARGEST_PAGE = 200;

/** A page of what the text finds; a full VIN goes by POST, so that it stays out of addresses and logs. */
async function findSubjects(
  kind: SubjectKind,
  text: string,
  { limit, cursor, signal }: { readonly limit: number; readonly cursor?: string | undefined; signal?: AbortSignal },
): Promise<Page<FoundSubject>> {
  if (kind === "service") {
    const query = { kind: "ai_service", text, limit, cursor };
    const page = await request<Page<SubjectAnswer>>(withQuery("/subjects", query), signal && { signal });
    return { ...page, items: page.items.map((each) => ({ ...each, region: each.region ?? undefined })) };
  }
  const target = readSearchText(text);
  const page =
    target.kind === "vin"
      ? await request<Page<Vehicle>>("/vehicles/search", { method: "POST", body: { vin: target.vin } })
      : await request<Page<Vehicle>>(withQuery("/vehicles", { q: text, limit, cursor }), signal && { signal });
  return { ...page, items: page.items.map(foundVehicle) };
}

function foundVehicle({ id, vin, maker, model, organisation, region }: Vehicle): FoundSubject {
  return {
    id,
    name: vin,
    maker: maker ?? undefined,
    model: model ?? undefined,
    organisation: organisation ?? undefined,
    region: region ?? undefined,
  };
}

export const foundSubjectsQuery = (kind: SubjectKind, text: string) =>
  infiniteQueryOptions({
    queryKey: ["subjects", "found", kind, text],
    queryFn: ({ pageParam, signal }) => findSubjects(kind, text, { limit: FOUND_PER_PAGE, cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 30_000,
  });

/** Ids of everything that the text finds, at most `most`. */
export async function allSubjectIds(kind: SubjectKind, text: string, most: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await findSubjects(kind, text, { limit: LARGEST_PAGE, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && ids.length < most);
  return ids.slice(0, most);
}
