import {
  DescribeTrunkInterfaceAssociationsCommand,
  EC2Client,
  type NetworkInterface,
  paginateDescribeNetworkInterfaces,
  type TrunkInterfaceAssociation,
} from "@aws-sdk/client-ec2";

/** What an account has, as anybody can read it through the EC2 API. */
export interface AccountView {
  readonly interfaces: readonly NetworkInterface[];
  readonly associations: readonly TrunkInterfaceAssociation[];
}

/** A reader of one account. It shares nothing with the services: only the SDK and the endpoint. */
export interface AccountReader extends AsyncDisposable {
  readonly client: EC2Client;
  read(): Promise<AccountView>;
}

/** Largest page that EC2 answers with. Source: the service model's MaxResults of both actions. */
const INTERFACE_PAGE_SIZE = 1000;
const ASSOCIATION_PAGE_SIZE = 255;

/** Reads the account behind an endpoint such as `http://127.0.0.1:4566`. */
export function accountReader(endpoint: string): AccountReader {
  // The SDK's notice about Node versions of next year is nobody's news here.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const client = new EC2Client({
    endpoint,
    region: "us-west-2",
    credentials: { accessKeyId: "AKIDOBSERVER", secretAccessKey: "observer" },
  });
  return {
    client,
    read: async () => ({
      interfaces: await readInterfaces(client),
      associations: await readAssociations(client),
    }),
    [Symbol.asyncDispose]: async () => client.destroy(),
  };
}

async function readInterfaces(client: EC2Client): Promise<NetworkInterface[]> {
  const found: NetworkInterface[] = [];
  const config = { client, pageSize: INTERFACE_PAGE_SIZE };
  for await (const page of paginateDescribeNetworkInterfaces(config, {})) {
    found.push(...(page.NetworkInterfaces ?? []));
  }
  return found;
}

async function readAssociations(client: EC2Client): Promise<TrunkInterfaceAssociation[]> {
  const found: TrunkInterfaceAssociation[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new DescribeTrunkInterfaceAssociationsCommand({
        MaxResults: ASSOCIATION_PAGE_SIZE,
        NextToken,
      }),
    );
    found.push(...(page.InterfaceAssociations ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/**
 * Everything about an account that must never be: a VLAN id twice on one trunk, a branch associated
 * twice, an association whose ends do not exist, an address on two interfaces. One sentence each.
 */
export function accountFaults({ interfaces, associations }: AccountView): string[] {
  const ids = new Set(interfaces.map((each) => each.NetworkInterfaceId));
  const addresses = interfaces.flatMap((each) => [
    ...(each.PrivateIpAddresses ?? []).map(({ PrivateIpAddress }) => ({
      key: `${each.VpcId} ${PrivateIpAddress}`,
      holder: each.NetworkInterfaceId ?? "",
    })),
  ]);
  return [
    ...twice("address", addresses),
    ...twice(
      "VLAN id",
      associations.map((each) => ({
        key: `${each.TrunkInterfaceId} vlan ${each.VlanId}`,
        holder: each.BranchInterfaceId ?? "",
      })),
    ),
    ...twice(
      "branch",
      associations.map((each) => ({
        key: each.BranchInterfaceId ?? "",
        holder: each.AssociationId ?? "",
      })),
    ),
    ...associations
      .filter((each) => !ids.has(each.BranchInterfaceId) || !ids.has(each.TrunkInterfaceId))
      .map((each) => `${each.AssociationId} joins interfaces that do not exist`),
  ];
}

function twice(what: string, entries: readonly { key: string; holder: string }[]): string[] {
  const holders = new Map<string, string>();
  const faults: string[] = [];
  for (const { key, holder } of entries) {
    const other = holders.get(key);
    if (other === undefined) holders.set(key, holder);
    else faults.push(`${what} ${key} is held by ${other} and by ${holder}`);
  }
  return faults;
}

/** What one view has that an earlier one had not; empty when nothing was left behind. */
export function leftovers(before: AccountView, after: AccountView): string[] {
  const known = new Set(before.interfaces.map((each) => each.NetworkInterfaceId));
  const joined = new Set(before.associations.map((each) => each.AssociationId));
  return [
    ...after.interfaces
      .filter((each) => !known.has(each.NetworkInterfaceId))
      .map((each) => `${each.InterfaceType} ${each.NetworkInterfaceId} "${each.Description}"`),
    ...after.associations
      .filter((each) => !joined.has(each.AssociationId))
      .map((each) => `association ${each.AssociationId} of vlan ${each.VlanId}`),
    ...addressesAdded(before, after),
  ];
}

function addressesAdded(before: AccountView, after: AccountView): string[] {
  const all = (view: AccountView) =>
    view.interfaces.flatMap((each) =>
      (each.PrivateIpAddresses ?? []).map(
        ({ PrivateIpAddress }) => `${each.NetworkInterfaceId} ${PrivateIpAddress}`,
      ),
    );
  const known = new Set(all(before));
  return all(after).flatMap((each) => (known.has(each) ? [] : [`address ${each}`]));
}
