/** Maps Mantine onto the token layer (tokens.css): Mantine draws, the tokens colour. */
import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

const PRIMARY: MantineColorsTuple = [
  "var(--sg-primary-soft)",
  "var(--sg-primary-soft)",
  "var(--sg-primary)",
  "var(--sg-primary)",
  "var(--sg-primary)",
  "var(--sg-primary)",
  "var(--sg-primary)",
  "var(--sg-primary)",
  "var(--sg-primary)",
  "var(--sg-primary)",
];

const variantColors: VariantColorsResolver = ({ variant, color }) => {
  const accent = color === "danger" ? "var(--sg-sev4)" : "var(--sg-primary)";
  switch (variant) {
    case "filled":
      return {
        background: accent,
        hover: `color-mix(in srgb, ${accent} 88%, var(--sg-text))`,
        color: color === "danger" ? "var(--sg-bg)" : "var(--sg-on-primary)",
        border: "1px solid transparent",
      };
    case "subtle":
    case "transparent":
      return {
        background: "transparent",
        hover: "var(--sg-hover)",
        color: "var(--sg-text2)",
        border: "1px solid transparent",
      };
    case "light":
      return {
        background: "var(--sg-primary-soft)",
        hover: "var(--sg-hover)",
        color: accent,
        border: "1px solid transparent",
      };
    default:
      return {
        background: "var(--sg-surface)",
        hover: "var(--sg-hover)",
        color: "var(--sg-text)",
        border: "1px solid var(--sg-line-strong)",
      };
  }
};

/** No shadow, no animation on data, no scroll lock (it would inject a style element without a nonce). */
export const mantineTheme = createTheme({
  fontFamily: "var(--sg-sans)",
  fontFamilyMonospace: "var(--sg-mono)",
  headings: { fontFamily: "var(--sg-sans)", fontWeight: "600" },
  primaryColor: "primary",
  primaryShade: 5,
  colors: { primary: PRIMARY },
  defaultRadius: 3,
  fontSizes: { xs: "11px", sm: "12px", md: "13px", lg: "14px", xl: "15px" },
  variantColorResolver: variantColors,
  components: {
    Button: { defaultProps: { size: "xs", variant: "default" } },
    ActionIcon: { defaultProps: { variant: "subtle", size: 28 } },
    TextInput: { defaultProps: { size: "xs" } },
    PasswordInput: { defaultProps: { size: "xs" } },
    NumberInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs" } },
    // What is chosen again stays chosen; what may be left out has a button that clears it.
    Select: { defaultProps: { size: "xs", allowDeselect: false, comboboxProps: { shadow: "md" } } },
    Autocomplete: { defaultProps: { size: "xs" } },
    MultiSelect: { defaultProps: { size: "xs" } },
    TagsInput: { defaultProps: { size: "xs" } },
    Checkbox: { defaultProps: { size: "xs" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Modal: {
      defaultProps: {
        lockScroll: false,
        radius: 6,
        padding: 16,
        overlayProps: { backgroundOpacity: 0.55 },
        transitionProps: { duration: 90 },
      },
    },
    Menu: { defaultProps: { shadow: "md", transitionProps: { duration: 90 } } },
    Tooltip: { defaultProps: { withArrow: false, transitionProps: { duration: 0 }, openDelay: 200 } },
  },
});

const VARIABLES = {
  "--mantine-color-body": "var(--sg-surface)",
  "--mantine-color-text": "var(--sg-text)",
  "--mantine-color-bright": "var(--sg-text)",
  "--mantine-color-dimmed": "var(--sg-text2)",
  "--mantine-color-placeholder": "var(--sg-text3)",
  "--mantine-color-anchor": "var(--sg-primary)",
  "--mantine-color-default": "var(--sg-surface)",
  "--mantine-color-default-hover": "var(--sg-hover)",
  "--mantine-color-default-color": "var(--sg-text)",
  "--mantine-color-default-border": "var(--sg-line-strong)",
  "--mantine-color-error": "var(--sg-sev4)",
  "--mantine-color-disabled": "var(--sg-raised)",
  "--mantine-color-disabled-color": "var(--sg-text3)",
  "--mantine-color-disabled-border": "var(--sg-line)",
  "--mantine-primary-color-filled": "var(--sg-primary)",
  "--mantine-primary-color-filled-hover": "var(--sg-primary)",
  "--mantine-primary-color-light": "var(--sg-primary-soft)",
  "--mantine-primary-color-light-hover": "var(--sg-primary-soft)",
  "--mantine-primary-color-light-color": "var(--sg-primary)",
  "--mantine-primary-color-contrast": "var(--sg-on-primary)",
};

export const resolveVariables: CSSVariablesResolver = () => ({ variables: {}, light: VARIABLES, dark: VARIABLES });
