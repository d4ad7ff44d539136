/** All texts of the console, by language and namespace. Both languages have the same keys (i18n.test.ts). */
import { account as accountEn } from "./en/account.ts";
import { admin as adminEn } from "./en/admin.ts";
import { bulk as bulkEn } from "./en/bulk.ts";
import { caseNs as caseEn } from "./en/case.ts";
import { casework as caseworkEn } from "./en/casework.ts";
import { command as commandEn } from "./en/command.ts";
import { common as commonEn } from "./en/common.ts";
import { document as documentEn } from "./en/document.ts";
import { draft as draftEn } from "./en/draft.ts";
import { finding as findingEn } from "./en/finding.ts";
import { inbox as inboxEn } from "./en/inbox.ts";
import { inspector as inspectorEn } from "./en/inspector.ts";
import { ledger as ledgerEn } from "./en/ledger.ts";
import { link as linkEn } from "./en/link.ts";
import { programme as programmeEn } from "./en/programme.ts";
import { project as projectEn } from "./en/project.ts";
import { quality as qualityEn } from "./en/quality.ts";
import { region as regionEn } from "./en/region.ts";
import { review as reviewEn } from "./en/review.ts";
import { rule as ruleEn } from "./en/rule.ts";
import { shell as shellEn } from "./en/shell.ts";
import { search as searchEn } from "./en/search.ts";
import { situation as situationEn } from "./en/situation.ts";
import { subject as subjectEn } from "./en/subject.ts";
import { vehicle as vehicleEn } from "./en/vehicle.ts";
import { webhook as webhookEn } from "./en/webhook.ts";
import { account as accountZh } from "./zh/account.ts";
import { admin as adminZh } from "./zh/admin.ts";
import { bulk as bulkZh } from "./zh/bulk.ts";
import { caseNs as caseZh } from "./zh/case.ts";
import { casework as caseworkZh } from "./zh/casework.ts";
import { command as commandZh } from "./zh/command.ts";
import { common as commonZh } from "./zh/common.ts";
import { document as documentZh } from "./zh/document.ts";
import { draft as draftZh } from "./zh/draft.ts";
import { finding as findingZh } from "./zh/finding.ts";
import { inbox as inboxZh } from "./zh/inbox.ts";
import { inspector as inspectorZh } from "./zh/inspector.ts";
import { ledger as ledgerZh } from "./zh/ledger.ts";
import { link as linkZh } from "./zh/link.ts";
import { programme as programmeZh } from "./zh/programme.ts";
import { project as projectZh } from "./zh/project.ts";
import { quality as qualityZh } from "./zh/quality.ts";
import { region as regionZh } from "./zh/region.ts";
import { review as reviewZh } from "./zh/review.ts";
import { rule as ruleZh } from "./zh/rule.ts";
import { shell as shellZh } from "./zh/shell.ts";
import { search as searchZh } from "./zh/search.ts";
import { situation as situationZh } from "./zh/situation.ts";
import { subject as subjectZh } from "./zh/subject.ts";
import { vehicle as vehicleZh } from "./zh/vehicle.ts";
import { webhook as webhookZh } from "./zh/webhook.ts";

export const NAMESPACES = [
  "common",
  "shell",
  "search",
  "situation",
  "subject",
  "vehicle",
  "webhook",
  "finding",
  "project",
  "programme",
  "review",
  "bulk",
  "case",
  "casework",
  "command",
  "quality",
  "region",
  "rule",
  "document",
  "draft",
  "link",
  "inbox",
  "inspector",
  "ledger",
  "account",
  "admin",
] as const;

export const resources = {
  zh: {
    account: accountZh,
    admin: adminZh,
    common: commonZh,
    shell: shellZh,
    search: searchZh,
    situation: situationZh,
    subject: subjectZh,
    vehicle: vehicleZh,
    webhook: webhookZh,
    finding: findingZh,
    project: projectZh,
    programme: programmeZh,
    review: reviewZh,
    bulk: bulkZh,
    case: caseZh,
    casework: caseworkZh,
    command: commandZh,
    quality: qualityZh,
    region: regionZh,
    rule: ruleZh,
    document: documentZh,
    draft: draftZh,
    link: linkZh,
    inbox: inboxZh,
    inspector: inspectorZh,
    ledger: ledgerZh,
  },
  en: {
    account: accountEn,
    admin: adminEn,
    common: commonEn,
    shell: shellEn,
    search: searchEn,
    situation: situationEn,
    subject: subjectEn,
    vehicle: vehicleEn,
    webhook: webhookEn,
    finding: findingEn,
    project: projectEn,
    programme: programmeEn,
    review: reviewEn,
    bulk: bulkEn,
    case: caseEn,
    casework: caseworkEn,
    command: commandEn,
    quality: qualityEn,
    region: regionEn,
    rule: ruleEn,
    document: documentEn,
    draft: draftEn,
    link: linkEn,
    inbox: inboxEn,
    inspector: inspectorEn,
    ledger: ledgerEn,
  },
};
