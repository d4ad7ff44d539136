/** Commands as rows: on a vehicle, and over all vehicles, where each row names its vehicle and who asked. */
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { VehicleCommand } from "../api/shapes/commands.ts";
import type { Vehicle } from "../api/shapes/telemetry.ts";
import { ActorName } from "../casework/ActorName.tsx";
import { useLanguage } from "../i18n/use-language.ts";
import { COMMAND_KINDS, describeCommand, editionOf } from "../lib/commands.ts";
import { formatInstant } from "../lib/format.ts";
import { label } from "../lib/vocabulary.ts";
import { DataTable, type Column } from "../ui/DataTable.tsx";
import { CommandStateTag } from "./CommandStateTag.tsx";
import { useParameterEdition } from "./use-parameter-edition.ts";

interface CommandsTableProps {
  readonly label: string;
  readonly rows: readonly VehicleCommand[];
  /** The vehicle that they all belong to; without it each row names its own. */
  readonly vehicle?: Vehicle;
  readonly selected?: string | undefined;
  onOpen(row: VehicleCommand): void;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  onMore(): void;
  readonly empty: ReactNode;
}

export function CommandsTable({ vehicle, ...table }: CommandsTableProps) {
  const { t } = useTranslation(["command", "common"]);
  const language = useLanguage();
  const tablesOf = useParameterEdition();
  const known = vehicle?.edition;
  const everywhere = vehicle === undefined;
  const columns = useMemo<Column<VehicleCommand>[]>(
    () => [
      {
        id: "asked",
        header: `${t("command:column.asked")} (${t("common:zone")})`,
        width: "170px",
        render: (row) => <span className="num">{formatInstant(Date.parse(row.requestedAt))}</span>,
      },
      ...(everywhere
        ? [
            {
              id: "vehicle",
              header: t("command:column.vehicle"),
              width: "168px",
              render: (row: VehicleCommand) => <span className="mono">{row.vin}</span>,
            },
          ]
        : []),
      {
        id: "what",
        header: t("command:column.what"),
        width: "minmax(180px, 1fr)",
        render: (row) => (
          <>
            <b>{label(COMMAND_KINDS, row.kind, language)}</b>{" "}
            <span className="quiet">
              {describeCommand(row.request, tablesOf(editionOf(row.edition ?? known)), language)}
            </span>
          </>
        ),
      },
      ...(everywhere
        ? [
            {
              id: "by",
              header: t("command:facts.asked"),
              width: "minmax(140px, .5fr)",
              render: (row: VehicleCommand) => (
                <span className="quiet">
                  <ActorName actor={row.requestedBy} />
                </span>
              ),
            },
          ]
        : []),
      {
        id: "attempts",
        header: t("command:column.attempts"),
        width: "64px",
        align: "right",
        render: (row) => <span className="quiet num">{`${row.attempts}/${row.tries}`}</span>,
      },
      {
        id: "state",
        header: t("command:column.state"),
        width: "132px",
        render: (row) => <CommandStateTag state={row.state} />,
      },
    ],
    [t, language, known, everywhere, tablesOf],
  );
  return <DataTable columns={columns} rowKey={(row) => row.id} {...table} />;
}
