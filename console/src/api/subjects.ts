/**
 * Subjects that are no vehicles (AI services, accounts, platforms) on pages that were made for vehicles: their id stands
 * where a vehicle's does, their name where the masked VIN does.
 */
import type { Finding, Vehicle } from "./types.ts";

export interface SubjectAnswer {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly registered: boolean;
}

export function isOtherSubject(id: string): boolean {
  return id.startsWith("sub_");
}

export function withSubject<Item extends Finding>(finding: Item): Item {
  const { subject } = finding;
  if (subject === undefined || subject.kind === "vehicle") return finding;
  return { ...finding, vehicle: subject.id, vin: subject.name ?? subject.id };
}

export function asVehicle({ id, name, organisation, registered }: SubjectAnswer): Vehicle {
  return { id, vin: name, maker: organisation, organisation, state: registered ? "registered" : "unregistered" };
}
