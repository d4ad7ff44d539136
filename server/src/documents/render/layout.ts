/** The A4 page of a document, as data for pdfmake: heading, sections as tables, duties, and the proof at the foot. */
import { CERTAINTIES, momentOf, sourceIn, type DocumentContent, type Text } from "@sandglass/casework";
import type { Language, RenderRequest } from "./protocol.ts";

/** What we use of pdfmake's document definition: nested lists of nodes, each a record of known names. */
export type Node = string | readonly Node[] | { readonly [name: string]: unknown };

const INK = "#1a2230";
const FAINT = "#5d6878";
const RULE = "#c9d0d9";
const ACCENT = "#0b5cad";

const WORDS = {
  number: { en: "No.", zh: "编号" },
  to: { en: "To", zh: "致" },
  kind: { en: "Procedure", zh: "程序" },
  case: { en: "Case", zh: "案件" },
  state: { en: "State", zh: "状态" },
  basis: { en: "Basis", zh: "依据" },
  duties: { en: "Duties and their limits", zh: "义务与期限" },
  duty: { en: "Duty", zh: "义务" },
  bearer: { en: "Of", zh: "责任方" },
  due: { en: "Due", zh: "期限" },
  paused: { en: "clock stands still", zh: "计时暂停" },
  issued: { en: "Issued", zh: "签发" },
  verify: {
    en: "Verify: scan the code or open the address below and compare the hash of this file.",
    zh: "查验：扫描二维码或打开下列地址，并比对本文件的哈希。",
  },
  contentHash: { en: "SHA-256 of the content", zh: "内容 SHA-256" },
  page: { en: "page", zh: "页" },
} as const satisfies Record<string, Text>;

export function layoutOf({ content, contentHash, verifyUrl, language }: RenderRequest): Node {
  const say = (text: Text) => text[language];
  const issued = new Date(content.issuedAt);
  return {
    pageSize: "A4",
    pageMargins: [56, 60, 56, 70],
    info: {
      title: `${say(content.title)} ${content.number}`,
      author: say(content.issuer.name),
      subject: say(content.case.title),
      creator: "Sandglass",
      producer: "Sandglass",
      creationDate: issued,
      modDate: issued,
    },
    language: language === "zh" ? "zh-CN" : "en",
    defaultStyle: { font: "Noto Sans SC", fontSize: 9.5, lineHeight: 1.25, color: INK },
    content: [
      { text: say(content.issuer.name), alignment: "center", color: FAINT, margin: [0, 0, 0, 6] },
      { text: say(content.title), alignment: "center", bold: true, fontSize: 20, margin: [0, 0, 0, 4] },
      {
        text: `${say(WORDS.number)} ${content.number}`,
        alignment: "center",
        color: FAINT,
        margin: [0, 0, 0, 14],
      },
      { canvas: [{ type: "line", x1: 0, y1: 0, x2: 483, y2: 0, lineWidth: 1.2, lineColor: ACCENT }] },
      ...addressees(content, language),
      { text: say(content.opening), margin: [0, 10, 0, 12], fontSize: 10.5 },
      table(
        [
          [say(WORDS.case), `${say(content.case.title)}\n${content.case.id}`],
          [say(WORDS.kind), `${say(content.case.kindTitle)} (v${content.case.definition})`],
          [say(WORDS.state), say(content.case.state)],
          [say(WORDS.basis), basisText(content.decision.basis, language)],
        ],
        [92, "*"],
      ),
      ...content.sections.flatMap((section): Node[] => [
        heading(say(section.title)),
        table(
          section.rows.map(({ label, value }) => [say(label), say(value)]),
          [150, "*"],
        ),
      ]),
      ...duties(content, language),
      // Neither a name without what it stands under nor a code without a name is alone on a page.
      {
        unbreakable: true,
        stack: [
          ...(say(content.closing) === "" ? [] : [{ text: say(content.closing), margin: [0, 14, 0, 0] }]),
          signature(content, language),
          proof(contentHash, verifyUrl, language),
        ],
      },
    ],
    footer: (page: number, pages: number): Node => ({
      margin: [56, 20, 56, 0],
      columns: [
        { text: `${content.id} · ${contentHash.slice(0, 16)}…`, color: FAINT, fontSize: 7 },
        { text: `${say(WORDS.page)} ${page} / ${pages}`, alignment: "right", color: FAINT, fontSize: 7 },
      ],
    }),
  };
}

function addressees({ addressees: names }: DocumentContent, language: Language): Node[] {
  if (names.length === 0) return [];
  const text = names.map((each) => each[language]).join(language === "zh" ? "、" : ", ");
  return [
    { text: `${WORDS.to[language]}${language === "zh" ? "：" : ": "}${text}`, bold: true, margin: [0, 12, 0, 0] },
  ];
}

function heading(text: string): Node {
  return { text, bold: true, fontSize: 11.5, color: ACCENT, margin: [0, 14, 0, 5] };
}

/** Lines end at spaces only, so what has none, a hash say, would run over the edge. */
function breakable(text: string): string {
  return text.replaceAll(/[!-~]{50,}/g, (word) => word.replaceAll(/.{48}(?=.)/g, "$&\n"));
}

/** Rows whose first cell is a label. */
function table(rows: readonly (readonly string[])[], widths: readonly (number | string)[], headerRows = 0): Node {
  return {
    table: {
      headerRows,
      keepWithHeaderRows: headerRows,
      dontBreakRows: true,
      widths,
      body: rows.map((cells) =>
        cells.map((text, column) => (column === 0 ? { text, color: FAINT } : { text: breakable(text) })),
      ),
    },
    layout: {
      hLineWidth: () => 0.5,
      vLineWidth: () => 0,
      hLineColor: () => RULE,
      paddingTop: () => 3,
      paddingBottom: () => 3,
    },
  };
}

/** Never without its certainty: what is not verified must not read as law. */
function basisText(
  basis: DocumentContent["decision"]["basis"],
  language: Language,
  certainty = basis.certainty,
): string {
  return `${basis.requirement} · ${sourceIn(basis, language)} [${certainty}: ${CERTAINTIES[certainty][language]}]`;
}

function duties(content: DocumentContent, language: Language): Node[] {
  if (content.duties.length === 0) return [];
  const say = (text: Text) => text[language];
  const head = [WORDS.duty, WORDS.bearer, WORDS.due, WORDS.basis].map(say);
  const rows = content.duties.map((duty) => [
    say(duty.title),
    say(duty.bearers),
    duty.due === undefined ? say(WORDS.paused) : say(momentOf(duty.due)),
    basisText(duty.basis, language, duty.certainty),
  ]);
  return [heading(say(WORDS.duties)), table([head, ...rows], [120, 100, 80, "*"], 1)];
}

function signature({ issuer, issuedAt }: DocumentContent, language: Language): Node {
  const lines = [
    issuer.name[language],
    issuer.role[language],
    `${WORDS.issued[language]} ${momentOf(issuedAt)[language]}`,
  ];
  return { stack: [...new Set(lines)].map((text) => ({ text })), alignment: "right", margin: [0, 22, 0, 0] };
}

function proof(contentHash: string, verifyUrl: string, language: Language): Node {
  return {
    margin: [0, 18, 0, 0],
    columnGap: 12,
    columns: [
      { qr: verifyUrl, fit: 78, width: 82, eccLevel: "M" },
      {
        fontSize: 8,
        color: FAINT,
        stack: [
          { text: WORDS.verify[language] },
          { text: verifyUrl, color: ACCENT, margin: [0, 3, 0, 3] },
          { text: `${WORDS.contentHash[language]}\n${contentHash}` },
        ],
      },
    ],
  };
}
