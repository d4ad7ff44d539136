import { Link } from "@tanstack/react-router";
import { IconClock, IconShieldCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "../access/use-may.ts";
import type { LedgerState } from "../api/shapes/ledger.ts";
import styles from "./ledger-states.module.css";

type Ledger = LedgerState | readonly LedgerState[] | string | null | undefined;

function toList(ledger: Ledger): readonly LedgerState[] {
  if (ledger === null || ledger === undefined) return [];
  if (typeof ledger === "string") return [{ id: ledger, state: "sequenced" }];
  return Array.isArray(ledger) ? (ledger as readonly LedgerState[]) : [ledger as LedgerState];
}

/** Whether a record's leaf already has its number in the signed log. */
export function LedgerStates({ ledger, inline }: { ledger: Ledger; inline?: boolean }) {
  const { t } = useTranslation("ledger");
  const entries = toList(ledger);
  // Who reads a finding sees that it is recorded; the log itself is for whoever reads the ledger.
  const mayOpen = useMay("ledger", "read");
  if (entries.length === 0) return <span className="faint">{t("noLeaf")}</span>;
  return (
    <ul className={styles.list} data-inline={inline || undefined}>
      {entries.map((entry) => {
        const sequenced =
          entry.state === "sequenced" ||
          (entry.state === undefined && entry.index !== null && entry.index !== undefined);
        return (
          <li key={entry.id} data-sequenced={sequenced || undefined}>
            {sequenced ? (
              <IconShieldCheck size={14} stroke={1.5} aria-hidden />
            ) : (
              <IconClock size={14} stroke={1.5} aria-hidden />
            )}
            <span>
              {!sequenced
                ? t("pending")
                : entry.index === null || entry.index === undefined
                  ? t("recorded")
                  : t("sequenced", { index: entry.index })}
            </span>
            {mayOpen && (
              <Link className="link" to="/ledger" search={{ leaf: entry.id }}>
                {t("showLeaf")}
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}
