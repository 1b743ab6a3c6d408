// The experiment file that repeats what the page shows: `resetsim run FILE`.

import type { Contents } from "./contents";
import { hypothesisOf } from "./patient";
import { usesDose, type Settings } from "./settings";
import { FLARE_UP_D, peakOf, timelineOf } from "./timeline";

const HOURS_PER_DAY = 24;
const MINUTES_PER_DAY = 1440;

export const OWN_HYPOTHESIS = "own_hypothesis.toml";

export function hasOwnRules(settings: Settings): boolean {
  return settings.pain !== "" || settings.memory !== "";
}

/** The file beside the experiment where rules are combined as in no shipped hypothesis. */
export function hypothesisFile(settings: Settings, contents: Contents): string {
  if (!hasOwnRules(settings)) return "";
  const { name, pain_rule, memory_rule, other_tables } = hypothesisOf(contents, settings);
  return [
    `description = ${quoted(`As ${name}, with other rules of maintenance`)}`,
    'source = "Chosen in the explorer"',
    "",
    "[maintenance]",
    `dorsal_horn = ${quoted(pain_rule)}`,
    `memory = ${quoted(memory_rule)}`,
    "",
    other_tables,
  ].join("\n");
}

export function experimentFile(settings: Settings, contents: Contents): string {
  const { patient, learned } = contents;
  const { flareUps, treated } = timelineOf(settings, contents);
  const lines = [
    "# Copied from the explorer of resetsim. Run it with: resetsim run FILE",
    "",
    `question = ${quoted(questionOf(settings, treated !== null))}`,
    'model = "dorsal_horn"',
    'memory = "memory"',
    `hypothesis = ${quoted(hasOwnRules(settings) ? OWN_HYPOTHESIS : settings.hypothesis)}`,
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
