/** Codes of registers by their names in forms: organisations, and what the programme of a project defines. */
import {
  isAuthority,
  programmeWord,
  REGIONS,
  type CodeRegister,
  type NameOf,
  type Programme,
  type Text,
} from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import { organisationsQuery } from "../api/access.ts";
import { expertsQuery } from "../api/reviews.ts";
import { programmeQuery, programmesQuery } from "../api/programmes.ts";
import { packsQuery, publishedRulesQuery } from "../api/rules.ts";
import type { CaseDetail } from "../api/shapes/cases.ts";
import { ofProgramme, withRegisters, type FormValue, type JsonSchema, type Registers } from "../lib/json-schema.ts";
import type { Terms } from "../lib/vocabulary.ts";

const FRESH_MS = 300_000;

/** The programme that the forms of a page speak of, in the version that the project runs under. */
export const ProgrammeOfForms = createContext<{ readonly id: string; readonly version?: number } | undefined>(
  undefined,
);

/** Codes of the case that a page shows, by what they stand for: its open duties, its incidents, its findings. */
export const CodesOfCase = createContext<Registers>({});

/**
 * The schema of a form with the names of its codes, as far as they are known, and with what its programme tests.
 * @param present what the case has of its fields already
 */
export function useNamedSchema(schema: JsonSchema, present?: FormValue): JsonSchema {
  const registers = useRegisters(JSON.stringify(schema).includes('"x-names":"expert"'));
  const ofCase = useContext(CodesOfCase);
  const programme = useProgrammeOfForms();
  const enterprises = useEnterprises();
  return useMemo(() => {
    const asked = programme === undefined ? schema : ofProgramme(schema, programme, present);
    return withRegisters(asked, { ...registers, ...enterprises, ...ofCase });
  }, [schema, present, programme, registers, enterprises, ofCase]);
}

/** Makers, parties, producers: an organisation that a form asks for is never an authority. */
function useEnterprises(): Registers {
  const { data } = useQuery({ ...organisationsQuery, staleTime: FRESH_MS });
  return useMemo((): Registers => {
    const named = (data ?? []).filter(({ kind }) => !isAuthority(kind)).map(({ id, names }) => [id, names] as const);
    // An installation that has none yet offers what there is.
    return named.length === 0 ? {} : { organisation: Object.fromEntries(named) };
  }, [data]);
}

/** All of it, once it has come. */
export function useProgrammeOfForms(): Programme | undefined {
  const programme = useContext(ProgrammeOfForms);
  const { data } = useQuery({
    ...programmeQuery(programme?.id ?? "", programme?.version),
    enabled: programme !== undefined,
    staleTime: FRESH_MS,
  });
  return data?.programme;
}

/**
 * Names of codes in what was entered, for reading.
 * @param ofCase names of records that the case came with; they go before registers
 */
export function useNameOf(ofCase?: CaseDetail["names"]): NameOf {
  const registers = useRegisters(false);
  const { data: packs } = useQuery({ ...packsQuery, staleTime: FRESH_MS });
  const { data: published } = useQuery({ ...publishedRulesQuery, staleTime: FRESH_MS });
  return useMemo(() => {
    const named: Registers = {
      ...registers,
      rulePack: Object.fromEntries((packs?.items ?? []).map(({ id, title }) => [id, title])),
      trigger: Object.fromEntries((published ?? []).map(({ id, title }) => [id, numbered(title, id)])),
    };
    return (register, code) => {
      const name = ofCase?.[code];
      return (register === "expert" ? name : withId(name, code)) ?? named[register]?.[code];
    };
  }, [registers, packs, published, ofCase]);
}

/** Names are not unique: the id says which one is meant. */
const numbered = ({ en, zh }: Text, id: string): Text => ({ en: `${en} (${id})`, zh: `${zh}（${id}）` });

/** The same of a record that may have no name for this reader. */
function withId(name: Text | undefined, id: string): Text | undefined {
  return name && numbered(name, id);
}

/** Codes whose register nothing says: organisations, programmes, and what the programme of the page defines. */
export function useWordsOfCodes(): Terms {
  const { organisation, programme, catalogueItem, riskFactor, businessModel, criterion } = useRegisters(false);
  return useMemo(
    () => ({ ...catalogueItem, ...riskFactor, ...businessModel, ...criterion, ...programme, ...organisation }),
    [organisation, programme, catalogueItem, riskFactor, businessModel, criterion],
  );
}

function useRegisters(asksForExperts: boolean): Registers {
  const programme = useProgrammeOfForms();
  const { data: organisations } = useQuery({ ...organisationsQuery, staleTime: FRESH_MS });
  const { data: programmes } = useQuery({ ...programmesQuery, staleTime: FRESH_MS });
  const { data: experts } = useQuery({ ...expertsQuery, staleTime: FRESH_MS, enabled: asksForExperts });
  return useMemo(
    () => ({
      region: REGIONS,
      ...(experts === undefined
        ? {}
        : { expert: Object.fromEntries(experts.items.map(({ id, name }) => [id, { en: name, zh: name }])) }),
      ...(organisations === undefined
        ? {}
        : { organisation: Object.fromEntries(organisations.map(({ id, names }) => [id, names])) }),
      ...(programmes === undefined
        ? {}
        : { programme: Object.fromEntries(programmes.items.map(({ programme: { id, title } }) => [id, title])) }),
      ...(programme === undefined ? {} : registersOf(programme)),
    }),
    [organisations, experts, programmes, programme],
  );
}

/** What a programme defines, register by register. */
export function registersOf(programme: Programme): Registers {
  const { catalogue, grading, businessModels, criteria } = programme;
  const named = (register: CodeRegister, items: readonly { readonly code: string }[]): Terms =>
    Object.fromEntries(
      items.map(({ code }) => [code, programmeWord(programme, register, code) ?? { en: code, zh: code }]),
    );
  return {
    catalogueItem: named("catalogueItem", catalogue),
    riskFactor: named("riskFactor", grading.factors),
    businessModel: named("businessModel", businessModels),
    criterion: named("criterion", criteria),
  };
}
