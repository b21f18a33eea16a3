import * as v from "valibot";
import { groups, integer, optionalText, tags, text } from "./document-parts.ts";

const attachment = v.looseObject({
  AttachmentId: optionalText,
  InstanceId: v.optional(text),
  DeviceIndex: v.optional(integer, 0),
  NetworkCardIndex: v.optional(integer, 0),
  DeleteOnTermination: v.optional(v.boolean()),
  AttachTime: v.optional(text),
  EnaSrdSpecification: v.optional(
    v.looseObject({
      EnaSrdEnabled: v.optional(v.boolean(), false),
      EnaSrdUdpSpecification: v.optional(
        v.looseObject({ EnaSrdUdpEnabled: v.optional(v.boolean(), false) }),
        {},
      ),
    }),
  ),
  EnaQueueCount: v.optional(integer),
});

/** An interface, as describe-network-interfaces prints it. */
export const networkInterface = v.looseObject({
  NetworkInterfaceId: text,
  SubnetId: text,
  InterfaceType: v.optional(text, "interface"),
  Description: v.optional(text, ""),
  MacAddress: optionalText,
  Groups: groups,
  PrivateIpAddress: v.optional(text),
  PrivateIpAddresses: v.optional(
    v.array(v.looseObject({ PrivateIpAddress: text, Primary: v.optional(v.boolean(), false) })),
  ),
  Ipv6Addresses: v.optional(
    v.array(v.looseObject({ Ipv6Address: text, IsPrimaryIpv6: v.optional(v.boolean(), false) })),
    [],
  ),
  Ipv4Prefixes: v.optional(v.array(v.looseObject({ Ipv4Prefix: text })), []),
  Ipv6Prefixes: v.optional(v.array(v.looseObject({ Ipv6Prefix: text })), []),
  SourceDestCheck: v.optional(v.boolean(), true),
  RequesterManaged: v.optional(v.boolean(), false),
  RequesterId: v.optional(text),
  ConnectionTrackingConfiguration: v.optional(
    v.looseObject({
      TcpEstablishedTimeout: v.optional(integer),
      UdpTimeout: v.optional(integer),
      UdpStreamTimeout: v.optional(integer),
    }),
  ),
  Operator: v.optional(v.looseObject({ Principal: v.optional(text) })),
  AssociatedSubnets: v.optional(v.array(text)),
  Attachment: v.optional(attachment),
  Association: v.optional(v.looseObject({ PublicIp: v.optional(text) })),
  TagSet: v.optional(tags),
  Tags: v.optional(tags),
});

/** An instance, as describe-instances prints it in its reservation. */
export const instance = v.looseObject({
  InstanceId: text,
  InstanceType: v.optional(text, "m5.large"),
  ImageId: v.optional(text, "ami-0"),
  SubnetId: v.optional(text),
  PrivateIpAddress: v.optional(text),
  State: v.optional(v.looseObject({ Name: v.optional(text, "running") })),
  SecurityGroups: groups,
  NetworkInterfaces: v.optional(v.array(networkInterface), []),
  LaunchTime: v.optional(text),
  Platform: v.optional(text),
  Architecture: v.optional(text, "x86_64"),
  KeyName: v.optional(text),
  ClientToken: v.optional(text),
  Tags: tags,
});

/** A reservation with its instances. */
export const reservation = v.looseObject({
  ReservationId: optionalText,
  Instances: v.optional(v.array(instance), []),
});

/** A right on an interface, as describe-network-interface-permissions prints it. */
export const interfacePermission = v.looseObject({
  NetworkInterfacePermissionId: text,
  NetworkInterfaceId: text,
  AwsAccountId: v.optional(text),
  AwsService: v.optional(text),
  Permission: v.picklist(["INSTANCE-ATTACH", "EIP-ASSOCIATE"]),
});
