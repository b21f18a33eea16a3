import {
  aliasOf,
  identity,
  type KernelObject,
  objectText,
  sameObject,
} from "../desired/kernel-object.ts";

/** What is not as desired, one sentence per object. */
export function drift(
  desired: readonly KernelObject[],
  observed: readonly KernelObject[],
): readonly string[] {
  return desired.flatMap((object) => {
    const found = observed.filter((other) => identity(other) === identity(object));
    const strays = found.filter((other) => !sameObject(other, object));
    if (strays.length > 0) return strays.map((stray) => differenceText(object, stray));
    return found.length === 0 ? [`${where(object)}: "${objectText(object)}" is missing`] : [];
  });
}

function differenceText(desired: KernelObject, found: KernelObject): string {
  if (objectText(desired) !== objectText(found)) {
    return `${where(desired)}: "${objectText(found)}" instead of "${objectText(desired)}"`;
  }
  const owner = aliasOf(found) ?? "nobody";
  return `${where(desired)}: "${objectText(found)}" is marked as owned by ${owner}`;
}

function where(object: KernelObject): string {
  return object.space;
}
