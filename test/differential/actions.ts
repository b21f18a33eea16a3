import type { EC2 } from "@aws-sdk/client-ec2";

/** The actions that are compared, as methods of the client. */
export const ACTIONS = [
  "createVpc",
  "describeVpcs",
  "createSubnet",
  "deleteSubnet",
  "describeSubnets",
  "createSecurityGroup",
  "deleteSecurityGroup",
  "describeSecurityGroups",
  "describeSecurityGroupRules",
  "authorizeSecurityGroupIngress",
  "authorizeSecurityGroupEgress",
  "revokeSecurityGroupIngress",
  "revokeSecurityGroupEgress",
  "createNetworkInterface",
  "modifyNetworkInterfaceAttribute",
  "deleteNetworkInterface",
  "describeNetworkInterfaces",
  "createTags",
  "deleteTags",
  "describeTags",
  "createManagedPrefixList",
  "deleteManagedPrefixList",
  "describeManagedPrefixLists",
  "getManagedPrefixListEntries",
] as const satisfies readonly (keyof EC2)[];

/** One of them. */
export type Action = (typeof ACTIONS)[number];

/** What a call came to: data of the answer, or the code of a refusal. */
export type Outcome =
  | { readonly kind: "answer"; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: "refusal"; readonly code: string; readonly message: string };

/** Calls one action; paged reads are read to the end, and their pages put together. */
export async function call(ec2: EC2, action: Action, input: object): Promise<Outcome> {
  try {
    const pages: Record<string, unknown>[] = [];
    let token: unknown;
    do {
      const page = await callOnce(ec2, action, {
        ...input,
        ...(token ? { NextToken: token } : {}),
      });
      pages.push(page);
      token = page["NextToken"];
    } while (token && pages.length < PAGES_MAX);
    return { kind: "answer", data: join(pages) };
  } catch (error) {
    if (!isServiceError(error)) throw error;
    return { kind: "refusal", code: error.name, message: error.message };
  }
}

/** A reader that never ends is a difference, too, and shows as one. */
const PAGES_MAX = 200;

async function callOnce(ec2: EC2, action: Action, input: object): Promise<Record<string, unknown>> {
  // Inputs are data here, made for the action that they stand beside.
  const method = ec2[action] as unknown as (
    this: EC2,
    input: object,
  ) => Promise<Record<string, unknown>>;
  const { $metadata: _, ...data } = await method.call(ec2, input);
  return data;
}

function join(pages: readonly Record<string, unknown>[]): Record<string, unknown> {
  const [first = {}, ...others] = pages;
  const joined: Record<string, unknown> = { ...first, NextToken: undefined };
  for (const page of others) {
    for (const [name, value] of Object.entries(page)) {
      const before = joined[name];
      if (Array.isArray(value) && Array.isArray(before)) joined[name] = [...before, ...value];
    }
  }
  return joined;
}

function isServiceError(error: unknown): error is Error {
  return error instanceof Error && "$metadata" in error && "$fault" in error;
}
