import { useCallback, useEffect, useState } from "react";

const EVERY = 2_000;

type Answer<T> = T & { error?: string };

/** What the server says now, asked again every two seconds: the bot changes it too. */
export function useLive<T>(ask: () => Promise<Answer<T>>): { found: T | null; error: string | null; reload: () => void } {
  const [found, setFound] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let current = true;
    async function look() {
      const answer = await ask();
      if (!current) return;
      setError(answer.error ?? null);
      if (!answer.error) setFound(answer);
    }
    void look();
    const timer = setInterval(look, EVERY);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [ask, attempt]);

  return { found, error, reload: useCallback(() => setAttempt((count) => count + 1), []) };
}
