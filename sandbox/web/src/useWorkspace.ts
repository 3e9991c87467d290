// One persona's workspace, kept in step with the server.
import { type Dispatch, useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { boot as readBoot, Client } from "./api";
import { listen } from "./events";
import type { Boot } from "./model";
import { type Action, appChannel, currentChannel, initial, type Place, reduce, type State, type Toast } from "./state";

const TOAST_LIFE = 7_000;
let toasts = 0;

export interface Workspace {
  state: State;
  client: Client;
  go: (place: Place) => void;
  openThread: (thread: State["thread"]) => void;
  toast: (text: string, tone?: Toast["tone"]) => void;
  dropToast: (id: number) => void;
  forgetViews: (ids: string[]) => void;
}

export function useWorkspace(boot: Boot, firstPlace: Place): Workspace {
  const [state, dispatch] = useReducer(reduce, null, () => initial(boot, firstPlace));
  const client = useMemo(() => new Client(boot.me.id), [boot.me.id]);
  const channel = currentChannel(state)?.id ?? null;
  /** Counts the gaps in the stream: each is a reason to read again what is on screen. */
  const [gaps, setGaps] = useState(0);

  const dropToast = useCallback((id: number) => dispatch({ type: "toast_gone", id }), []);
  const toast = useCallback((text: string, tone: Toast["tone"] = "error") => {
    const id = ++toasts;
    dispatch({ type: "toast", toast: { id, text, tone } });
    setTimeout(() => dispatch({ type: "toast_gone", id }), TOAST_LIFE);
  }, []);

  const load = useCallback(
    async (id: string) => {
      const { messages, error } = await client.messages(id);
      if (error) toast(error);
      else dispatch({ type: "loaded", channel: id, messages });
    },
    [client, toast],
  );

  useShownPlace({ state, client, channel, gaps, load, dispatch, toast });
  useEvents(boot.me.id, dispatch, () => setGaps((count) => count + 1));

  return {
    state,
    client,
    toast,
    dropToast,
    go: useCallback(
      (place) => {
        const opened = place.kind === "app" ? appChannel(state)?.id : currentChannel({ ...state, place })?.id;
        dispatch({ type: "went", place, channel: opened ?? null });
      },
      [state],
    ),
    openThread: useCallback((thread) => dispatch({ type: "thread", thread }), []),
    forgetViews: useCallback((ids) => dispatch({ type: "view_gone", ids }), []),
  };
}

interface Shown {
  state: State;
  client: Client;
  channel: string | null;
  gaps: number;
  load: (id: string) => Promise<void>;
  dispatch: Dispatch<Action>;
  toast: (text: string) => void;
}

/** Read what the place on screen needs, and tell the server when the app's tabs are opened. */
function useShownPlace({ state, client, channel, gaps, load, dispatch, toast }: Shown) {
  const tab = state.place.kind === "app" ? state.place.tab : null;

  useEffect(() => {
    if (channel) void load(channel);
  }, [channel, gaps, load]);

  useEffect(() => {
    if (!gaps) return;
    void readBoot(client.user).then(({ error, ...boot }) => error || dispatch({ type: "booted", boot: boot as Boot }));
  }, [gaps, client, dispatch]);

  useEffect(() => {
    if (tab === "home") {
      void client.home().then(({ view, error }) => {
        if (error) toast(error);
        dispatch({ type: "home_loaded", view: view ?? null });
      });
    } else if (tab === "messages") {
      void client.openMessagesTab().then(({ suggested_prompts, error }) => {
        if (error) toast(error);
        else if (suggested_prompts?.length) dispatch({ type: "app_channel", prompts: suggested_prompts });
      });
    }
  }, [tab, gaps, client, dispatch, toast]);
}

function useEvents(user: string, dispatch: Dispatch<Action>, onGap: () => void) {
  const gap = useRef(onGap);
  gap.current = onGap;

  useEffect(
    () =>
      listen(user, {
        onEvent: (event) => dispatch({ type: "event", event }),
        onGap: () => gap.current(),
        onState: (connected) => dispatch({ type: "connected", connected }),
      }),
    [user, dispatch],
  );
}
