import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { NOTICE_KINDS, type NoticeKind } from "../../api/notifications.ts";
import { addWebhook, ALGORITHMS, WEBHOOKS, type Algorithm, type OpenedWebhook } from "../../api/webhooks.ts";
import { Problem } from "../../ui/Problem.tsx";
import access from "../../access/access.module.css";
import { useAct } from "../../access/use-act.ts";
import { Panel } from "../../ui/Panel.tsx";

/** Adds a webhook; its secret is shown once. An address that may not be called is refused with the server's reason. */
export function WebhookForm() {
  const { t } = useTranslation(["webhook", "inbox"]);
  const { busy, error, act } = useAct(WEBHOOKS);
  const [url, setUrl] = useState("");
  const [kinds, setKinds] = useState<readonly NoticeKind[]>(NOTICE_KINDS);
  const [algorithm, setAlgorithm] = useState<Algorithm>("hmac-sha256");
  const [opened, setOpened] = useState<OpenedWebhook>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setOpened(undefined);
    void act(async () => {
      setOpened(await addWebhook({ url, kinds, algorithm }));
      setUrl("");
    });
  };
  return (
    <Panel title={t("webhook:add")}>
      <form className={access.form} onSubmit={submit}>
        {opened !== undefined && (
          <p role="status">
            <span className="mono">{opened.url}</span>
            <br />
            <strong>{t(opened.secret === null ? "webhook:publicKey" : "webhook:once")}</strong>{" "}
            <span className={access.secret}>{opened.secret ?? opened.publicKey}</span>
          </p>
        )}
        <TextInput
          label={t("webhook:url")}
          placeholder="https://"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          minLength={8}
          maxLength={1000}
          required
        />
        <Checkbox.Group
          label={t("webhook:kinds")}
          value={[...kinds]}
          onChange={(value) => setKinds(value as NoticeKind[])}
        >
          <div className={access.choices}>
            {NOTICE_KINDS.map((kind) => (
              <Checkbox key={kind} value={kind} label={t(`inbox:kinds.${kind}`)} />
            ))}
          </div>
        </Checkbox.Group>
        <Select
          label={t("webhook:algorithm")}
          allowDeselect={false}
          value={algorithm}
          data={ALGORITHMS.map((value) => ({ value, label: t(`webhook:algorithms.${value}`) }))}
          onChange={(value) => setAlgorithm((value ?? "hmac-sha256") as Algorithm)}
        />
        <Problem text={error} />
        <div>
          <Button type="submit" variant="filled" loading={busy} disabled={kinds.length === 0}>
            {t("webhook:submit")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
