/** Test cases beside the rule: run on every change of the text or of a case. */
import { Button, Textarea } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { testsQuery } from "../../api/rules.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { triggerIds } from "../../lib/trigger-words.ts";
import { Panel } from "../../ui/Panel.tsx";
import type { DraftEditing } from "./use-draft-text.ts";
import { useSettled } from "./use-settled.ts";
import { Problem } from "../../ui/Problem.tsx";
import styles from "./draft.module.css";

const PAUSE_MS = 400;

export function TestsPanel({ editing, editable }: { editing: DraftEditing; editable: boolean }) {
  const { t } = useTranslation("draft");
  const settled = useSettled(editing.tests, PAUSE_MS);
  const hasTests = settled.trim() !== "";
  const query = useQuery({
    ...testsQuery(editing.text, settled),
    enabled: hasTests,
    placeholderData: keepPreviousData,
  });
  const errorText = useErrorText(query.error);
  const results = hasTests ? (query.data?.results ?? []) : [];
  const failed = results.filter(({ problem }) => problem !== null).length;
  return (
    <Panel
      title={t("govern.tests")}
      hint={
        results.length > 0
          ? t("govern.testsResult", { passed: results.length - failed, failed })
          : t("govern.testsHint")
      }
      aside={
        editable &&
        editing.tests.trim() === "" && (
          <Button onClick={() => editing.setTests(exampleFor(triggerIds(editing.text)[0] ?? "MY-RULE-1"))}>
            {t("govern.testsExample")}
          </Button>
        )
      }
    >
      {results.length > 0 && (
        <ul className={styles.cases} aria-busy={query.isFetching}>
          {results.map(({ name, problem }, index) => (
            <li key={`${index} ${name}`} data-failed={problem !== null || undefined}>
              {problem === null ? (
                <IconCircleCheck size={14} stroke={1.5} aria-label={t("govern.passed")} />
              ) : (
                <IconCircleX size={14} stroke={1.5} aria-label={t("govern.failed")} />
              )}
              <span>{name}</span>
              {problem !== null && <span className="mono">{problem}</span>}
            </li>
          ))}
        </ul>
      )}
      {hasTests && <Problem text={query.error ? errorText : (query.data?.problem ?? undefined)} />}
      {editable ? (
        <Textarea
          aria-label={t("govern.tests")}
          autosize
          minRows={editing.tests === "" ? 2 : 6}
          maxRows={22}
          maxLength={100_000}
          placeholder={t("govern.testsPlaceholder")}
          classNames={{ input: styles.code }}
          value={editing.tests}
          onChange={(event) => editing.setTests(event.currentTarget.value)}
        />
      ) : editing.tests.trim() === "" ? (
        <p className="quiet">{t("govern.noTests")}</p>
      ) : (
        <pre className={`${styles.cases} mono`} tabIndex={0}>
          {editing.tests}
        </pre>
      )}
    </Panel>
  );
}

function exampleFor(trigger: string): string {
  return `${JSON.stringify(
    {
      tests: [
        {
          name: "fires",
          every: "10 s",
          series: { max_cell_temp: "40x3 65x5" },
          expect: [`firing ${trigger} at 60 s level 2`],
        },
        { name: "does not fire below the limit", every: "10 s", series: { max_cell_temp: "40x3 60x5" }, expect: [] },
      ],
    },
    null,
    2,
  )}\n`;
}
