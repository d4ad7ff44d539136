import type { Explained } from "@sandglass/gbt32960";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatCommand, formatNumber } from "../../lib/format.ts";
import { COMMANDS, label } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import styles from "./inspector.module.css";

interface PieceListProps {
  readonly bytes: Uint8Array;
  readonly pieces: readonly Explained[];
  readonly selected: number;
  onOpen(index: number): void;
}

interface Row {
  readonly index: number;
  readonly piece: Explained;
}

const COMMAND_FLAG = 0xfe;
const ROW_HEIGHT = 42;

/** The frames of a dump and the damage between them, in order. */
export function PieceList({ bytes, pieces, selected, onOpen }: PieceListProps) {
  const { t } = useTranslation("inspector");
  const language = useLanguage();
  const rows = useMemo<Row[]>(() => pieces.map((piece, index) => ({ index, piece })), [pieces]);
  const columns = useMemo<Column<Row>[]>(() => {
    const what = ({ piece }: Row) => {
      const at = `0x${piece.offset.toString(16).toUpperCase()}`;
      if (piece.kind === "damage")
        return (
          <span className={`${styles.piece} ${styles.damage}`}>
            <span>
              <b>{t(`damage.${piece.code as "SG_FRAME_BCC"}`, { defaultValue: t("damage.other") })}</b>
            </span>
            <span className="quiet mono">{at}</span>
          </span>
        );
      const command = bytes[piece.offset + 2];
      const isReply = bytes[piece.offset + 3] !== COMMAND_FLAG;
      const problem =
        piece.message === "malformed" || piece.message === "encrypted" || piece.message === "opaque"
          ? t(`kinds.${piece.message}`)
          : undefined;
      return (
        <span className={styles.piece}>
          <span>
            <b>{label(COMMANDS, command, language) || formatCommand(command)}</b>
            {isReply ? ` · ${t("reply")}` : ""}
            {problem === undefined ? "" : ` · ${problem}`}
          </span>
          <span className="quiet">
            <span className="mono">{at}</span> · {piece.edition}
          </span>
        </span>
      );
    };
    return [
      { id: "what", header: t("column.what"), width: "minmax(150px, 1fr)", render: what },
      {
        id: "length",
        header: t("column.length"),
        width: "64px",
        align: "right",
        render: ({ piece }) => <span className="num">{formatNumber(piece.length, language)}</span>,
      },
    ];
  }, [bytes, t, language]);
  return (
    <DataTable
      label={t("pieces")}
      columns={columns}
      rows={rows}
      rowKey={(row) => String(row.index)}
      rowHeight={ROW_HEIGHT}
      selected={String(selected)}
      onOpen={(row) => onOpen(row.index)}
    />
  );
}
