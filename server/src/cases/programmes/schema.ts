/** Programmes in JSON. */
import { Type } from "typebox";
import { isOpenAt } from "@sandglass/casework";
import { Nullable, Time, toTime } from "../../http/mod.ts";
import type { ProgrammeFigures, ProgrammeVersion } from "./store.ts";

const Figures = Type.Object({
  drafts: Type.Integer(),
  underWay: Type.Integer({ description: "Filed and not ended." }),
  testing: Type.Integer(),
  ended: Type.Integer(),
});

export const ProgrammeView = Type.Object({
  programme: Type.Unknown({
    description: "The programme as data: catalogue, criteria, tiers, times, each with legal basis and certainty.",
  }),
  open: Type.Boolean({ description: "Whether an application may be filed now." }),
  figures: Figures,
  publication: Nullable(
    Type.Object({
      by: Nullable(Type.String()),
      role: Type.String(),
      at: Time,
      reason: Type.String(),
      leaf: Type.String(),
    }),
  ),
});
export const ProgrammePage = Type.Object({ items: Type.Array(ProgrammeView), next: Nullable(Type.String()) });
export const ProgrammeDetail = Type.Object({
  ...ProgrammeView.properties,
  versions: Type.Array(
    Type.Object({
      version: Type.Integer(),
      effectiveFrom: Nullable(Type.String()),
      publishedAt: Nullable(Time),
      reason: Nullable(Type.String()),
    }),
  ),
});
export const PublishProgrammeBody = Type.Object(
  { programme: Type.Unknown(), reason: Type.String({ minLength: 5, maxLength: 2000 }) },
  { additionalProperties: false },
);

export function programmeView(version: ProgrammeVersion, figures: readonly ProgrammeFigures[], now: number) {
  const { programme, publication } = version;
  const counted = figures.find((each) => each.programme === programme.id);
  const { drafts = 0, underWay = 0, testing = 0, ended = 0 } = counted ?? {};
  const isFull = programme.capacity !== undefined && underWay >= programme.capacity.amount;
  return {
    programme,
    open: isOpenAt(programme, now) && !isFull,
    figures: { drafts, underWay, testing, ended },
    publication:
      publication === undefined ? null : { ...publication, by: publication.by ?? null, at: toTime(publication.at) },
  };
}
