// Seven lessons: what is set, what is open, and what a student is asked.

import type { Asked } from "./choice";
import type { Group } from "./controls";
import type { Settings } from "./settings";

export type Panel = "windup" | "ltp" | "rivals" | "fan" | "landscape" | "file";

export interface Lesson {
  id: string;
  title: string;
  question: string;
  text: string;
  tasks: string[];
  settings: Partial<Settings>;
  panels: Panel[];
  about: Group[]; // controls, those that it asks about first
  asked?: Asked; // what is to be chosen before anything is shown; pain is to be drawn without it
  day?: number; // at which the landscape is looked at
}

export const LESSONS: Lesson[] = [
  {
    id: "windup",
    title: "Wind-up",
    question: "Why does the tenth of sixteen equal stimuli hurt more than the first?",
    text:
      "A C-fibre volley opens NMDA receptors a little, for a tenth of a second. If the next one comes " +
      "before the depolarisation is gone, they open more: wide dynamic range neurons answer with more " +
      "spikes each time. Wind-up needs NMDA receptors and is over within a minute. It is not yet chronic pain.",
    tasks: [
      "Which frequency winds up most? Which not at all?",
      "Block half of the NMDA receptors, then 95 %. What is left of the growth, what of the first response?",
      "Wind up the living network yourself, with sound. Run it again: how much do two trials differ?",
    ],
    settings: { residual: 0, treatment: "none" },
    panels: ["windup"],
    about: [],
    asked: "windup",
  },
  {
    id: "ltp",
    title: "LTP and its block",
    question: "What turns a strong input into a lasting change, and when must a block come to prevent it?",
    text:
      "High-frequency stimulation potentiates the synapses of C-fibres. The early phase fades within hours; " +
      "where it was strong enough it sets a tag, and proteins turn it into a late phase that lasts for days. " +
      "A block of NMDA receptors during the stimulation prevents both.",
    tasks: [
      "Compare high- and low-frequency stimulation after 5 minutes and after 12 hours.",
      "What does a block of 95 % during the stimulation leave?",
    ],
    settings: { residual: 0, treatment: "none" },
    panels: ["ltp"],
    about: [],
    asked: "ltp",
  },
  {
    id: "healing",
    title: "Why injuries heal, or do not",
    question: "Two people have the same injury. Why does the pain of only one of them stay?",
    text:
      "After an injury C-fibres fire much, then less and less, down to what stays: the residual input. Each " +
      "patch of the painful area has its own. Where input re-induces potentiation as fast as it decays, a " +
      "patch stays amplified; where it does not, the patch heals by itself.",
    tasks: [
      "Raise the residual input from 0 in small steps. At which does pain stay?",
      "Set the spread to 0: all patches are alike. What happens around that input now?",
      "Look at the landscape on day 5 and on day 60: how many valleys does it have?",
    ],
    settings: { residual: 0.3, treatment: "none" },
    panels: ["landscape"],
    about: ["patient"],
    day: 60,
  },
  {
    id: "reset",
    title: "The reset",
    question: "Five hours or five days of blockade: which of them is enough, and for which patches?",
    text:
      "Without NMDA receptors nothing is induced, and the late phase decays within days. If it has fallen " +
      "beyond the hilltop when the blockade ends, the ball rolls on to health: the patch is reset. If not, it " +
      "rolls back. Where input is strong there is no valley of health at all, and pain comes back after any blockade.",
    tasks: [
      "Predict pain a month after 5 hours of blockade, then after 5 days.",
      "Move the day through the treatment and watch the ball of the patch with least and with most input.",
      "At which residual input does no duration help any more?",
    ],
    settings: { residual: 0.5, hours: 120, strength: 0.95 },
    panels: ["landscape"],
    about: ["treatment", "patient"],
    day: 66,
  },
  {
    id: "memory",
    title: "Memory beside pain",
    question: "Pain and memory use the same receptors. Why would a blockade erase one and not the other?",
    text:
      "Three patterns were learned 30 days before the injury. Under the reset hypothesis a consolidated " +
      "memory keeps itself, pain does not. Under rival hypotheses memory too must be re-induced, by replay; " +
      "then a long blockade costs it.",
    tasks: [
      "Under which hypotheses does memory suffer from a week of blockade? Under which from half an hour?",
      "Is there a hypothesis under which memory goes and pain stays?",
    ],
    settings: { hypothesis: "fragile_memory", hours: 168, strength: 0.95 },
    panels: [],
    about: ["maintenance", "treatment"],
    asked: "memory",
  },
  {
    id: "rivals",
    title: "Rivals and evidence",
    question: "Nine hypotheses, one set of published observations: which of them fails where?",
    text:
      "Every hypothesis is run on the same patient with the same networks. They differ in what maintains " +
      "potentiation and in what the drug acts on. None agrees with all observations; below, each is shown with those that it misses.",
    tasks: [
      "Find a treatment after which two hypotheses differ by at least 3 points of pain.",
      "Which observation speaks against pain that keeps itself?",
    ],
    settings: { treatment: "ketamine", dose: 3, hours: 100 },
    panels: ["rivals"],
    about: ["treatment"],
    asked: "rivals",
  },
  {
    id: "trial",
    title: "Design your own trial",
    question: "Which dose and duration would you test, in whom, and what would you expect?",
    text:
      "Thirty patients with your settings, who differ in residual input and in how long potentiation " +
      "persists. A trial takes in those who have enough pain, and sees their mean. Copy your trial as an " +
      "experiment file, with its control, and run it with resetsim.",
    tasks: [
      "How many of those taken in are better a month after your treatment? Who are they?",
      "Choose whom to include, below Thirty patients. Does the mean say what happens to anybody?",
    ],
    settings: { treatment: "ketamine", dose: 3, hours: 100 },
    panels: ["fan", "file"],
    about: ["treatment"],
  },
];
