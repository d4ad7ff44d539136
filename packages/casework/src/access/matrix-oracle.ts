/**
 * What REQUIREMENTS §8.2 says, read from its own words, for tests only: an answer to "may this actor do this?" that shares no
 * code and no data with permissions.ts and extent.ts. Changing the matrix means changing both, on purpose.
 */

/** §8.2, word by word. "–" is denied, and so is what is absent. */
const TEXT = `
| Object | OEM | SUPPLIER | RECALL_CENTER | SAMR | EIDC/MIIT | LOCAL_* | NAT_PLATFORM | FIRE | POLICE | CAC | EXPERT | LAB | DEALER | OWNER | PUBLIC |
| Sandbox application | W own | W as partner | R | D | R (co-department) | R own territory | – | – | – | – | R assigned | – | – | – | register only |
| Deep-test plan & reports | W own | W part | R/D comment | D | R for access | – | – | – | – | – | R assigned | W results | – | – | – |
| Trigger rules / containment | propose | – | D | D | – | – | – | – | – | – | advise | – | – | – | – |
| Raw telemetry | R own | part only by agreement | R with case | R aggregate / case | R aggregate | R territory, public-service | R | – | R with case | – | R case extract | – | – | R own vehicle | – |
| Location, track | R own (not private cars) | – | case | case | – | territory | R | case | case | – | – | – | – | own | – |
| VIN full | R own | – | case | case | R | territory | R | case | R | – | – | case | own work order | own | VIN-scope check (own VIN typed in) |
| Hazard order | W/close own | – | R | R | D supervise | D supervise | R | – | – | – | – | – | W repair | R + confirm | – |
| Accident case track A | W own | W part | W/D investigation | D | R | R | – | R/W cause | R/W | – | R assigned | W appraisal | – | own | – |
| Accident case track B | W own | – | R | R | D | R | – | R | R | – | R assigned | W | – | – | – |
| Defect / recall file | W own | notice | W | D | R | R delegated | – | – | – | – | R assigned | W | R scope, stop-sale | R own | R published |
| OTA filing | W own | – | W evaluate | D | D permit | – | – | – | – | – | – | – | – | notice | R summary |
| Vulnerability | W own | W | – | R if defect | R (NVDB) | – | – | – | R | R coord | – | W finder | – | fix notice | – |
| Cyber incident | W own | – | – | – | R | R province | – | – | R | D | – | – | – | notice | – |
| Important-data report | W own | – | – | – | R | R province | – | – | R | D | – | – | – | – | – |
| Platform evaluation | R own + objection | – | – | R | D | R territory | W | – | – | – | R | – | – | – | R bulletin |
| AI sandbox file | W own | – | – | – | – | – | – | – | – | R data aspects | R | W | – | SUBJECT consent | R register |
`;

const OBJECT_OF: Readonly<Record<string, string>> = {
  "Sandbox application": "sandboxApplication",
  "Deep-test plan & reports": "sandboxPlan",
  "Trigger rules / containment": "triggerRules",
  "Raw telemetry": "rawTelemetry",
  "Location, track": "location",
  "VIN full": "vinFull",
  "Hazard order": "hazardOrder",
  "Accident case track A": "accidentTrackA",
  "Accident case track B": "accidentTrackB",
  "Defect / recall file": "recallFile",
  "OTA filing": "otaFiling",
  Vulnerability: "vulnerability",
  "Cyber incident": "cyberIncident",
  "Important-data report": "importantDataReport",
  "Platform evaluation": "platformEvaluation",
  "AI sandbox file": "aiSandboxFile",
};

const ROLES_OF: Readonly<Record<string, readonly string[]>> = {
  OEM: ["OEM", "IMPORTER"],
  SUPPLIER: ["SUPPLIER", "TECH_FIRM"],
  "EIDC/MIIT": ["EIDC", "MIIT"],
  "LOCAL_*": ["LOCAL_IIT", "LOCAL_PLATFORM", "LOCAL_MOT"],
  POLICE: ["MPS", "TRAFFIC_POLICE"],
  DEALER: ["DEALER_REPAIR"],
};

/** What the words of a cell mean: `right reach`, separated by commas. A reader of §8.2 wrote this, not the matrix. */
const MEANING: Readonly<Record<string, string>> = {
  "–": "",
  R: "read all",
  D: "read all, decide all",
  "W own": "read own, write own",
  "W as partner": "read own, write own, write partner",
  "R (co-department)": "read all",
  "R own territory": "read territory",
  "R assigned": "read assigned",
  "register only": "read published",
  "W part": "write partner",
  "R/D comment": "read all, decide all, comment all",
  "R for access": "read all",
  "W results": "write assigned",
  propose: "read own, propose own",
  advise: "advise assigned",
  "R own": "read own",
  "part only by agreement": "read agreement",
  "R with case": "read case",
  "R aggregate / case": "read aggregate, read case",
  "R aggregate": "read aggregate",
  // Which cars are public-service ones is a matter of the vehicle: see the scopes of the server.
  "R territory, public-service": "read territory",
  "R case extract": "read case",
  "R own vehicle": "read person",
  "R own (not private cars)": "read own",
  case: "read case",
  territory: "read territory",
  "own work order": "read case",
  own: "read person",
  "VIN-scope check (own VIN typed in)": "",
  "W/close own": "read own, write own",
  "D supervise": "read all, decide all, supervise all",
  "W repair": "read assigned, repair assigned",
  "R + confirm": "read person, confirm person",
  "W/D investigation": "read all, write all, decide all",
  "R/W cause": "read all, write all",
  "R/W": "read all, write all",
  "W appraisal": "write assigned",
  W: "read all, write all",
  notice: "read published",
  "R delegated": "read territory",
  "R scope, stop-sale": "read assigned",
  "R published": "read published",
  "W evaluate": "read all, write all",
  "D permit": "read all, decide all",
  "R summary": "read published",
  "R if defect": "read case",
  "R (NVDB)": "read all",
  "R coord": "read all",
  "W finder": "write assigned",
  "fix notice": "read published",
  "R province": "read territory",
  "R own + objection": "read own, comment own",
  "R territory": "read territory",
  "R bulletin": "read published",
  "R data aspects": "read aggregate",
  "SUBJECT consent": "",
  "R register": "read published",
};

/**
 * Where a cell needs its row or column to be understood, and what §8.2 leaves to us (P): the columns that it lacks and the rows that
 * it has not. `object | roles: rights | …`; a line replaces what the words above gave. §8.2 names one programme of vehicles and one of
 * AI: which departments stand in those cells is data of the programme (led by them, or issued by them with others).
 */
const OURS = `
sandboxApplication | BATTERY_MAKER OPERATOR: read own, write own, write partner | SAMR MIIT AI_REGULATOR: read issued, decide led, decide joint | MOT MEM GACC MPS CAC: read issued, decide joint | RECALL_CENTER EIDC: read issued | EXPERT: read assigned, advise assigned | SUPERVISOR_ALL: read all, write all, decide all | system:trigger system:clock: read all, decide all
sandboxPlan | SUPPLIER TECH_FIRM BATTERY_MAKER OPERATOR: read own, write partner | SAMR MIIT AI_REGULATOR: read issued, decide led, decide joint | MOT MEM GACC MPS CAC: read issued, decide joint | EIDC: read issued | RECALL_CENTER: read issued, decide issued, comment issued | LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT: read territory | SUPERVISOR_ALL system:trigger system:clock: read all, decide all
triggerRules | SUPERVISOR_ALL: read all, decide all | system:trigger system:clock: read all
rawTelemetry | BATTERY_MAKER OPERATOR: read agreement | MOT: read aggregate | SUPERVISOR_ALL: read all
location | SUPERVISOR_ALL: read all
vinFull | SUPERVISOR_ALL: read all
hazardOrder | OPERATOR: read own, write own | BATTERY_MAKER: read own | LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT: read territory, decide territory, supervise territory | MOT MEM: read aggregate | SUPERVISOR_ALL: read all, write all, decide all, supervise all | system:trigger system:clock: read all, write all, supervise all
accidentTrackA | BATTERY_MAKER OPERATOR: write partner | LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT: read territory | MEM SUPERVISOR_ALL: read all | MOT: read case
accidentTrackB | LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT: read territory | LAB: write assigned | SUPERVISOR_ALL: read all
recallFile | SUPPLIER TECH_FIRM BATTERY_MAKER OPERATOR: read partner | GACC SUPERVISOR_ALL: read all | LAB: write assigned | OWNER: read person
otaFiling | SUPERVISOR_ALL: read all
vulnerability | SUPPLIER TECH_FIRM BATTERY_MAKER OPERATOR: read own, write own | CA SUPERVISOR_ALL: read all | NVDB: read all, comment all | CAC: read all, decide joint
cyberIncident | CA: read territory | SUPERVISOR_ALL: read all
importantDataReport | CA: read case | SUPERVISOR_ALL: read all
platformEvaluation | SUPERVISOR_ALL: read all
aiSandboxFile | TECH_FIRM: read own, write own | AI_REGULATOR: read all, decide all | EXPERT: read assigned | LAB: write assigned | SUBJECT: read person, confirm person | SUPERVISOR_ALL: read all
finding | OEM IMPORTER SUPPLIER TECH_FIRM BATTERY_MAKER OPERATOR: read own | RECALL_CENTER SAMR MIIT EIDC NAT_PLATFORM SUPERVISOR_ALL: read all | LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT: read territory | EXPERT AI_REGULATOR: read case | OWNER: read person | system:trigger system:clock: read all, write all
vehicleRegister | OEM IMPORTER: read own, write own | BATTERY_MAKER OPERATOR: read own | RECALL_CENTER SAMR MIIT EIDC MPS TRAFFIC_POLICE system:trigger system:clock: read all | LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT: read territory | FIRE: read case | MOT GACC: read aggregate | NAT_PLATFORM SUPERVISOR_ALL: read all, write all | OWNER: read person
subjectRegister | OEM IMPORTER SUPPLIER TECH_FIRM BATTERY_MAKER OPERATOR: read own, write own | AI_REGULATOR NAT_PLATFORM SUPERVISOR_ALL: read all, write all | RECALL_CENTER SAMR MIIT EIDC MPS TRAFFIC_POLICE CAC system:trigger system:clock: read all | LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT: read territory
subjectEvents | OEM IMPORTER SUPPLIER TECH_FIRM BATTERY_MAKER OPERATOR: read own | RECALL_CENTER SAMR: read case | AI_REGULATOR NAT_PLATFORM SUPERVISOR_ALL: read all | LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT: read territory
vehicleCommand | OEM IMPORTER: read own, write own, decide own | OPERATOR: read own | RECALL_CENTER MIIT EIDC: read all | SAMR: read all, decide all | LOCAL_IIT: read territory, decide territory | LOCAL_PLATFORM: read territory, write territory | NAT_PLATFORM SUPERVISOR_ALL: read all, write all, decide all
platformLink | LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT: read territory | NAT_PLATFORM PLATFORM_ADMIN SUPERVISOR_ALL: read all, write all
ledger | OEM IMPORTER SUPPLIER TECH_FIRM BATTERY_MAKER OPERATOR: read own | LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT: read territory | RECALL_CENTER SAMR MIIT EIDC AUDITOR SUPERVISOR_ALL: read all | system:trigger system:clock: write all
custody | SECURITY_ADMIN: read all, write all | PLATFORM_ADMIN AUDITOR AUDIT_ADMIN SUPERVISOR_ALL: read all
log | AUDITOR AUDIT_ADMIN SUPERVISOR_ALL: read all
identity | SECURITY_ADMIN: read all, write all | AUDIT_ADMIN: read all
personName | OEM IMPORTER SUPPLIER TECH_FIRM BATTERY_MAKER OPERATOR DEALER_REPAIR LAB EXPERT: read own | RECALL_CENTER SAMR MIIT EIDC NAT_PLATFORM LOCAL_IIT LOCAL_PLATFORM LOCAL_MOT MOT MPS TRAFFIC_POLICE FIRE MEM GACC CAC CA NVDB AI_REGULATOR SUPERVISOR_ALL: read all
operation | PLATFORM_ADMIN: read all, write all | NAT_PLATFORM AUDITOR SUPERVISOR_ALL: read all | SAMR: read aggregate
`;

export interface OracleActor {
  readonly id: string;
  readonly role: string;
  readonly organisation: string;
  readonly region: string;
}

export interface OracleRecord {
  readonly organisations: readonly string[];
  readonly regions: readonly string[];
  readonly assigned: readonly string[];
  /** Departments of its programme: those in the lead, those that issued it with them. */
  readonly leads?: readonly string[];
  readonly coIssuers?: readonly string[];
}

export interface MatrixOracle {
  /** Objects that §8.2 or its supplement names. */
  readonly objects: readonly string[];
  /** Reaches of a right, in no order; none = denied. */
  reaches(role: string, object: string, right: string): readonly string[];
  /** Whether the right covers the record, by what the record says of itself. */
  mayTouch(actor: OracleActor, object: string, right: string, record: OracleRecord): boolean;
}

/** @throws Error for a cell whose words nobody has explained */
export function readMatrix(): MatrixOracle {
  const cells = new Map<string, Map<string, string>>();
  const put = (object: string, role: string, rights: string): void => {
    const row = cells.get(object) ?? new Map<string, string>();
    cells.set(object, row.set(role, rights));
  };
  const [head = "", ...rows] = TEXT.trim().split("\n");
  const columns = split(head);
  for (const line of rows) {
    const [name = "", ...words] = split(line);
    const object = OBJECT_OF[name];
    if (object === undefined || words.length !== columns.length - 1) throw new Error(`row ${name}`);
    words.forEach((word, index) => {
      const meaning = MEANING[word];
      if (meaning === undefined) throw new Error(`cell ${name}: ${word}`);
      const column = columns[index + 1] ?? "";
      for (const role of ROLES_OF[column] ?? [column]) put(object, role, meaning);
    });
  }
  for (const line of OURS.trim().split("\n")) {
    const [object = "", ...entries] = line.split("|").map((part) => part.trim());
    for (const entry of entries) {
      const at = entry.lastIndexOf(": ");
      for (const role of entry.slice(0, at).split(" ")) put(object, role, entry.slice(at + 2));
    }
  }
  const reaches = (role: string, object: string, right: string): readonly string[] =>
    (cells.get(object)?.get(role) ?? "")
      .split(", ")
      .map((grant) => grant.split(" "))
      .filter(([granted]) => granted === right)
      .map(([, reach = ""]) => reach);
  return {
    objects: [...cells.keys()],
    reaches,
    mayTouch: (actor, object, right, record) =>
      reaches(actor.role, object, right).some((reach) => touches(reach, actor, record)),
  };
}

function split(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function touches(reach: string, actor: OracleActor, record: OracleRecord): boolean {
  const party = actor.organisation === "" ? -1 : record.organisations.indexOf(actor.organisation);
  if (reach === "all") return true;
  if (reach === "own") return party >= 0;
  if (reach === "partner") return party >= 1;
  if (reach === "led") return (record.leads ?? []).some((each) => each === actor.role);
  if (reach === "issued")
    return [...(record.leads ?? []), ...(record.coIssuers ?? [])].some((each) => standsFor(actor.role, each));
  if (reach === "assigned") return record.assigned.includes(actor.id);
  return reach === "territory" && record.regions.some((region) => liesIn(Number(region), Number(actor.region)));
}

/** A department, and the technical body that works for it: the recall centre for SAMR, the equipment centre for MIIT (§8.1). */
function standsFor(role: string, department: string): boolean {
  return (
    role === department ||
    (department === "SAMR" && role === "RECALL_CENTER") ||
    (department === "MIIT" && role === "EIDC")
  );
}

/** GB/T 2260 as numbers: 440000 is a province of 10,000 codes, 440300 a city of 100, 440305 one district. */
function liesIn(region: number, territory: number): boolean {
  if (!(territory >= 110_000 && territory <= 999_999)) return false;
  const size = territory % 10_000 === 0 ? 10_000 : territory % 100 === 0 ? 100 : 1;
  return region >= territory && region < territory + size;
}
