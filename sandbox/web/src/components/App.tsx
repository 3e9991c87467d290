import { useCallback, useEffect, useState } from "react";
import { boot as readBoot } from "../api";
import { userInAddress } from "../address";
import type { Boot } from "../model";
import { useTheme } from "../theme";
import { WorkspacePage } from "./WorkspacePage";

/** Read the workspace as one persona; switching persona starts afresh as the other. */
export function App() {
  const [theme, toggleTheme] = useTheme();
  const [user, setUser] = useState(userInAddress);
  const [boot, setBoot] = useState<Boot | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let current = true;
    void readBoot(user).then((answer) => {
      if (!current) return;
      if (answer.error && user) return setUser(null);
      setError(answer.error ?? null);
      if (!answer.error) setBoot(answer as Boot);
    });
    return () => {
      current = false;
    };
  }, [user, attempt]);

  const switchTo = useCallback((id: string) => {
    window.history.replaceState(null, "", `?user=${id}`);
    setUser(id);
  }, []);

  function retry() {
    setUser(userInAddress());
    setAttempt(attempt + 1);
  }

  if (error) return <Unreachable error={error} retry={retry} />;
  if (!boot) return <p className="loading">Opening the workspace…</p>;
  return <WorkspacePage key={boot.me.id} boot={boot} theme={theme} toggleTheme={toggleTheme} switchTo={switchTo} />;
}

function Unreachable({ error, retry }: { error: string; retry: () => void }) {
  return (
    <main className="loading">
      <h1>The workspace did not open</h1>
      <p role="alert">{error}</p>
      <button type="button" className="btn btn-primary" onClick={retry}>
        Try again
      </button>
    </main>
  );
}
