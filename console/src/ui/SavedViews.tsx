/** "Views" beside the filters of a list: filters under a name of one's own. */
import { ActionIcon, Button, Popover, TextInput } from "@mantine/core";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { dropView, saveView, viewsQuery, type ViewList, type ViewQuery } from "../api/views.ts";
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
  const problem = save.error ?? drop.error ?? views.error;
  const problemText = useErrorText(problem);
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
        {(views.data ?? []).map((view) => (
          <div key={view.id} className={styles.view}>
            <Button
              variant="subtle"
              justify="flex-start"
              fullWidth
              onClick={() => {
                apply(view.query);
                setOpen(false);
              }}
            >
              {view.name}
            </Button>
            <ActionIcon
              variant="subtle"
              aria-label={t("views.drop", { name: view.name })}
              onClick={() => drop.mutate(view.id)}
            >
              <IconTrash size={14} stroke={1.5} aria-hidden />
            </ActionIcon>
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
