import { useEffect, useState, useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const KEY = "sandbox-theme";
const DARK = window.matchMedia("(prefers-color-scheme: dark)");

/** The person's choice, else what the system prefers. */
export function useTheme(): [Theme, () => void] {
  const system = useSyncExternalStore(watchSystem, () => (DARK.matches ? "dark" : "light"));
  const [chosen, setChosen] = useState<Theme | null>(() => localStorage.getItem(KEY) as Theme | null);
  const theme = chosen ?? system;

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  return [
    theme,
    () => {
      const next = theme === "dark" ? "light" : "dark";
      localStorage.setItem(KEY, next);
      setChosen(next);
    },
  ];
}

function watchSystem(changed: () => void): () => void {
  DARK.addEventListener("change", changed);
  return () => DARK.removeEventListener("change", changed);
}
