/**
 * Whether a published recall reaches the vehicle of a VIN that somebody types in: by the API and by the public page alike,
 * at one pace for both. The VIN is neither stored nor logged.
 */
import { checkVin } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { publicReader } from "../public/register.ts";
import { checkVehicle, type RecallEntry } from "./public.ts";

/** VINs that one server looks up per minute for all: nobody is to learn the register by asking. */
const CHECKS_PER_MINUTE = 120;

export interface RecallHit {
  readonly recall: RecallEntry;
  /** The vehicle itself is remedied, scrapped or exported. */
  readonly isDone: boolean;
}

/** @throws SG_RECALL_CHECKS_BUSY when too many are asked for */
export type RecallCheck = (vin: string) => Promise<readonly RecallHit[]>;

/** @param vehicleKeyOf keyed hash of a VIN; without it every question fails */
export function recallCheck(
  engine: CaseEngine,
  now: () => number,
  vehicleKeyOf?: (vin: string) => bigint,
): RecallCheck {
  const read = publicReader(engine);
  let minute = 0;
  let asked = 0;
  return async (vin) => {
    const at = Math.floor(now() / 60_000);
    if (at !== minute) [minute, asked] = [at, 0];
    asked += 1;
    if (asked > CHECKS_PER_MINUTE) throw new SandglassError(ERRORS.RECALL_CHECKS_BUSY);
    const checked = checkVin(vin);
    if (!checked.ok) return [];
    // "No recall" would be a dangerous answer to a question that cannot be looked up.
    if (vehicleKeyOf === undefined) throw new Error("VINs cannot be looked up here");
    return read((tx) => checkVehicle(tx, vehicleKeyOf(checked.vin)));
  };
}
