// Server-sent events with our own reconnection: the browser's gives up for good after an HTTP error.
import type { ServerEvent } from "./model";

const FIRST_WAIT = 400;
const LONGEST_WAIT = 8_000;

interface Listener {
  onEvent: (event: ServerEvent) => void;
  /** Called when the stream is back after a gap: events may have been missed. */
  onGap: () => void;
  onState: (connected: boolean) => void;
}

/** Listen until the returned function is called. */
export function listen(user: string, { onEvent, onGap, onState }: Listener): () => void {
  let wait = FIRST_WAIT;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  let lost = false;

  function connect() {
    source = new EventSource(`/client/events?user=${encodeURIComponent(user)}`);
    source.onopen = () => {
      wait = FIRST_WAIT;
      onState(true);
      if (lost) onGap();
      lost = false;
    };
    source.onmessage = ({ data }) => onEvent(JSON.parse(data as string) as ServerEvent);
    source.onerror = () => {
      source.close();
      lost = true;
      onState(false);
      timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  }

  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
