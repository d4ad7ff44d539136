import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import {
  NOTICE_KINDS,
  notificationSettingsQuery,
  type NoticeKind,
  type NotificationSettings as Settings,
} from "../../api/notifications.ts";
import { request } from "../../api/client.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Problem } from "../../ui/Problem.tsx";
import styles from "./inbox.module.css";

/** Which notices a person wants, where and how often. */
export function NotificationSettings() {
  const query = useQuery(notificationSettingsQuery);
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return <SettingsForm stored={query.data} />;
}

function SettingsForm({ stored }: { stored: Settings }) {
  const { t } = useTranslation("inbox");
  const client = useQueryClient();
  const [settings, setSettings] = useState(stored);
  const [saved, setSaved] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const change = (part: Partial<Settings>): void => {
    setSaved(false);
    setSettings((previous) => ({ ...previous, ...part }));
  };
  const toggled = (list: readonly NoticeKind[], kind: NoticeKind, on: boolean): readonly NoticeKind[] =>
    NOTICE_KINDS.filter((each) => (each === kind ? on : list.includes(each)));
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setError(undefined);
    try {
      const { canMail: _canMail, ...body } = settings;
      await request("/notifications/settings", { method: "PUT", body });
      await client.invalidateQueries({ queryKey: ["notifications"] });
      setSaved(true);
    } catch (cause) {
      setError(cause);
    }
  };
  return (
    <Panel title={t("settings")}>
      <form className={styles.settings} onSubmit={(event) => void save(event)}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("kind")}</th>
              <th scope="col">{t("inInbox")}</th>
              <th scope="col">{t("byMail")}</th>
            </tr>
          </thead>
          <tbody>
            {NOTICE_KINDS.map((kind) => (
              <tr key={kind}>
                <th scope="row">{t(`kinds.${kind}`)}</th>
                <td>
                  <Checkbox
                    aria-label={`${t(`kinds.${kind}`)}: ${t("inInbox")}`}
                    checked={settings.inboxKinds.includes(kind)}
                    onChange={(event) =>
                      change({ inboxKinds: toggled(settings.inboxKinds, kind, event.currentTarget.checked) })
                    }
                  />
                </td>
                <td>
                  <Checkbox
                    aria-label={`${t(`kinds.${kind}`)}: ${t("byMail")}`}
                    checked={settings.emailKinds.includes(kind)}
                    onChange={(event) =>
                      change({ emailKinds: toggled(settings.emailKinds, kind, event.currentTarget.checked) })
                    }
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <TextInput
          type="email"
          label={t("email")}
          description={settings.canMail ? t("emailHint") : t("noMail")}
          value={settings.email ?? ""}
          onChange={(event) => change({ email: event.currentTarget.value === "" ? null : event.currentTarget.value })}
        />
        <Select
          label={t("digest")}
          description={t("digestHint")}
          allowDeselect={false}
          value={settings.digest}
          data={(["none", "hourly", "daily"] as const).map((value) => ({ value, label: t(`digests.${value}`) }))}
          onChange={(value) => change({ digest: (value ?? "daily") as Settings["digest"] })}
        />
        <Select
          label={t("language")}
          allowDeselect={false}
          value={settings.language}
          data={[
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
          onChange={(value) => change({ language: value === "en" ? "en" : "zh" })}
        />
        <Problem text={error === undefined ? undefined : errorText} />
        <div>
          <Button type="submit" variant="filled">
            {t("save")}
          </Button>{" "}
          {saved && <span role="status">{t("saved")}</span>}
        </div>
      </form>
    </Panel>
  );
}
