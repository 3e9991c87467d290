import { useCallback, useEffect, useState } from "react";
import { type Account, findAccounts } from "./desk";

const PAUSE = 120;

export interface Found {
  accounts: Account[];
  total: number;
}

/** The accounts with this text in their names; the answer to the last letter wins. */
export function useAccounts(text: string, onError: (sentence: string) => void): { found: Found | null; reload: () => void } {
  const [found, setFound] = useState<Found | null>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let current = true;
    const timer = setTimeout(async () => {
      const { error, ...answer } = await findAccounts(text);
      if (!current) return;
      if (error) onError(error);
      else setFound(answer);
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text, attempt, onError]);

  return { found, reload: useCallback(() => setAttempt((count) => count + 1), []) };
}
