import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BULK_LIMIT, type BulkSelection } from "../api/bulk.ts";
import type { QueryValue } from "../api/client.ts";
import { BulkDialog } from "./BulkDialog.tsx";
import { SelectionBar } from "./SelectionBar.tsx";

interface BulkBarProps {
  /** Cases that are ticked. */
  readonly keys: readonly string[];
  /** What the list is filtered by, and how many cases that are. */
  readonly filter: Readonly<Record<string, QueryValue>>;
  readonly total: number;
  clear(): void;
}

/** Shown while cases are ticked: how many, all that match instead, and what to do with them. */
export function BulkBar({ keys, filter, total, clear }: BulkBarProps) {
  const { t } = useTranslation("bulk");
  const [isWhole, setWhole] = useState(false);
  const [selection, setSelection] = useState<BulkSelection>();
  const count = isWhole ? total : keys.length;
  return (
    <SelectionBar
      label={t("act")}
      text={isWhole ? t("wholeList") : t("selected", { count: keys.length })}
      clear={() => {
        setWhole(false);
        clear();
      }}
    >
      {!isWhole && total > keys.length && total <= BULK_LIMIT && (
        <Button variant="subtle" onClick={() => setWhole(true)}>
          {t("takeWhole", { count: total })}
        </Button>
      )}
      <Button variant="filled" onClick={() => setSelection(isWhole ? { query: filter } : { cases: keys })}>
        {t("act")}
      </Button>
      {selection && <BulkDialog selection={selection} count={count} close={() => setSelection(undefined)} />}
    </SelectionBar>
  );
}
