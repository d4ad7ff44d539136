import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rehearsalQuery, rehearseOnPast, requestRehearsal } from "../../api/reviews.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import styles from "./project.module.css";

const WEEK_MS = 7 * 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000;
/** Wall-clock time of Asia/Shanghai, as the field takes it. */
const wall = (instant: number): string => new Date(instant + SHANGHAI_MS).toISOString().slice(0, 16);
const instantOf = (text: string): string => `${text}:00+08:00`;

/** Runs the plan's triggers over what its vehicles sent, shows what came of it, and puts it on record. */
export function PastRehearsal({ project, version }: { project: string; version: number }) {
  const { t } = useTranslation("review");
  const client = useQueryClient();
  const [from, setFrom] = useState(() => wall(Date.now() - WEEK_MS));
  const [to, setTo] = useState(() => wall(Date.now()));
  const begin = useMutation({
    mutationFn: () => requestRehearsal(project, instantOf(from), instantOf(to)),
  });
  const reference = begin.data?.reference;
  const { data, error } = useQuery({
    ...rehearsalQuery(project, reference ?? ""),
    enabled: reference !== undefined,
    refetchInterval: (query) => ((query.state.data?.facts ?? null) === null ? 2_000 : false),
  });
  const facts = data?.facts ?? null;
  const record = useMutation({
    mutationFn: () => rehearseOnPast(project, version, reference ?? "", instantOf(from), instantOf(to)),
    onSuccess: () => client.invalidateQueries({ queryKey: ["project", project] }),
  });
  const refused = begin.error ?? error ?? record.error;
  const refusal = useErrorText(refused);
  return (
    <form
      className={styles.rehearsal}
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate();
      }}
    >
      <TextInput
        type="datetime-local"
        label={t("rehearseFrom")}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        label={t("rehearseTo")}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" loading={begin.isPending} disabled={from === "" || to === "" || from >= to}>
        {t("rehearsePast")}
      </Button>
      {reference !== undefined && facts === null && !refused && (
        <p className="faint" role="status">
          {t("rehearsalRuns")}
        </p>
      )}
      {facts !== null && (
        <>
          <p role="status">
            {t("rehearsalText", {
              kind: t("rehearsalOf.past"),
              rows: facts.rows,
              firings: facts.firings,
              failed: facts.failed,
            })}
          </p>
          <Button variant="filled" loading={record.isPending} onClick={() => record.mutate()}>
            {t("rehearsalRecord")}
          </Button>
        </>
      )}
      {refused && (
        <p role="alert" className={styles.refused}>
          {refusal}
        </p>
      )}
    </form>
  );
}
