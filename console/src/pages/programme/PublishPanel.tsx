import { Button, Textarea } from "@mantine/core";
import type { Programme } from "@sandglass/casework";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { publishProgramme } from "../../api/programmes.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { Panel } from "../../ui/Panel.tsx";
import styles from "./programme.module.css";

/** The text of a new version as data; undefined while it is none. */
function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Puts a new version beside the old one: projects that were filed stay with theirs. For those who lead the programme. */
export function PublishPanel({ programme, newest }: { programme: Programme; newest: number }) {
  const { t } = useTranslation("programme");
  const client = useQueryClient();
  const [text, setText] = useState<string>();
  const [reason, setReason] = useState("");
  const value = text === undefined ? undefined : read(text);
  const send = useMutation({
    mutationFn: () => publishProgramme(value, reason.trim()),
    onSuccess: async () => {
      setText(undefined);
      setReason("");
      await client.invalidateQueries({ queryKey: ["programmes"] });
    },
  });
  const refusal = useErrorText(send.error);
  return (
    <Panel title={t("publish.title", { version: newest + 1 })} hint={t("publish.hint")}>
      {text === undefined ? (
        <>
          {send.isSuccess && <p role="status">{t("publish.done")}</p>}
          <Button
            onClick={() => {
              send.reset();
              setText(JSON.stringify({ ...programme, version: newest + 1 }, null, 2));
            }}
          >
            {t("publish.begin")}
          </Button>
        </>
      ) : (
        <form
          className={styles.publish}
          onSubmit={(event) => {
            event.preventDefault();
            send.mutate();
          }}
        >
          <Textarea
            label={t("publish.text")}
            classNames={{ input: "mono" }}
            spellCheck={false}
            rows={18}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={value === undefined ? t("publish.notJson") : undefined}
          />
          <Textarea
            label={t("publish.reason")}
            withAsterisk
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {send.error !== null && (
            <p role="alert" className={styles.refused}>
              {refusal}
            </p>
          )}
          <div className={styles.buttons}>
            <Button onClick={() => setText(undefined)}>{t("publish.cancel")}</Button>
            <Button
              type="submit"
              variant="filled"
              loading={send.isPending}
              disabled={value === undefined || reason.trim() === ""}
            >
              {t("publish.send")}
            </Button>
          </div>
        </form>
      )}
    </Panel>
  );
}
