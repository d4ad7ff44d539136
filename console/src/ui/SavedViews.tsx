/** "Views" beside the filters of a list: filters under a name of one's own, and those that the organisation shares. */
import { ActionIcon, Button, Popover, TextInput } from "@mantine/core";
import { IconBookmark, IconTrash, IconUsers } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { dropView, saveView, viewsQuery, type SavedView, type ViewList, type ViewQuery } from "../api/views.ts";
import { useErrorText } from "../i18n/use-error-text.ts";
import styles from "./saved-views.module.css";

interface SavedViewsProps {
  readonly list: ViewList;
  /** What the address of the page holds. */
  readonly search: Readonly<Record<string, unknown>>;
  apply(query: ViewQuery): void;
}

/** Of the language there is nothing to keep: a view is the same in both. */
const keptOf = (search: Readonly<Record<string, unknown>>): ViewQuery =>
  Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) =>
      name !== "lang" && (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
        ? [[name, value]]
        : [],
    ),
  );

export function SavedViews({ list, search, apply }: SavedViewsProps) {
  const { t } = useTranslation("common");
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const views = useQuery({ ...viewsQuery(list), enabled: isOpen });
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ["views", list] });
  const save = useMutation({
    mutationFn: () => saveView(list, name.trim(), keptOf(search)),
    onSuccess: async () => {
      setName("");
      await refresh();
    },
  });
  const drop = useMutation({ mutationFn: dropView, onSuccess: refresh });
  const share = useMutation({
    mutationFn: (view: SavedView) => saveView(list, view.name, view.query, !view.shared),
    onSuccess: refresh,
  });
  const problem = save.error ?? drop.error ?? share.error ?? views.error;
  const problemText = useErrorText(problem);
  const own = (views.data ?? []).filter(({ isYours }) => isYours);
  const theirs = (views.data ?? []).filter(({ isYours }) => !isYours);
  const open = (view: SavedView): void => {
    apply(view.query);
    setOpen(false);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== "") save.mutate();
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconBookmark size={14} stroke={1.5} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          {t("views.button")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.dropdown}>
        {own.map((view) => (
          <div key={view.id} className={styles.view}>
            <OpenView view={view} open={open} />
            <ActionIcon
              variant={view.shared ? "light" : "subtle"}
              aria-label={`${t(view.shared ? "views.unshare" : "views.share")}: ${view.name}`}
              title={t(view.shared ? "views.unshare" : "views.share")}
              aria-pressed={view.shared}
              onClick={() => share.mutate(view)}
            >
              <IconUsers size={14} stroke={1.5} aria-hidden />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              aria-label={t("views.drop", { name: view.name })}
              onClick={() => drop.mutate(view.id)}
            >
              <IconTrash size={14} stroke={1.5} aria-hidden />
            </ActionIcon>
          </div>
        ))}
        {theirs.length > 0 && <p className="faint">{t("views.theirs")}</p>}
        {theirs.map((view) => (
          <div key={view.id} className={styles.view} title={view.owner ?? undefined}>
            <OpenView view={view} open={open} />
            {view.owner !== null && (
              <small className="faint">{t("views.sharedBy", { owner: view.ownerName ?? view.owner })}</small>
            )}
          </div>
        ))}
        {views.data?.length === 0 && <p className="quiet">{t("views.empty")}</p>}
        <form className={styles.form} onSubmit={submit}>
          <TextInput
            value={name}
            maxLength={60}
            aria-label={t("views.name")}
            placeholder={t("views.name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" loading={save.isPending} disabled={name.trim() === ""}>
            {t("views.save")}
          </Button>
        </form>
        {problem && (
          <p role="alert" className={styles.problem}>
            {problemText}
          </p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function OpenView({ view, open }: { view: SavedView; open(view: SavedView): void }) {
  return (
    <Button variant="subtle" justify="flex-start" fullWidth onClick={() => open(view)}>
      {view.name}
    </Button>
  );
}
