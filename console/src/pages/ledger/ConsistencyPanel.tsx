import { Checkbox, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { checkpointsQuery } from "../../api/queries.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber } from "../../lib/format.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { Facts, Panel } from "../../ui/Panel.tsx";
import { refute } from "./check-consistency.ts";
import { consistencyQuery } from "./custody-queries.ts";
import styles from "./ledger.module.css";

/** That a later checkpoint only added to an earlier one, proved by the server and checked here; and what it looks like if not. */
export function ConsistencyPanel() {
  const { t } = useTranslation("ledger");
  const language = useLanguage();
  const { data, error } = useQuery({ ...checkpointsQuery, staleTime: 60_000 });
  const checkpoints = data?.items ?? [];
  const [chosen, choose] = useState<{ readonly from?: number; readonly to?: number }>({});
  const [altered, setAltered] = useState(false);
  const from = chosen.from ?? checkpoints.at(-1)?.size;
  const to = chosen.to ?? checkpoints[0]?.size;
  const options = checkpoints.map(({ size, at }) => ({
    value: String(size),
    label: `${formatNumber(size, language)} · ${formatInstant(Date.parse(at))}`,
  }));
  const select = (end: "from" | "to", value: number | undefined) => (
    <Select
      label={t(end === "from" ? "earlier" : "later")}
      data={options}
      value={value === undefined ? null : String(value)}
      allowDeselect={false}
      onChange={(size) => choose({ ...chosen, [end]: Number(size) })}
    />
  );
  return (
    <Panel title={t("consistency")} hint={t("consistencyHint")}>
      {error && !data ? (
        <Refused error={error} />
      ) : !data ? (
        <Loading />
      ) : from === undefined || to === undefined ? (
        <p className="faint">{t("noCheckpoint")}</p>
      ) : (
        <>
          <div className={styles.choice}>
            {select("from", from)}
            {select("to", to)}
          </div>
          <Verdict from={from} to={to} altered={altered} />
          <Checkbox
            label={t("alter")}
            checked={altered}
            onChange={(event) => setAltered(event.currentTarget.checked)}
          />
        </>
      )}
    </Panel>
  );
}

function Verdict({ from, to, altered }: { from: number; to: number; altered: boolean }) {
  const { t } = useTranslation("ledger");
  const { data, error } = useQuery(consistencyQuery(from, to));
  if (error && !data) return <Refused error={error} />;
  if (!data) return <Loading />;
  const reason = refute(data, altered);
  return (
    <>
      <p className={styles.checked} data-ok={reason === undefined || undefined} role="status">
        {reason === undefined
          ? t("consistent")
          : t("inconsistent", { reason: reason.includes("another") ? t("otherRoot") : reason })}
      </p>
      {reason !== undefined && <p className={styles.note}>{t("inconsistentNext")}</p>}
      <Facts
        facts={[
          { name: t("earlierRoot"), value: <span className="mono">{data.from.root}</span> },
          { name: t("laterRoot"), value: <span className="mono">{data.to.root}</span> },
          { name: t("pathLength"), value: data.path.length },
        ]}
      />
      <ol className={styles.path}>
        {data.path.map((hash) => (
          <li key={hash} className="mono">
            {hash}
          </li>
        ))}
      </ol>
    </>
  );
}
