// The experiment file that repeats what the page shows: `resetsim run FILE`.

import type { Contents } from "./contents";
import { usesDose, type Settings } from "./settings";
import { FLARE_UP_D, peakOf, timelineOf } from "./timeline";

const HOURS_PER_DAY = 24;
const MINUTES_PER_DAY = 1440;

export function experimentFile(settings: Settings, contents: Contents): string {
  const { patient, learned } = contents;
  const { flareUps, treated } = timelineOf(settings, contents);
  const lines = [
    "# Copied from the explorer of resetsim. Run it with: resetsim run FILE",
    "",
    `question = ${quoted(questionOf(settings, treated !== null))}`,
    'model = "dorsal_horn"',
    'memory = "memory"',
    `hypothesis = ${quoted(settings.hypothesis)}`,
    "seed = 1",
    "",
    "[patient.injury]",
    'at = "0 day"',
    `peak_rate = "${peakOf(settings, contents)} Hz"`,
    `heals_with = "${patient.heals_with_d} day"`,
    `residual_rate = "${settings.residual} Hz"`,
    "",
    "[patient.units]",
    `share_active = ${settings.share}`,
    `spread = ${settings.spread}`,
    "",
    "[[patient.learning]]",
    `at = "${learned.at_d} day"`,
    `patterns = ${learned.early.length}`,
  ];
  for (const [begin] of flareUps)
    lines.push(
      "",
      "[[patient.flare_up]]",
      `at = "${Math.round(begin * MINUTES_PER_DAY)} min"`,
      `duration = "${FLARE_UP_D * HOURS_PER_DAY} h"`,
      `extra_rate = "${settings.flare} Hz"`,
    );
  if (treated) lines.push("", ...treatmentLines(settings));
  lines.push("", "[follow_up]", `until = "${patient.until_d} day"`, "");
  return lines.join("\n");
}

function treatmentLines(settings: Settings): string[] {
  const { treatment, strength, dose } = settings;
  const when = [`at = "${settings.start} day"`, `duration = "${settings.hours} h"`];
  if (treatment === "nerve") return ["[[patient.nerve_block]]", ...when, `fraction = ${strength}`];
  if (usesDose(treatment))
    return ["[[treatment]]", ...when, `drug = "${treatment}"`, `dose = "${dose} mg/kg/h"`];
  const key = treatment === "kinase" ? "kinase_block" : "blockade";
  return ["[[treatment]]", ...when, `${key} = ${strength}`];
}

function questionOf(settings: Settings, treated: boolean): string {
  if (!treated) return `What becomes of pain at a residual input of ${settings.residual} Hz?`;
  const what = {
    none: "", blockade: "NMDA blockade", ketamine: "ketamine", s_ketamine: "S-ketamine",
    kinase: "a kinase inhibitor", nerve: "a nerve block",
  }[settings.treatment];
  return `What do ${settings.hours} h of ${what} do at a residual input of ${settings.residual} Hz?`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
