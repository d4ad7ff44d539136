/** Commands to all vehicles that the reader may see; those that wait for a decision are what this list is opened for. */
import { Button, Select } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { commandsShape } from "../../app/search.ts";
import { commandsQuery, every } from "../../api/queries.ts";
import { CommandsTable } from "../../commands/CommandsTable.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { COMMAND_KINDS, COMMAND_STATES } from "../../lib/commands.ts";
import { label } from "../../lib/vocabulary.ts";
import { Empty } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";

const route = getRouteApi("/inside/commands");

export function CommandsPage() {
  const { t } = useTranslation(["command", "common"]);
  const language = useLanguage();
  const search = route.useSearch();
  const change = route.useNavigate();
  const navigate = useNavigate();
  const { lang: _, ...filter } = search;
  const query = useInfiniteQuery({ ...commandsQuery(filter), refetchInterval: every(10_000) });
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const count = rows.length;
  const set = (patch: Partial<typeof search>): void =>
    void change({ search: (previous) => ({ ...previous, ...patch }), replace: true });
  return (
    <div className={page.page}>
      <FilterBar
        title={t("command:title")}
        count={query.hasNextPage ? t("common:itemsSoFar", { count }) : t("common:items", { count })}
      >
        <Select
          aria-label={t("command:filter.state")}
          w={170}
          value={search.state ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("command:filter.anyState") },
            { value: "open", label: t("command:filter.open") },
            ...Object.keys(COMMAND_STATES).map((state) => ({
              value: state,
              label: label(COMMAND_STATES, state, language),
            })),
          ]}
          onChange={(value) => set({ state: commandsShape.state.decode(value) })}
        />
        <Select
          aria-label={t("command:filter.kind")}
          w={140}
          value={search.kind ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("command:filter.anyKind") },
            ...Object.keys(COMMAND_KINDS).map((kind) => ({ value: kind, label: label(COMMAND_KINDS, kind, language) })),
          ]}
          onChange={(value) =>
            set({ kind: value === "query" || value === "set" || value === "control" ? value : undefined })
          }
        />
        {Object.keys(filter).length > 0 && (
          <Button variant="subtle" onClick={() => void change({ search: {}, replace: true })}>
            {t("common:clearFilter")}
          </Button>
        )}
        <ExportMenu list="/commands" filter={filter} />
      </FilterBar>
      <ListBody query={query}>
        {(more) => (
          <CommandsTable
            label={t("command:title")}
            rows={rows}
            onOpen={(row) =>
              void navigate({
                to: "/vehicles/$vehicleId",
                params: { vehicleId: row.vehicle },
                search: { tab: "commands", command: row.id },
              })
            }
            {...more}
            empty={<Empty title={t("command:filter.empty")} next={t("command:filter.emptyNext")} />}
          />
        )}
      </ListBody>
    </div>
  );
}
