// The experiment file that repeats what the page shows: `resetsim run FILE`.

import type { Contents, Drawn } from "./contents";
import { hypothesisOf } from "./patient";
import { usesDose, usesIntake, type Settings } from "./settings";
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
  const { learned } = contents;
  return [
    ...head(settings, contents, ['memory = "memory"']),
    ...injury(settings, contents, quoted(`${settings.residual} Hz`)),
    "",
    "[[patient.learning]]",
    `at = "${learned.at_d} day"`,
    `patterns = ${learned.early.length}`,
    ...flareUps(settings, contents),
    ...treatment(settings, contents),
    ...followUp(contents),
  ].join("\n");
}

/** Those of the thirty who are taken in, as the command draws them too, with the treatment and without. */
export function trialFile(settings: Settings, contents: Contents, taken: number): string {
  const { residual_rate, late_decay } = contents.fan_differs;
  const most = parseFloat(String(residual_rate.at_most)) / parseFloat(String(residual_rate.median));
  const { residual } = settings;
  const own = { ...residual_rate, median: `${residual} Hz`, at_most: `${Number((most * residual).toPrecision(6))} Hz` };
  const include = ["", "[cohort.include]", `pain_at_least = ${settings.include}`];
  const given = treatment(settings, contents);
  return [
    ...head(settings, contents, []),
    "# Those whom the page shows. More of them: resetsim run FILE --patients 200",
    "[cohort]",
    `size = ${taken || contents.fan.length}`,
    ...(given.length && usesIntake(settings.treatment) ? include : []),
    "",
    ...injury(settings, contents, residual ? inline(own) : quoted("0 Hz")),
    ...flareUps(settings, contents),
    ...given,
    "",
    "[plasticity]",
    `late_decay = ${inline(late_decay)}`,
    ...(given.length ? control(settings) : []),
    ...followUp(contents),
  ].join("\n");
}

function head(settings: Settings, contents: Contents, more: string[]): string[] {
  const { treated } = timelineOf(settings, contents);
  return [
    "# Copied from the explorer of resetsim. Run it with: resetsim run FILE",
    "",
    `question = ${quoted(questionOf(settings, treated !== null))}`,
    'model = "dorsal_horn"',
    ...more,
    `hypothesis = ${quoted(hasOwnRules(settings) ? OWN_HYPOTHESIS : settings.hypothesis)}`,
    "seed = 1",
    "",
  ];
}

function injury(settings: Settings, contents: Contents, residual: string): string[] {
  return [
    "[patient.injury]",
    'at = "0 day"',
    `peak_rate = "${peakOf(settings, contents)} Hz"`,
    `heals_with = "${contents.patient.heals_with_d} day"`,
    `residual_rate = ${residual}`,
    "",
    "[patient.units]",
    `share_active = ${settings.share}`,
    `spread = ${settings.spread}`,
  ];
}

function flareUps(settings: Settings, contents: Contents): string[] {
  return timelineOf(settings, contents).flareUps.flatMap(([begin]) => [
    "",
    "[[patient.flare_up]]",
    `at = "${Math.round(begin * MINUTES_PER_DAY)} min"`,
    `duration = "${FLARE_UP_D * HOURS_PER_DAY} h"`,
    `extra_rate = "${settings.flare} Hz"`,
  ]);
}

function followUp({ patient }: Contents): string[] {
  return ["", "[follow_up]", `until = "${patient.until_d} day"`, ""];
}

/** Where a file says how strong the treatment is, and how it says so. */
function strengthOf({ treatment, strength, dose }: Settings): { table: string; key: string; value: string; none: string } {
  if (usesDose(treatment))
    return { table: "treatment", key: "dose", value: quoted(`${dose} mg/kg/h`), none: quoted("0 mg/kg/h") };
  const value = String(strength);
  if (treatment === "nerve") return { table: "patient.nerve_block", key: "fraction", value, none: "0" };
  return { table: "treatment", key: treatment === "kinase" ? "kinase_block" : "blockade", value, none: "0" };
}

function treatment(settings: Settings, contents: Contents): string[] {
  if (timelineOf(settings, contents).treated === null) return [];
  const { table, key, value } = strengthOf(settings);
  return [
    "",
    `[[${table}]]`,
    `at = "${settings.start} day"`,
    `duration = "${settings.hours} h"`,
    ...(usesDose(settings.treatment) ? [`drug = "${settings.treatment}"`] : []),
    `${key} = ${value}`,
  ];
}

/** The same patients without it, and what a trial has that the page has not. */
function control(settings: Settings): string[] {
  const { table, key, value, none } = strengthOf(settings);
  const name = usesDose(settings.treatment) ? "0 mg per kg per h" : none;
  return [
    "",
    "# The page has neither expectation nor the noise of diaries: the population chronic_pain has both.",
    "[trial]",
    `control = "${key}=${name}"`,
    "",
    "[vary]",
    `"${table}.${key}" = [${none}, ${value}]`,
  ];
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

function inline(drawn: Drawn): string {
  return `{ ${Object.entries(drawn).map(([key, value]) => `${key} = ${JSON.stringify(value)}`).join(", ")} }`;
}
