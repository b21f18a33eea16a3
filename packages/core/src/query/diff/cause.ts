/**
 * A subset for which `holds` is true and stops being so when any one member is left out.
 *
 * `holds` must be true of all members together. Halves are tried first, so that one culprit among
 * n is found in about 2 log2(n) tries. The order of members is kept.
 *
 * Source: U. Junker, "QuickXplain", AAAI 2004; the last pass makes up for causes that cancel out.
 */
export function smallestCause<T>(
  members: readonly T[],
  holds: (subset: readonly T[]) => boolean,
): readonly T[] {
  const isPart = new Set(quick([], false, members, holds));
  let cause = members.filter((member) => isPart.has(member));
  for (const member of cause) {
    const without = cause.filter((other) => other !== member);
    if (holds(without)) cause = without;
  }
  return cause;
}

function quick<T>(
  background: readonly T[],
  hasGrown: boolean,
  members: readonly T[],
  holds: (subset: readonly T[]) => boolean,
): readonly T[] {
  if (members.length === 0 || (hasGrown && holds(background))) return [];
  if (members.length === 1) return members;
  const middle = members.length >> 1;
  const [left, right] = [members.slice(0, middle), members.slice(middle)];
  const fromRight = quick([...background, ...left], true, right, holds);
  const fromLeft = quick([...background, ...fromRight], fromRight.length > 0, left, holds);
  return [...fromLeft, ...fromRight];
}
