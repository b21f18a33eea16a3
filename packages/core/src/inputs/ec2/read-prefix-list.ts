import type { PrefixList } from "../../world/cloud.ts";
import { at, type Field, requiredText, text, texts, wholeNumber } from "../field.ts";
import { cidr, distinct, ROWS_MAX, rows } from "./fields.ts";

/**
 * Reads a prefix list that has its entries with it: in `Entries`, as `get-managed-prefix-list-entries`
 * prints them, or in `Cidrs`, as `describe-prefix-lists` does for the lists of AWS. One without is
 * not known well enough to be part of a world: undefined.
 */
export function readPrefixList(list: Field): PrefixList | undefined {
  const known = at(list, "Cidrs");
  if (at(list, "Entries").value === undefined && known.value === undefined) return undefined;
  const cidrs = distinct([
    ...rows(list, "Entries").map((entry) => cidr(entry, "Cidr")),
    ...texts(known),
  ]);
  return {
    prefixListId: requiredText(at(list, "PrefixListId")) ?? "",
    name: text(at(list, "PrefixListName")) ?? "",
    // The lists of AWS name no maximum.
    maxEntries: wholeNumber(at(list, "MaxEntries"), 0, ROWS_MAX) ?? cidrs.length,
    cidrs,
  };
}
