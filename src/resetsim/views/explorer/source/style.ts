// Colours that the colour-blind tell apart (Okabe and Ito 2008), from the style sheet of the theme.

export function themed(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export const LINES = ["line-1", "line-2", "line-3", "line-4", "line-5", "line-6"] as const;

/** Viridis at six places; equal steps look equal, also without colour. */
const VIRIDIS = [
  [68, 1, 84], [65, 68, 135], [42, 120, 142], [34, 168, 132], [122, 209, 81], [253, 231, 37],
] as const;

/** A colour for a share of the way from healthy to amplified. */
export function graded(share: number): string {
  const along = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const place = Math.min(Math.floor(along), VIRIDIS.length - 2);
  const [low, high] = [VIRIDIS[place]!, VIRIDIS[place + 1]!];
  const mixed = low.map((each, i) => Math.round(each + (along - place) * (high[i]! - each)));
  return `rgb(${mixed.join(",")})`;
}
