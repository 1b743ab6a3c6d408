// The files that the page offers: what `resetsim run` takes to repeat what is shown.

import type { Contents } from "./contents";
import { byId } from "./dom";
import type { Settings } from "./settings";
import { experimentFile, hypothesisFile, trialFile } from "./toml";

export class OfferedFiles {
  private readonly contents: Contents;
  private settings!: Settings;
  private taken = 0;

  constructor(contents: Contents) {
    this.contents = contents;
    byId("file-of").addEventListener("change", () => this.write());
    byId("copy").addEventListener("click", () => void copy());
  }

  /** `taken` is how many of the thirty a trial takes in. */
  show(settings: Settings, taken: number): void {
    this.settings = settings;
    this.taken = taken;
    this.write();
  }

  private write(): void {
    const { contents, settings, taken } = this;
    const trial = byId<HTMLSelectElement>("file-of").value === "trial";
    byId<HTMLTextAreaElement>("file").value = trial
      ? trialFile(settings, contents, taken)
      : experimentFile(settings, contents);
    const hypothesis = hypothesisFile(settings, contents);
    byId<HTMLTextAreaElement>("hypothesis-file").value = hypothesis;
    byId("hypothesis-box").hidden = hypothesis === "";
  }
}

async function copy(): Promise<void> {
  const file = byId<HTMLTextAreaElement>("file");
  try {
    await navigator.clipboard.writeText(file.value);
  } catch {
    file.select(); // a page from disk may not be allowed to copy by itself
    document.execCommand("copy");
  }
  byId("copied").textContent = "Copied.";
}
