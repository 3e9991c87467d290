import type { CSSProperties } from "react";
import type { User } from "../model";

/** Initials on the person's colour; no picture is fetched from anywhere. */
export function Avatar({ person, size = "medium" }: { person: User; size?: "small" | "medium" | "large" }) {
  return (
    <span className={`avatar avatar-${size}`} data-kind={person.kind} style={{ "--hue": person.color } as CSSProperties} aria-hidden="true">
      {person.initials}
    </span>
  );
}
