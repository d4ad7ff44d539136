/**
 * Which way a data export takes, as a table over what is exported. The first row that applies decides; numbers
 * of persons count from 1 January of the year. Rows marked M are from memory and are shown as such.
 */
import { basis, type LegalBasis } from "../basis.ts";
import { DATA_BASES, type DeclaredClass } from "../data-security/law.ts";
import type { Text } from "../text.ts";

export const ROUTES = {
  assessment: { en: "Security assessment by the cyberspace office", zh: "数据出境安全评估" },
  contract: { en: "Standard contract or certification", zh: "个人信息出境标准合同或者保护认证" },
  exempt: { en: "Exempt", zh: "免予申报" },
} as const satisfies Record<string, Text>;
export type Route = keyof typeof ROUTES;

/** What is exported, as the maker counts it. */
export interface ExportCounts {
  /** Persons whose personal information was or will be exported since 1 January, without sensitive personal information. */
  readonly persons: number;
  readonly sensitivePersons: number;
  readonly declared: readonly DeclaredClass[];
  readonly criticalInfrastructure: boolean;
  /** The exemption that the maker claims, in its words; the rule names nine, which are not kept as a list here. */
  readonly exemption?: string;
}

export interface RouteRule {
  readonly code: string;
  readonly route: Route;
  readonly title: Text;
  readonly basis: LegalBasis;
  applies(counts: ExportCounts): boolean;
}

const ASSESSED = { persons: 1_000_000, sensitive: 10_000 } as const;
const CONTRACTED = 100_000;

/**
 * Important data come first: no exemption covers them. More than 100 000 persons are important data of a vehicle maker at home,
 * yet the rule on exports has its own numbers for personal information: only declared classes count as important data here.
 */
export const EXPORT_ROUTES: readonly RouteRule[] = [
  {
    code: "importantData",
    route: "assessment",
    title: { en: "Important data", zh: "重要数据" },
    basis: DATA_BASES.home,
    applies: ({ declared }) => declared.length > 0,
  },
  {
    code: "claimed",
    route: "exempt",
    title: { en: "An exemption of the rule is claimed", zh: "适用规定的豁免情形" },
    basis: DATA_BASES.export,
    applies: ({ exemption }) => exemption !== undefined,
  },
  {
    code: "infrastructure",
    route: "assessment",
    title: { en: "Operator of critical infrastructure", zh: "关键信息基础设施运营者" },
    basis: DATA_BASES.export,
    applies: ({ criticalInfrastructure, persons, sensitivePersons }) =>
      criticalInfrastructure && persons + sensitivePersons > 0,
  },
  {
    code: "million",
    route: "assessment",
    title: { en: "1 million persons or more", zh: "100万人以上个人信息" },
    basis: DATA_BASES.export,
    applies: ({ persons }) => persons >= ASSESSED.persons,
  },
  {
    code: "sensitive",
    route: "assessment",
    title: { en: "Sensitive information of 10 000 persons or more", zh: "1万人以上敏感个人信息" },
    basis: DATA_BASES.export,
    applies: ({ sensitivePersons }) => sensitivePersons >= ASSESSED.sensitive,
  },
  {
    code: "contracted",
    route: "contract",
    title: {
      en: "100 000 to 1 million persons, or sensitive information of fewer than 10 000",
      zh: "10万人以上不满100万人个人信息，或者不满1万人敏感个人信息",
    },
    basis: DATA_BASES.lesserExport,
    applies: ({ persons, sensitivePersons }) => persons >= CONTRACTED || sensitivePersons > 0,
  },
  {
    code: "few",
    route: "exempt",
    title: { en: "Fewer than 100 000 persons, nothing sensitive", zh: "不满10万人个人信息（不含敏感个人信息）" },
    basis: DATA_BASES.lesserExport,
    applies: () => true,
  },
];

/** The row that decides. */
export function routeOf(counts: ExportCounts): RouteRule {
  return EXPORT_ROUTES.find((rule) => rule.applies(counts))!;
}

const STRICTNESS = ["exempt", "contract", "assessment"] as const satisfies readonly Route[];

export function isStricter(route: Route, than: Route): boolean {
  return STRICTNESS.indexOf(route) > STRICTNESS.indexOf(than);
}

/** Months for which an assessment that was passed holds. */
export const VALIDITY = {
  months: 36,
  basis: basis("R-5.46", { en: "Validity, unverified", zh: "有效期，未核实" }, "M"),
} as const;
