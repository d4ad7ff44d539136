/** What is being typed into the dialog for a new command, and the request it becomes. Pure. */
import { highestAlarmLevel, terminalParameters, type Edition } from "@sandglass/gbt32960";
import type { VehicleCommand } from "../api/shapes/commands.ts";

export interface SettingDraft {
  readonly id: number;
  readonly value: number | string | undefined;
}

export type UpgradeDraft = Readonly<Record<string, string | number | undefined>>;

export interface CommandDraft {
  readonly query: readonly number[];
  readonly settings: readonly SettingDraft[];
  readonly control: string;
  readonly level: number;
  readonly text: string;
  readonly upgrade: UpgradeDraft;
  readonly id: number | undefined;
  readonly data: string;
  readonly reason: string;
  readonly expiresInSeconds: string;
}

export const emptyDraft = (): CommandDraft => ({
  query: [],
  settings: [{ id: 0x02, value: undefined }],
  control: "alarm",
  level: 1,
  text: "",
  upgrade: { order: "urlFirst" },
  id: undefined,
  data: "",
  reason: "",
  expiresInSeconds: "3600",
});

/** Parameters that people set: the lengths of domain names are filled in by the server. */
export function settableParameters(edition: Edition) {
  return terminalParameters(edition).filter((row) => row.settable && row.lengthOf === undefined);
}

export function isGoodSetting({ id, value }: SettingDraft, edition: Edition): boolean {
  const row = terminalParameters(edition).find((each) => each.id === id);
  if (row === undefined || value === undefined || value === "") return false;
  return row.kind === "text"
    ? typeof value === "string" && /^[\x21-\x7e]+$/.test(value) && value.length <= row.max
    : typeof value === "number" && Number.isInteger(value) && value >= row.min && value <= row.max;
}

export function isComplete(kind: VehicleCommand["kind"], draft: CommandDraft, edition: Edition): boolean {
  if (draft.reason.trim().length < 3) return false;
  switch (kind) {
    case "query":
      return draft.query.length > 0;
    case "set":
      return draft.settings.length > 0 && draft.settings.every((each) => isGoodSetting(each, edition));
    case "control":
      if (draft.control === "alarm")
        return draft.text.trim() !== "" && draft.level >= 0 && draft.level <= highestAlarmLevel(edition);
      if (draft.control === "upgrade") return String(draft.upgrade.url ?? "").trim() !== "";
      if (draft.control === "userDefined")
        return draft.id !== undefined && draft.id >= 0x80 && draft.id <= 0xfe && isHex(draft.data);
      return true;
  }
}

export function isHex(text: string): boolean {
  const digits = text.replace(/\s+/g, "");
  return digits.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(digits);
}

/** Body of POST /vehicles/{id}/commands. */
export function bodyOf(kind: VehicleCommand["kind"], draft: CommandDraft): Record<string, unknown> {
  const common = { kind, reason: draft.reason.trim(), expiresInSeconds: Number(draft.expiresInSeconds) };
  switch (kind) {
    case "query":
      return { ...common, parameters: draft.query.toSorted((a, b) => a - b) };
    case "set":
      return { ...common, parameters: draft.settings.map(({ id, value }) => ({ id, value })) };
    case "control": {
      const { control } = draft;
      if (control === "alarm") return { ...common, control, level: draft.level, text: draft.text.trim() };
      if (control === "upgrade")
        return {
          ...common,
          control,
          upgrade: Object.fromEntries(
            Object.entries(draft.upgrade).filter(([, value]) => value !== undefined && value !== ""),
          ),
        };
      if (control === "userDefined") return { ...common, control, id: draft.id, data: draft.data.replace(/\s+/g, "") };
      return { ...common, control };
    }
  }
}
