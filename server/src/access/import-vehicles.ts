/** Registration of vehicles from JSON or CSV: each row is accepted or refused on its own, with a code. */
import { parse } from "csv-parse/sync";
import {
  ERRORS,
  formatError,
  SandglassError,
  type ErrorDefinition,
  type ErrorParameters,
  messageOf,
} from "../errors/mod.ts";
import type { Actor } from "../records/mod.ts";
import type { NewVehicle } from "./register-vehicles.ts";
import { UNASSIGNED } from "./register-vehicles.ts";
import type { Registry } from "./registry.ts";
import { vehicleIdOf } from "./vehicle-key.ts";
import { checkVin, maskVin, type VinWarning } from "./vin.ts";

export type ImportRow = Readonly<Record<string, unknown>>;

export interface ImportedRow {
  /** 1-based: position in the array, or data row of the CSV. */
  readonly row: number;
  readonly id: string;
  readonly vinMasked: string;
  readonly outcome: "created" | "changed";
  readonly warnings: readonly VinWarning[];
}

export interface RefusedRow {
  readonly row: number;
  readonly code: string;
  readonly message: string;
  readonly messageZh: string;
  readonly parameters: ErrorParameters;
}

export interface ImportReport {
  readonly items: readonly ImportedRow[];
  readonly errors: readonly RefusedRow[];
}

export const IMPORT_LIMIT = 50_000;

const FIELDS = ["vin", "organisation", "maker", "model", "region", "powertrain"] as const;
/** Column titles that people use, besides the field names themselves. */
const TITLES: Readonly<Record<string, string>> = {
  organization: "organisation",
  vin码: "vin",
  车架号: "vin",
  车辆识别代号: "vin",
  企业: "organisation",
  单位: "organisation",
  生产企业: "maker",
  制造商: "maker",
  车型: "model",
  型号: "model",
  行政区划: "region",
  地区: "region",
  动力类型: "powertrain",
};

/** Rows of a CSV with a header line; comma or semicolon or tab, UTF-8 with or without byte order mark. @throws SG_CSV_INVALID */
export function parseVehicleCsv(text: string): ImportRow[] {
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = [",", ";", "\t"].reduce(
    (best, candidate) => (head.split(candidate).length > head.split(best).length ? candidate : best),
    ",",
  );
  try {
    const rows = parse(text, {
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      columns: (header: string[]) => header.map((title) => TITLES[title.toLowerCase()] ?? title.toLowerCase()),
      max_record_size: 65_536,
    }) as ImportRow[];
    if (rows.length > 0 && !("vin" in (rows[0] ?? {})))
      throw new SandglassError(ERRORS.CSV_INVALID, { line: 1, reason: "there is no column vin" });
    return rows;
  } catch (cause) {
    if (cause instanceof SandglassError) throw cause;
    const line = cause instanceof Error && "lines" in cause && typeof cause.lines === "number" ? cause.lines : 0;
    throw new SandglassError(ERRORS.CSV_INVALID, { line, reason: messageOf(cause) }, { cause });
  }
}

export async function importVehicles(
  registry: Registry,
  actor: Actor,
  organisations: ReadonlySet<string>,
  rows: readonly ImportRow[],
): Promise<ImportReport> {
  if (rows.length > IMPORT_LIMIT)
    throw new SandglassError(ERRORS.IMPORT_TOO_LARGE, { rows: rows.length, limit: IMPORT_LIMIT });
  const errors: RefusedRow[] = [];
  const good: { row: number; vehicle: NewVehicle; warnings: readonly VinWarning[] }[] = [];
  const seen = new Map<string, number>();
  rows.forEach((row, i) => {
    const checked = checkRow(row, actor, organisations);
    if ("definition" in checked) errors.push(refuse(i + 1, checked.definition, checked.parameters));
    else if (seen.has(checked.vehicle.vin))
      errors.push(refuse(i + 1, ERRORS.VEHICLE_REPEATED, { row: seen.get(checked.vehicle.vin) ?? 0 }));
    else {
      seen.set(checked.vehicle.vin, i + 1);
      good.push({ row: i + 1, ...checked });
    }
  });
  const outcomes = await registry.register(
    actor,
    good.map((entry) => entry.vehicle),
  );
  const items: ImportedRow[] = [];
  good.forEach(({ row, vehicle, warnings }, i) => {
    const outcome = outcomes[i];
    if (outcome === "taken" || outcome === undefined)
      errors.push(refuse(row, ERRORS.VEHICLE_TAKEN, { vin: maskVin(vehicle.vin) }));
    else
      items.push({
        row,
        id: vehicleIdOf(registry.keyOf(vehicle.vin)),
        vinMasked: maskVin(vehicle.vin),
        outcome,
        warnings,
      });
  });
  return { items, errors: errors.sort((a, b) => a.row - b.row) };
}

/** The organisation that a row names, else the actor's own. */
export function organisationOfRow(row: ImportRow, actor: Actor): string {
  const named = row["organisation"];
  if (typeof named === "string" && named.trim() !== "") return named.trim();
  return actor.organisation === "" ? UNASSIGNED : actor.organisation;
}

type Checked =
  | { readonly vehicle: NewVehicle; readonly warnings: readonly VinWarning[] }
  | { readonly definition: ErrorDefinition; readonly parameters: ErrorParameters };

function checkRow(row: ImportRow, actor: Actor, organisations: ReadonlySet<string>): Checked {
  const text = (field: (typeof FIELDS)[number]): string | undefined => {
    const value = row[field];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const given = text("vin");
  if (given === undefined) return { definition: ERRORS.VIN_LENGTH, parameters: { length: 0 } };
  const checked = checkVin(given);
  if (!checked.ok) {
    return checked.problem === "length"
      ? { definition: ERRORS.VIN_LENGTH, parameters: { length: checked.length } }
      : { definition: ERRORS.VIN_ALPHABET, parameters: { character: checked.character, position: checked.position } };
  }
  const organisation = organisationOfRow(row, actor);
  if (!organisations.has(organisation))
    return { definition: ERRORS.ORGANISATION_UNKNOWN, parameters: { organisation } };
  if ((actor.role === "OEM" || actor.role === "IMPORTER") && organisation !== actor.organisation) {
    return { definition: ERRORS.VEHICLE_ORGANISATION, parameters: { organisation } };
  }
  const region = text("region");
  if (region !== undefined && !/^[1-9]\d{5}$/.test(region))
    return { definition: ERRORS.REGION_INVALID, parameters: { region } };
  const details: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (!(FIELDS as readonly string[]).includes(name) && value !== "" && value !== undefined) details[name] = value;
  }
  return {
    vehicle: {
      vin: checked.vin,
      organisation,
      maker: text("maker"),
      model: text("model"),
      region,
      powertrain: text("powertrain"),
      details,
    },
    warnings: checked.warnings,
  };
}

function refuse(row: number, definition: ErrorDefinition, parameters: ErrorParameters): RefusedRow {
  return {
    row,
    code: definition.code,
    message: formatError(definition, parameters, "en"),
    messageZh: formatError(definition, parameters, "zh"),
    parameters,
  };
}
