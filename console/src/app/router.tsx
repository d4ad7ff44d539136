import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { sessionQuery } from "../api/queries.ts";
import { parseSearch, stringifySearch } from "../lib/url-state.ts";
import { Root } from "./Root.tsx";
import { NotFound } from "./NotFound.tsx";
import { PageFailed } from "./PageFailed.tsx";
import * as search from "./search.ts";
import { Shell } from "./shell/Shell.tsx";

interface RouterContext {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Root, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: search.validate(search.signInShape),
  component: lazyRouteComponent(() => import("../pages/sign-in/SignInPage.tsx"), "SignInPage"),
});

/** For anybody who holds a document. */
const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify/$documentId",
  component: lazyRouteComponent(() => import("../pages/verify/VerifyPage.tsx"), "VerifyPage"),
});

const firstSteps = createRoute({
  getParentRoute: () => root,
  path: "/first-steps",
  validateSearch: search.validate(search.signInShape),
  component: lazyRouteComponent(() => import("../pages/account/FirstStepsPage.tsx"), "FirstStepsPage"),
});

/** Everything behind the sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: async ({ context, location }) => {
    const actor = await context.queryClient.ensureQueryData(sessionQuery);
    const back = location.href === "/" ? {} : { next: location.href };
    if (!actor) throw redirect({ to: "/sign-in", search: back });
    if ((actor.pending?.length ?? 0) > 0) throw redirect({ to: "/first-steps", search: back });
  },
  component: Shell,
  errorComponent: PageFailed,
});

const situation = createRoute({
  getParentRoute: () => inside,
  path: "/",
  validateSearch: search.validate(search.situationShape),
  component: lazyRouteComponent(() => import("../pages/situation/SituationPage.tsx"), "SituationPage"),
});
const vehicles = createRoute({
  getParentRoute: () => inside,
  path: "/vehicles",
  validateSearch: search.validate(search.vehiclesShape),
  component: lazyRouteComponent(() => import("../pages/vehicles/VehiclesPage.tsx"), "VehiclesPage"),
});
const vehicle = createRoute({
  getParentRoute: () => inside,
  path: "/vehicles/$vehicleId",
  validateSearch: search.validate(search.vehicleShape),
  component: lazyRouteComponent(() => import("../pages/vehicle/SubjectOrVehicle.tsx"), "SubjectOrVehicle"),
});
const findings = createRoute({
  getParentRoute: () => inside,
  path: "/findings",
  validateSearch: search.validate(search.findingsShape),
  component: lazyRouteComponent(() => import("../pages/findings/FindingsPage.tsx"), "FindingsPage"),
});
const finding = createRoute({
  getParentRoute: () => inside,
  path: "/findings/$findingId",
  validateSearch: search.validate(search.findingShape),
  component: lazyRouteComponent(() => import("../pages/finding/FindingPage.tsx"), "FindingPage"),
});
const projects = createRoute({
  getParentRoute: () => inside,
  path: "/projects",
  validateSearch: search.validate(search.projectsShape),
  component: lazyRouteComponent(() => import("../pages/projects/ProjectsPage.tsx"), "ProjectsPage"),
});
const project = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId",
  validateSearch: search.validate(search.projectShape),
  component: lazyRouteComponent(() => import("../pages/project/ProjectPage.tsx"), "ProjectPage"),
});
const programmes = createRoute({
  getParentRoute: () => inside,
  path: "/programmes",
  validateSearch: search.validate(search.programmesShape),
  component: lazyRouteComponent(() => import("../pages/programmes/ProgrammesPage.tsx"), "ProgrammesPage"),
});
const complaints = createRoute({
  getParentRoute: () => inside,
  path: "/complaints",
  validateSearch: search.validate(search.complaintsShape),
  component: lazyRouteComponent(() => import("../pages/complaints/ComplaintsPage.tsx"), "ComplaintsPage"),
});
const programme = createRoute({
  getParentRoute: () => inside,
  path: "/programmes/$programmeId",
  validateSearch: search.validate(search.programmeShape),
  component: lazyRouteComponent(() => import("../pages/programme/ProgrammePage.tsx"), "ProgrammePage"),
});
const cases = createRoute({
  getParentRoute: () => inside,
  path: "/cases",
  validateSearch: search.validate(search.casesShape),
  component: lazyRouteComponent(() => import("../pages/cases/CasesPage.tsx"), "CasesPage"),
});
const caseRoute = createRoute({
  getParentRoute: () => inside,
  path: "/cases/$caseId",
  validateSearch: search.validate(search.caseShape),
  component: lazyRouteComponent(() => import("../pages/case/CasePage.tsx"), "CasePage"),
});
const bulkRuns = createRoute({
  getParentRoute: () => inside,
  path: "/cases/bulk",
  validateSearch: search.validate(search.bulkRunsShape),
  component: lazyRouteComponent(() => import("../pages/bulk/BulkRunsPage.tsx"), "BulkRunsPage"),
});
const bulkRun = createRoute({
  getParentRoute: () => inside,
  path: "/cases/bulk/$runId",
  validateSearch: search.validate(search.bulkRunShape),
  component: lazyRouteComponent(() => import("../pages/bulk/BulkRunPage.tsx"), "BulkRunPage"),
});
const inbox = createRoute({
  getParentRoute: () => inside,
  path: "/inbox",
  validateSearch: search.validate(search.inboxShape),
  component: lazyRouteComponent(() => import("../pages/inbox/InboxPage.tsx"), "InboxPage"),
});
const searching = createRoute({
  getParentRoute: () => inside,
  path: "/search",
  validateSearch: search.validate(search.searchShape),
  component: lazyRouteComponent(() => import("../pages/search/SearchPage.tsx"), "SearchPage"),
});
const duties = createRoute({
  getParentRoute: () => inside,
  path: "/obligations",
  validateSearch: search.validate(search.dutiesShape),
  component: lazyRouteComponent(() => import("../pages/duties/DutiesPage.tsx"), "DutiesPage"),
});
const rules = createRoute({
  getParentRoute: () => inside,
  path: "/rules",
  validateSearch: search.validate(search.rulesShape),
  component: lazyRouteComponent(() => import("../pages/rules/RulesPage.tsx"), "RulesPage"),
});
const drafts = createRoute({
  getParentRoute: () => inside,
  path: "/rules/drafts",
  validateSearch: search.validate(search.draftsShape),
  component: lazyRouteComponent(() => import("../pages/drafts/DraftsPage.tsx"), "DraftsPage"),
});
const regions = createRoute({
  getParentRoute: () => inside,
  path: "/rules/regions",
  validateSearch: search.validate(search.regionsShape),
  component: lazyRouteComponent(() => import("../pages/regions/RegionsPage.tsx"), "RegionsPage"),
});
const draft = createRoute({
  getParentRoute: () => inside,
  path: "/rules/drafts/$draftId",
  validateSearch: search.validate(search.draftShape),
  component: lazyRouteComponent(() => import("../pages/draft/DraftPage.tsx"), "DraftPage"),
});
const links = createRoute({
  getParentRoute: () => inside,
  path: "/links",
  validateSearch: search.validate(search.linksShape),
  component: lazyRouteComponent(() => import("../pages/links/LinksPage.tsx"), "LinksPage"),
});
const quality = createRoute({
  getParentRoute: () => inside,
  path: "/quality",
  validateSearch: search.validate(search.qualityShape),
  component: lazyRouteComponent(() => import("../pages/quality/QualityPage.tsx"), "QualityPage"),
});
const platformQuality = createRoute({
  getParentRoute: () => inside,
  path: "/quality/platforms/$platformId",
  validateSearch: search.validate(search.platformQualityShape),
  component: lazyRouteComponent(() => import("../pages/quality/PlatformQualityPage.tsx"), "PlatformQualityPage"),
});
const ledger = createRoute({
  getParentRoute: () => inside,
  path: "/ledger",
  validateSearch: search.validate(search.ledgerShape),
  component: lazyRouteComponent(() => import("../pages/ledger/LedgerPage.tsx"), "LedgerPage"),
});
const commands = createRoute({
  getParentRoute: () => inside,
  path: "/commands",
  validateSearch: search.validate(search.commandsShape),
  component: lazyRouteComponent(() => import("../pages/commands/CommandsPage.tsx"), "CommandsPage"),
});
const inspector = createRoute({
  getParentRoute: () => inside,
  path: "/inspector",
  validateSearch: search.validate(search.inspectorShape),
  component: lazyRouteComponent(() => import("../pages/inspector/InspectorPage.tsx"), "InspectorPage"),
});

const account = createRoute({
  getParentRoute: () => inside,
  path: "/account",
  validateSearch: search.validate(search.accountShape),
  component: lazyRouteComponent(() => import("../pages/account/AccountPage.tsx"), "AccountPage"),
});
const admin = createRoute({
  getParentRoute: () => inside,
  path: "/admin",
  validateSearch: search.validate(search.adminShape),
  component: lazyRouteComponent(() => import("../pages/admin/AdminPage.tsx"), "AdminPage"),
});
const audit = createRoute({
  getParentRoute: () => inside,
  path: "/audit",
  validateSearch: search.validate(search.auditShape),
  component: lazyRouteComponent(() => import("../pages/audit/AuditPage.tsx"), "AuditPage"),
});

const routeTree = root.addChildren([
  signIn,
  firstSteps,
  verify,
  inside.addChildren([
    situation,
    vehicles,
    vehicle,
    findings,
    finding,
    projects,
    project,
    programmes,
    complaints,
    programme,
    cases,
    caseRoute,
    bulkRuns,
    bulkRun,
    searching,
    duties,
    inbox,
    rules,
    regions,
    drafts,
    draft,
    commands,
    links,
    quality,
    platformQuality,
    inspector,
    ledger,
    account,
    admin,
    audit,
  ]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: false,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: false,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
