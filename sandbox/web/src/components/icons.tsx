// A handful of line icons, drawn on a 20 px grid.
import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

const draw = (path: string) => () => (
  <Icon>
    <path d={path} />
  </Icon>
);

export const CloseIcon = draw("M5 5l10 10M15 5L5 15");
export const ChevronIcon = draw("M5.5 8l4.5 4.5L14.5 8");
export const CheckIcon = draw("M4 10.5l4 4 8-9");
export const BackIcon = draw("M12 4.5L6.5 10l5.5 5.5");
export const MenuIcon = draw("M3.5 5.5h13M3.5 10h13M3.5 14.5h13");
export const SendIcon = draw("M3.5 10L3 4l14.5 6L3 16l.5-6zm0 0h6");
export const BoltIcon = draw("M11 2.5L4.5 11.5h4.500l-.5 6L15.500 8.500H11z");
export const ThreadIcon = draw("M17 9.500a6.500 6 0 0 1-9.500 5.300L3.500 16l1.300-3.300A5.700 5.700 0 0 1 4 9.500a6.500 6 0 0 1 13 0z");
export const EyeIcon = draw("M2 10s3-5.500 8-5.500S18 10 18 10s-3 5.500-8 5.500S2 10 2 10zm8 2.300a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600z");
export const LockIcon = draw("M5 9h10v7.500H5zM7 9V6.500a3 3 0 0 1 6 0V9");
export const SunIcon = draw("M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M4.300 15.700l1.100-1.100M14.600 5.400l1.100-1.100");
export const MoonIcon = draw("M16.500 11.500A7 7 0 1 1 8.500 3.500a5.500 5.500 0 0 0 8 8z");
export const SparkIcon = draw("M10 2.500l1.800 5.700 5.700 1.800-5.700 1.800L10 17.500l-1.800-5.700L2.500 10l5.700-1.800z");
export const FileIcon = draw("M5 2.500h6.500L15.500 6.500v11H5zM11 2.500V7h4.500");
export const CloudIcon = draw("M6 15.5a3.500 3.500 0 0 1-.5-7A4.800 4.800 0 0 1 14.700 8a3.800 3.800 0 0 1-.7 7.500z");
export const BranchIcon = draw("M6 7v6M6 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 17a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM14 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM14 9c0 3-4 3-7.500 4.500");
export const HashIcon = draw("M7.500 3L6 17M14 3l-1.500 14M3.500 7.500h13.500M3 12.500h13.500");

export function MoreIcon() {
  return (
    <svg className="icon" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true">
      <circle cx="10" cy="4.500" r="1.500" />
      <circle cx="10" cy="10" r="1.500" />
      <circle cx="10" cy="15.500" r="1.500" />
    </svg>
  );
}
