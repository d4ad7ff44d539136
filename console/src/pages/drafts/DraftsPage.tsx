/** Drafts of rules, newest first, and a new one. */
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import { draftsQuery, type Draft } from "../../api/rules.ts";
import casework from "../../casework/casework.module.css";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber, shortHash } from "../../lib/format.ts";
import { mayPropose } from "../../lib/rule-rights.ts";
import { TEMPLATES } from "../../lib/rule-template.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { DraftStateTag } from "../draft/DraftStateTag.tsx";

export function DraftsPage() {
  const { t } = useTranslation(["draft", "common"]);
  const language = useLanguage();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const { data: actor } = useQuery(sessionQuery);
  const query = useInfiniteQuery(draftsQuery());
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const columns = useMemo<Column<Draft>[]>(
    () => [
      {
        id: "title",
        header: t("draft:list.name"),
        width: "minmax(220px, 1.4fr)",
        render: (row) => (
          <Link to="/rules/drafts/$draftId" params={{ draftId: row.id }} search={{}}>
            <b>{row.title}</b>
          </Link>
        ),
      },
      {
        id: "state",
        header: t("draft:list.state"),
        width: "110px",
        render: (row) => <DraftStateTag state={row.state} />,
      },
      {
        id: "hash",
        header: t("draft:list.set"),
        width: "190px",
        render: (row) =>
          row.setHash === null ? (
            <span className="quiet">{t("draft:list.unfinished")}</span>
          ) : (
            <span className="mono quiet">{shortHash(row.setHash)}</span>
          ),
      },
      {
        id: "author",
        header: t("draft:list.author"),
        width: "minmax(140px, 1fr)",
        render: (row) => (
          <>
            {row.author ?? "–"} <span className="quiet">{row.organisation}</span>
            {row.isYours && <span className="faint"> {t("draft:list.yours")}</span>}
          </>
        ),
      },
      {
        id: "revision",
        header: t("draft:list.revision"),
        width: "84px",
        align: "right",
        render: (row) => formatNumber(row.revision, language),
      },
      {
        id: "updated",
        header: `${t("draft:list.updated")} (${t("common:zone")})`,
        width: "190px",
        render: (row) => <span className="quiet">{formatInstant(Date.parse(row.updatedAt))}</span>,
      },
    ],
    [t, language],
  );
  const count = rows.length;
  const open = (id: string): void =>
    void navigate({ to: "/rules/drafts/$draftId", params: { draftId: id }, search: {} });
  const create = (
    <Button variant="filled" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setCreating(true)}>
      {t("draft:list.new")}
    </Button>
  );
  return (
    <div className={page.page}>
      <FilterBar
        title={t("draft:list.title")}
        count={query.hasNextPage ? t("common:itemsSoFar", { count }) : t("common:items", { count })}
      >
        {mayPropose(actor) && create}
        <Link className="link" to="/rules" search={{}}>
          {t("draft:list.published")}
        </Link>
        <ExportMenu list="/rules/drafts" filter={{}} />
      </FilterBar>
      <ListBody query={query}>
        {(more) => (
          <DataTable
            label={t("draft:list.title")}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={(row) => open(row.id)}
            {...more}
            empty={<Empty title={t("draft:list.empty")} next={t("draft:list.emptyNext")} />}
          />
        )}
      </ListBody>
      {creating && <NewDraft close={() => setCreating(false)} onCreated={open} />}
    </div>
  );
}

function NewDraft({ close, onCreated }: { close(): void; onCreated(id: string): void }) {
  const { t } = useTranslation(["draft", "common"]);
  const language = useLanguage();
  const client = useQueryClient();
  const [title, setTitle] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (title.trim() === "") return;
    setBusy(true);
    try {
      const body = { title: title.trim(), text: TEMPLATES[language] };
      const { id } = await request<Draft>("/rules/drafts", { method: "POST", body });
      void client.invalidateQueries({ queryKey: ["rules", "drafts"] });
      onCreated(id);
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} title={t("draft:list.new")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <ul className={casework.consequences}>
          <li>{t("draft:list.newHint")}</li>
        </ul>
        <TextInput
          label={t("draft:list.name")}
          withAsterisk
          data-autofocus
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          error={error === undefined ? undefined : errorText}
        />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button onClick={close}>{t("common:cancel")}</Button>
          <Button type="submit" variant="filled" loading={busy} disabled={title.trim() === ""}>
            {t("draft:list.create")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
