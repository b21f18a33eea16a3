import {
  type EC2Client,
  type ManagedPrefixList,
  paginateDescribeManagedPrefixLists,
  paginateGetManagedPrefixListEntries,
} from "@aws-sdk/client-ec2";
import type { PrefixList } from "@trunkline/core";
import { isRefused } from "./ec2-client.ts";
import { collect } from "./pages.ts";

/** The lists that could be read, and why others could not. */
interface PrefixListReading {
  readonly lists: readonly PrefixList[];
  readonly refused: readonly string[];
}

/** Reads the prefix lists that rules name; entries are kept as long as their version stands. */
export interface PrefixListReader {
  read(wanted: ReadonlySet<string>, abort: AbortSignal): Promise<PrefixListReading>;
}

/** Largest page for lists and entries. Source: EC2 API model, MaxResults 1..100. */
const PAGE_SIZE = 100;
/** Values of one filter; EC2 takes 200. */
const FILTER_VALUES_MAX = 100;

interface Versioned {
  readonly version: number | undefined;
  readonly list: PrefixList;
}

/** Makes a reader that remembers entries by list and version. */
export function createPrefixListReader(client: EC2Client): PrefixListReader {
  let known = new Map<string, Versioned>();
  return {
    async read(wanted, abort) {
      if (wanted.size === 0) return { lists: [], refused: [] };
      const next = new Map<string, Versioned>();
      try {
        for (const found of await describe(client, [...wanted].sort(), abort)) {
          const id = found.PrefixListId ?? "";
          const before = known.get(id);
          const isCurrent = before !== undefined && before.version === found.Version;
          next.set(id, isCurrent ? before : await readEntries(client, found, abort));
        }
      } catch (error) {
        if (!isRefused(error)) throw error;
        // Lists that are missing make verdicts UNKNOWN where a rule names them.
        const refused = ["prefix lists: verdicts that rest on them are UNKNOWN"];
        return { lists: listsOf(next), refused };
      }
      known = next;
      return { lists: listsOf(next), refused: [] };
    },
  };
}

function listsOf(versions: ReadonlyMap<string, Versioned>): PrefixList[] {
  const ids = [...versions.keys()].sort();
  return ids.flatMap((id) => versions.get(id)?.list ?? []);
}

// By filter and not by id: an id that does not exist would fail the call for all.
async function describe(
  client: EC2Client,
  ids: readonly string[],
  abortSignal: AbortSignal,
): Promise<ManagedPrefixList[]> {
  const found: ManagedPrefixList[] = [];
  for (let from = 0; from < ids.length; from += FILTER_VALUES_MAX) {
    const values = ids.slice(from, from + FILTER_VALUES_MAX);
    const pages = paginateDescribeManagedPrefixLists(
      { client, pageSize: PAGE_SIZE },
      { Filters: [{ Name: "prefix-list-id", Values: values }] },
      { abortSignal },
    );
    found.push(...(await collect(pages, (page) => page.PrefixLists)));
  }
  return found;
}

async function readEntries(
  client: EC2Client,
  found: ManagedPrefixList,
  abortSignal: AbortSignal,
): Promise<Versioned> {
  const prefixListId = found.PrefixListId ?? "";
  const pages = paginateGetManagedPrefixListEntries(
    { client, pageSize: PAGE_SIZE },
    { PrefixListId: prefixListId },
    { abortSignal },
  );
  const entries = await collect(pages, (page) => page.Entries);
  const cidrs = [...new Set(entries.flatMap(({ Cidr }) => Cidr ?? []))];
  return { version: found.Version, list: mapPrefixList(found, cidrs) };
}

/** Maps a prefix list with the entries that were read. AWS's own lists name no maximum. */
function mapPrefixList(list: ManagedPrefixList, cidrs: readonly string[]): PrefixList {
  return {
    prefixListId: list.PrefixListId ?? "",
    name: list.PrefixListName ?? "",
    maxEntries: list.MaxEntries ?? cidrs.length,
    cidrs,
  };
}
