import "@fontsource/ibm-plex-sans/latin-400.css";
import "@fontsource/ibm-plex-sans/latin-600.css";
import "@fontsource/ibm-plex-mono/latin-400.css";
import "@fontsource/ibm-plex-mono/latin-600.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "uplot/dist/uPlot.min.css";
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/mantine.css";
import "./i18n/index.ts";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client.ts";
import { sessionQuery } from "./api/queries.ts";
import { makeRouter } from "./app/router.tsx";
import { mantineTheme, resolveVariables } from "./theme/mantine.ts";
import { startTheme, useTheme } from "./theme/use-theme.ts";

const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // The session was ended elsewhere or ran out: the shell goes to the sign-in page once nobody is signed in.
      if (error instanceof ApiError && error.code === "SG_UNAUTHENTICATED")
        queryClient.setQueryData(sessionQuery.queryKey, null);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      gcTime: 120_000,
      refetchOnWindowFocus: false,
      // A refusal will be the same refusal a second later; only a missing answer is worth another try.
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
    },
  },
});
const router = makeRouter(queryClient);

/** The nonce that the server put into this page for style elements. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

function App() {
  const theme = useTheme();
  return (
    <MantineProvider
      theme={mantineTheme}
      cssVariablesResolver={resolveVariables}
      forceColorScheme={theme === "light" ? "light" : "dark"}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={3} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

startTheme();

// A new version of the console was installed while this one was open: its parts are gone, the address is kept.
window.addEventListener("vite:preloadError", (event) => {
  const last = Number(sessionStorage.getItem("sandglass.reloaded") ?? 0);
  if (Date.now() - last < 10_000) return;
  event.preventDefault();
  sessionStorage.setItem("sandglass.reloaded", String(Date.now()));
  location.reload();
});

const rootElement = document.getElementById("root");
if (!rootElement) throw new Error("index.html has no #root");
createRoot(rootElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
