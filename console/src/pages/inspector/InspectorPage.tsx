/**
 * The frame inspector: pasted bytes, explained in the browser. Nothing that is pasted leaves the machine; the address
 * keeps it behind `#`, so that a view can be opened again.
 */
import { Button } from "@mantine/core";
import { explain, findDump, type Dialect } from "@sandglass/gbt32960";
import { getRouteApi, useLocation } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/use-language.ts";
import { readDialect, writeDialect } from "../../lib/dialect.ts";
import { ADDRESS_LIMIT, readDump, writeDump } from "../../lib/dump-address.ts";
import { formatNumber } from "../../lib/format.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { FrameView } from "../../ui/FrameView.tsx";
import page from "../../ui/page.module.css";
import { DialectMenu } from "./DialectMenu.tsx";
import { DumpInput } from "./DumpInput.tsx";
import { PieceList } from "./PieceList.tsx";
import styles from "./inspector.module.css";

const route = getRouteApi("/inside/inspector");

export function InspectorPage() {
  const { t } = useTranslation("inspector");
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const hash = useLocation({ select: (location) => location.hash });
  /** A dump that does not fit into the address. */
  const [long, setLong] = useState<Uint8Array>();
  const [remark, setRemark] = useState<string>();
  const bytes = useMemo(() => readDump(hash) ?? long, [hash, long]);
  const dialect = useMemo(() => readDialect(search.dialect), [search.dialect]);
  const pieces = useMemo(() => (bytes === undefined ? [] : explain(bytes, { dialect })), [bytes, dialect]);
  const index = Math.min(search.piece ?? 0, pieces.length - 1);
  const piece = pieces[index];
  const shown = useMemo(
    () =>
      bytes === undefined || piece === undefined ? undefined : bytes.slice(piece.offset, piece.offset + piece.length),
    [bytes, piece],
  );

  const open = (text: string): string | undefined => {
    const dump = findDump(text);
    if (dump === undefined) return t("noHex");
    const written = writeDump(dump.bytes);
    setLong(written === undefined ? dump.bytes : undefined);
    setRemark(dump.oddDigits ? t("odd") : dump.form === "mixed" ? t("mixed") : undefined);
    void navigate({
      search: ({ lang, dialect: kept }) => ({ lang, dialect: kept }),
      hash: written ?? "",
    });
    return undefined;
  };
  const clear = (): void => {
    setLong(undefined);
    setRemark(undefined);
    void navigate({ search: ({ lang, dialect: kept }) => ({ lang, dialect: kept }), hash: "" });
  };

  // Other readings have other fields: the chosen one is let go of.
  const choose = (next: Dialect): void =>
    void navigate({
      search: (previous) => ({ ...previous, dialect: writeDialect(next), field: undefined }),
      hash: true,
      replace: true,
    });

  if (bytes === undefined || shown === undefined || piece === undefined)
    return (
      <div className={page.page}>
        <FilterBar title={t("title")}>
          <DialectMenu dialect={dialect} onChange={choose} />
        </FilterBar>
        <DumpInput open={open} />
      </div>
    );
  const damaged = pieces.filter(({ kind }) => kind === "damage").length;
  return (
    <div className={page.page}>
      <FilterBar
        title={t("title")}
        count={t("summary", {
          frames: formatNumber(pieces.length - damaged, language),
          damaged: formatNumber(damaged, language),
          bytes: formatNumber(bytes.length, language),
        })}
      >
        <Button onClick={clear}>{t("replace")}</Button>
        <DialectMenu dialect={dialect} onChange={choose} />
        <span className={styles.note}>{remark ?? t("local")}</span>
      </FilterBar>
      <div className={page.columns}>
        <div className={`${page.chooser} ${styles.pieces}`}>
          <PieceList
            bytes={bytes}
            pieces={pieces}
            selected={index}
            onOpen={(next) =>
              void navigate({
                search: (previous) => ({ ...previous, piece: next === 0 ? undefined : next, field: undefined }),
                hash: true,
                replace: true,
              })
            }
          />
          <p className={styles.foot}>
            {long === undefined ? t("address") : t("tooLong", { limit: formatNumber(ADDRESS_LIMIT, language) })}
          </p>
        </div>
        <div className={styles.viewer}>
          <FrameView
            key={index}
            bytes={shown}
            fields={piece.fields}
            base={piece.offset}
            note={t("at", { offset: `0x${piece.offset.toString(16).toUpperCase()}` })}
            selected={search.field}
            onSelect={(field) =>
              void navigate({ search: (previous) => ({ ...previous, field }), hash: true, replace: true })
            }
          />
        </div>
      </div>
    </div>
  );
}
