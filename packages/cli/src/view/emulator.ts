import type { AccountDump, AuditPage, ListedFault } from "../system/emulator-client.ts";
import { table } from "./table.ts";

/** Lines of the table of faults. */
export function faultLines(faults: readonly ListedFault[]): string[] {
  return table(
    ["ID", "KIND", "SINCE", "CALLS", "WITH"],
    faults.map(({ id, fault, sinceMs, hits }) => [
      id,
      fault.kind,
      timeText(sinceMs),
      String(hits),
      fieldsText(fault) || "-",
    ]),
  );
}

/** Lines of the table of calls, the oldest first. */
export function auditLines({ entries }: AuditPage): string[] {
  return table(
    ["TIME", "ACTION", "STATUS", "OUTCOME", "MS", "TRY", "FAULT", "CALLER"],
    entries.map((entry) => [
      timeText(entry.atMs),
      printable(entry.action),
      String(entry.status),
      entry.code ?? "ok",
      String(Math.round(entry.latencyMs)),
      String(entry.attempt ?? "-"),
      entry.fault ?? "-",
      printable(entry.reader),
    ]),
  );
}

/** Number of objects by list; lists without any are left out. */
export function dumpCounts(dump: AccountDump): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(dump).flatMap(([name, list]) => (list.length > 0 ? [[name, list.length]] : [])),
  );
}

/** "2 Vpcs, 1 Subnets", or that there is nothing. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return texts.join(", ") || "an empty account";
}

// What every fault has unless it is told otherwise says nothing about this one.
function fieldsText({ kind: _kind, ...fields }: ListedFault["fault"]): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .filter((text) => text !== "actions=*" && text !== "probability=1")
    .join(" ");
}

function valueText(value: unknown): string {
  if (typeof value === "string") return printable(value);
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
    return printable(value.join(","));
  }
  return JSON.stringify(value);
}

// The emulator's clock can be made to jump further than a date goes.
function timeText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}

// Callers choose these texts; a table has one line for each row and obeys nobody.
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}
