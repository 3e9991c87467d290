// Slack timestamps ("1700000000.000100") in the reader's own zone and words.

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });

export function dateOf(ts: string): Date {
  return new Date(Number.parseFloat(ts) * 1000);
}

export function clock(ts: string): string {
  return CLOCK.format(dateOf(ts));
}

export function dayKey(ts: string): string {
  return dateOf(ts).toDateString();
}

export function dayName(ts: string, now: Date = new Date()): string {
  const date = dateOf(ts);
  if (date.toDateString() === now.toDateString()) return "Today";
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  return date.toDateString() === yesterday.toDateString() ? "Yesterday" : DAY.format(date);
}

const DATE_STYLES: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** Fill Slack's date tokens, e.g. "{date_short_pretty} at {time}". */
export function slackDate(unix: number, format: string): string {
  const ts = String(unix);
  return format.replace(/\{(\w+)\}/g, (token, name: string) => {
    if (name === "ago") return relative(unix);
    const style = DATE_STYLES[name.replace("_pretty", "")];
    if (!style) return token;
    const near = name.endsWith("_pretty") && /day$/.test(dayName(ts)) && !dayName(ts).includes(",");
    return near ? dayName(ts).toLowerCase() : dateOf(ts).toLocaleString(undefined, style);
  });
}

function relative(unix: number): string {
  const seconds = unix - Date.now() / 1000;
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  if (Math.abs(seconds) < 3600) return words.format(Math.round(seconds / 60), "minute");
  if (Math.abs(seconds) < 86_400) return words.format(Math.round(seconds / 3600), "hour");
  return words.format(Math.round(seconds / 86_400), "day");
}
