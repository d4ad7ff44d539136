/**
 * What an issued document says, as data in both languages: made once, when the action that issues it is on record, and
 * hashed. Pages are laid out from it elsewhere, in either language.
 */
import { ROLES, type RoleCode } from "../access/roles.ts";
import type { Certainty, LegalBasis } from "../basis.ts";
import { deadlineOf, type CaseAction, type Folded, type FoldOptions, type Lifecycle } from "../lifecycle/definition.ts";
import { redact } from "../lifecycle/visibility.ts";
import type { Text } from "../text.ts";
import { bearersOf } from "./bearers.ts";
import { momentOf, rowsOf, type NameOf, type Row } from "./rows.ts";
import { templateOf } from "./templates.ts";

export interface Duty {
  readonly title: Text;
  readonly bearers: Text;
  /** Absent while the clock stands still. */
  readonly due?: string;
  readonly basis: LegalBasis;
  readonly certainty: Certainty;
}

export interface DocumentContent {
  /** Of this shape; a change of the shape is a new number. */
  readonly form: 1;
  readonly id: string;
  /** Printed number, unique in the installation. */
  readonly number: string;
  readonly code: string;
  readonly title: Text;
  /** RFC 3339, UTC: when the action was accepted. */
  readonly issuedAt: string;
  readonly case: {
    readonly id: string;
    readonly kind: string;
    readonly kindTitle: Text;
    readonly title: Text;
    /** Version of the procedure it ran under. */
    readonly definition: number;
    readonly state: Text;
  };
  readonly issuer: { readonly name: Text; readonly role: Text };
  readonly addressees: readonly Text[];
  readonly decision: { readonly action: string; readonly title: Text; readonly basis: LegalBasis };
  readonly opening: Text;
  readonly sections: readonly { readonly title: Text; readonly rows: readonly Row[] }[];
  readonly duties: readonly Duty[];
  readonly closing: Text;
}

export interface DocumentSource {
  readonly id: string;
  readonly number: string;
  readonly code: string;
  readonly caseId: string;
  readonly caseTitle: Text;
  readonly lifecycle: Lifecycle;
  /** The case after the action. */
  readonly folded: Folded;
  readonly action: CaseAction;
  readonly options: FoldOptions;
  readonly nameOf: NameOf;
}

/** Documents go to the parties: what a maker may not read in the case does not stand in them. */
const READER: RoleCode = "OEM";

export function documentContent(source: DocumentSource): DocumentContent {
  const { lifecycle, folded, action, code, nameOf } = source;
  const definition = lifecycle.actions[action.name];
  const title = lifecycle.documents[code];
  if (definition === undefined || title === undefined)
    throw new Error(`${lifecycle.kind} has no ${action.name} with ${code}`);
  const template = templateOf(lifecycle.kind, code);
  const data = redact(lifecycle, READER, folded.data as CaseAction["input"]).value;
  const input = redact(lifecycle, READER, action.input).value;
  const sections = [
    {
      title: DECISION,
      rows: [...decisionRows(definition.title, action), ...rowsOf(definition.input.properties, input, nameOf)],
    },
    ...template.sections.map((section) => ({ title: section.title, rows: rowsOf(section.fields, data, nameOf) })),
  ];
  return {
    form: 1,
    id: source.id,
    number: source.number,
    code,
    title,
    issuedAt: new Date(action.at).toISOString(),
    case: {
      id: source.caseId,
      kind: lifecycle.kind,
      kindTitle: lifecycle.title,
      title: source.caseTitle,
      definition: lifecycle.version,
      state: lifecycle.states[folded.state]?.title ?? { en: folded.state, zh: folded.state },
    },
    issuer: issuerOf(source),
    addressees:
      template.to === undefined
        ? lifecycle.extentOf(folded.data).organisations.map((each) => organisationName(nameOf, each))
        : [template.to],
    decision: { action: action.name, title: definition.title, basis: definition.basis },
    opening: template.opening,
    sections: sections.filter(({ rows }) => rows.length > 0),
    duties: template.duties ? dutiesOf(lifecycle, folded, source.options) : [],
    closing: template.closing,
  };
}

const DECISION: Text = { en: "Decision", zh: "决定" };

function decisionRows(title: Text, action: CaseAction): Row[] {
  return [
    { label: { en: "Action", zh: "事项" }, value: title },
    { label: { en: "Time", zh: "时间" }, value: momentOf(action.at) },
  ];
}

const PLATFORM: Text = { en: "Sandglass (issued automatically)", zh: "Sandglass 平台（自动签发）" };

/** What a party's own action issues, a receipt say, and what rules and clocks issue, is the platform's. */
function issuerOf({ lifecycle, folded, action, nameOf }: DocumentSource): DocumentContent["issuer"] {
  const { role, organisation } = action.actor;
  if (organisation === undefined || lifecycle.extentOf(folded.data).organisations.includes(organisation))
    return { name: PLATFORM, role: organisation === undefined ? ROLES[role].title : PLATFORM };
  return { name: organisationName(nameOf, organisation), role: ROLES[role].title };
}

function organisationName(nameOf: NameOf, organisation: string): Text {
  return nameOf("organisation", organisation) ?? { en: organisation, zh: organisation };
}

function dutiesOf(lifecycle: Lifecycle, folded: Folded, options: FoldOptions): Duty[] {
  const { leads } = lifecycle.extentOf(folded.data);
  return folded.obligations
    .filter(({ ended }) => ended === undefined)
    .toSorted((one, other) => (one.dueAt ?? Infinity) - (other.dueAt ?? Infinity))
    .map((obligation): Duty => {
      const { title, bearers } = lifecycle.obligations[obligation.code]!;
      return {
        title,
        bearers: join(bearersOf(bearers, leads)),
        ...(obligation.dueAt === undefined ? {} : { due: new Date(obligation.dueAt).toISOString() }),
        basis: obligation.basis ?? deadlineOf(lifecycle, options, obligation.deadline).basis,
        certainty: obligation.certainty,
      };
    });
}

function join(texts: readonly Text[]): Text {
  return { en: texts.map(({ en }) => en).join(", "), zh: texts.map(({ zh }) => zh).join("、") };
}
