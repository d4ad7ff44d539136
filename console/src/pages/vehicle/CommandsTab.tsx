/** Commands to the vehicle: history with states on the left, the chosen one on the right; a new one in a dialog. */
import { Button } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { can, isRoleCode } from "@sandglass/casework";
import { commandQuery, every, sessionQuery, vehicleCommandsQuery } from "../../api/queries.ts";
import type { Vehicle } from "../../api/shapes/telemetry.ts";
import { CommandDetail } from "../../commands/CommandDetail.tsx";
import { CommandDialog } from "../../commands/CommandDialog.tsx";
import { CommandsTable } from "../../commands/CommandsTable.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import commands from "../../commands/commands.module.css";

const route = getRouteApi("/inside/vehicles/$vehicleId");

export function CommandsTab({ vehicle }: { vehicle: Vehicle }) {
  const { t } = useTranslation(["command", "common"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const { data: actor } = useQuery(sessionQuery);
  const query = useInfiniteQuery({ ...vehicleCommandsQuery(vehicle.id), refetchInterval: every(10_000) });
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const chosen = search.command ?? rows[0]?.id;
  const detail = useQuery({ ...commandQuery(chosen ?? ""), enabled: chosen !== undefined });
  const mayAsk =
    actor !== null && actor !== undefined && isRoleCode(actor.role) && can(actor.role, "vehicleCommand", "write");
  const refresh = (): void => {
    void client.invalidateQueries({ queryKey: ["commands"] });
    void client.invalidateQueries({ queryKey: ["command"] });
  };
  const change = (patch: Partial<typeof search>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...patch }), replace: true });

  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return (
    <div className={page.columns}>
      <div className={commands.list}>
        <div className={page.around}>
          <span>{mayAsk ? t("command:emptyNext") : t("command:readOnly")}</span>
          {mayAsk && (
            <Button
              variant="filled"
              size="compact-xs"
              leftSection={<IconSend size={13} stroke={1.5} aria-hidden />}
              onClick={() => change({ ask: "query" })}
            >
              {t("command:new")}
            </Button>
          )}
          <ExportMenu list={`/vehicles/${vehicle.id}/commands`} filter={{}} isSmall />
        </div>
        <CommandsTable
          label={t("command:history")}
          rows={rows}
          vehicle={vehicle}
          selected={chosen}
          onOpen={(row) => change({ command: row.id })}
          hasMore={query.hasNextPage}
          loadingMore={query.isFetchingNextPage}
          onMore={() => void query.fetchNextPage()}
          empty={<Empty title={t("command:empty")} next={mayAsk ? t("command:emptyNext") : t("command:readOnly")} />}
        />
      </div>
      {chosen !== undefined &&
        (detail.error && !detail.data ? (
          <div className={commands.detail}>
            <Refused error={detail.error} retry={() => void detail.refetch()} />
          </div>
        ) : detail.data ? (
          <CommandDetail command={detail.data} edition={vehicle.edition} onChanged={refresh} />
        ) : (
          <div className={commands.detail}>
            <Loading />
          </div>
        ))}
      {mayAsk && search.ask !== undefined && (
        <CommandDialog
          vehicle={vehicle}
          kind={search.ask}
          onKind={(ask) => change({ ask })}
          close={() => change({ ask: undefined })}
          onAsked={(id) => {
            refresh();
            change({ ask: undefined, command: id });
          }}
        />
      )}
    </div>
  );
}
