import { shapeOfClass, subjectOf } from "./class-records.ts";
import type { ReachDraft } from "./compile-reach.ts";
import { addTo } from "./numbering.ts";
import { type ChangedClass, PairPatch } from "./pair-patch.ts";
import { SHAPE } from "./pod-shapes.ts";
import type { PolicyRows } from "./policy-rows.ts";
import type { ReachImage } from "./reach-image.ts";
import { CLASS, CLASS_WORDS } from "./reach-layout.ts";
import type { NameCounts } from "./rule-numbers.ts";
import { addRuleTexts } from "./rule-texts.ts";
import { TableFollower } from "./table-follower.ts";

const rowFields = { egress: CLASS.policyEgress, ingress: CLASS.policyIngress } as const;
const directions = ["egress", "ingress"] as const;

/** Follows edits of policies and groups in an image that has room for them. */
export class ReachPatch {
  readonly #image: ReachImage;
  readonly #draft: ReachDraft;
  readonly #followers: readonly TableFollower[];
  readonly #pairs: PairPatch;
  /** Classes by spot, and by row of groups. */
  readonly #bySpot = new Map<number, number[]>();
  readonly #byGroupRow = new Map<number, number[]>();
  /** Classes that have a row of policies, by row. */
  readonly #uses: number[] = [];
  #names: KnownNames;

  /** The image must be what came of the draft. */
  constructor(image: ReachImage, draft: ReachDraft) {
    this.#image = image;
    this.#draft = draft;
    this.#pairs = new PairPatch(image, draft.paired);
    this.#followers = followersOf(image, draft);
    this.#names = this.#countNames();
    for (let one = 1; one < image.classCount; one++) this.#file(one);
  }

  /** Follows policies of some spots; false when everything must be compiled anew. */
  followSpots(spots: Iterable<number>): boolean {
    const { policies } = this.#draft.rows;
    if (policies === undefined) return false;
    const changed: ChangedClass[] = [];
    for (const spot of spots) {
      for (const one of this.#bySpot.get(spot) ?? []) {
        const [isEgress, isIngress] = this.#moveRows(one, policies);
        if (isEgress || isIngress) changed.push({ one, isEgress, isIngress });
      }
    }
    return this.#follow(changed);
  }

  /** Follows rows of groups; false when everything must be compiled anew. */
  followGroupRows(rows: ReadonlySet<number>): boolean {
    const { classes } = this.#image;
    const found = new Set([...rows].flatMap((row) => this.#byGroupRow.get(row) ?? []));
    const changed = [...found].map((one) => ({
      one,
      isEgress: rows.has(classes[one * CLASS_WORDS + CLASS.groupEgress]),
      isIngress: rows.has(classes[one * CLASS_WORDS + CLASS.groupIngress]),
    }));
    return this.#follow(changed);
  }

  #follow(changed: readonly ChangedClass[]): boolean {
    const isFollowed = this.#followers.every((one) => one.follow());
    return isFollowed && this.#followNames() && this.#pairs.follow(changed);
  }

  // By direction: does its row tell something else?
  #moveRows(one: number, policies: PolicyRows): readonly boolean[] {
    const { classes } = this.#image;
    const subject = subjectOf(this.#shapeOf(one));
    if (subject === undefined) return [false, false];
    return directions.map((direction) => {
      const at = one * CLASS_WORDS + rowFields[direction];
      const old = { row: classes[at], isLast: this.#uses[classes[at]] === 1 };
      const { row, isChanged } = policies.rowAfter(old, subject, direction);
      if (!isChanged) return false;
      this.#uses[old.row]--;
      this.#uses[row] = (this.#uses[row] ?? 0) + 1;
      classes[at] = row;
      return true;
    });
  }

  #shapeOf(one: number): Int32Array {
    const { words, width } = this.#draft.placer.shapes.shapes;
    const at = shapeOfClass(one) * width;
    return words.subarray(at, at + width);
  }

  #file(one: number): void {
    const { classes } = this.#image;
    const at = one * CLASS_WORDS;
    addTo(this.#bySpot, this.#shapeOf(one)[SHAPE.spot], one);
    addTo(this.#byGroupRow, classes[at + CLASS.groupEgress], one);
    addTo(this.#byGroupRow, classes[at + CLASS.groupIngress], one);
    for (const field of Object.values(rowFields)) {
      const row = classes[at + field];
      this.#uses[row] = (this.#uses[row] ?? 0) + 1;
    }
  }

  #followNames(): boolean {
    const { groups, policies } = this.#draft.rows;
    const known = this.#names;
    const now = this.#countNames();
    if (now.words === known.words && now.groupRules === known.groupRules) return true;
    this.#names = now;
    return addRuleTexts(this.#image.texts, {
      groupRules: groups.rules.values.slice(known.groupRules),
      policies: policies?.namesAfter(known) ?? noPolicies,
    });
  }

  #countNames(): KnownNames {
    const { groups, policies } = this.#draft.rows;
    const counts = policies?.nameCounts ?? { titles: 0, places: 0, words: 0 };
    return { ...counts, groupRules: groups.rules.count };
  }
}

/** How many names the image has. */
interface KnownNames extends NameCounts {
  readonly groupRules: number;
}

const noPolicies = { titles: [], places: [], words: [] };

function followersOf(image: ReachImage, { rows }: ReachDraft): readonly TableFollower[] {
  const groups = new TableFollower(rows.groups.table, {
    slots: image.groupSlots,
    pages: image.groupPages,
    defaults: image.groupDefaults,
    yes: image.groupYes,
    maybe: image.groupMaybe,
    rules: image.groupRules,
  });
  if (rows.policies === undefined) return [groups];
  const policies = new TableFollower(rows.policies.table, {
    slots: image.policySlots,
    pages: image.policyPages,
    defaults: image.policyDefaults,
    yes: image.policyYes,
    maybe: image.policyMaybe,
    rules: image.policyRules,
  });
  return [groups, policies];
}
