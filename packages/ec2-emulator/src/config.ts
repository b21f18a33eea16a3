import { commonEntries } from "@trunkline/process";
import * as v from "valibot";

const described = <Schema extends v.GenericSchema>(schema: Schema, text: string) =>
  v.pipe(schema, v.description(text));

/** Configuration of the process. */
export const configSchema = v.strictObject({
  listen: v.optional(described(v.string(), "where to listen, host:port"), "127.0.0.1:8600"),
  account: v.optional(
    described(v.string(), "YAML or JSON file in the shapes of `aws ec2 describe-…`, loaded first"),
  ),
  region: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/), v.description("AWS region")),
    "us-west-2",
  ),
  accountId: v.optional(
    v.pipe(v.string(), v.regex(/^\d{12}$/), v.description("AWS account id, twelve digits")),
    "111122223333",
  ),
  throttle: v.optional(
    v.pipe(
      v.picklist(["off", "documented"]),
      v.description("token buckets of calls: off or documented"),
    ),
    "off",
  ),
  stateScale: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.maxValue(100),
      v.description("factor on how long attach, detach and start take; 0 immediate, 1 as EC2"),
    ),
    0,
  ),
  detachedVisibleMs: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.description("how long a detached attachment stays visible, ms"),
    ),
    0,
  ),
  auditLimit: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(1_000_000),
      v.description("calls that the audit log keeps"),
    ),
    10_000,
  ),
  ...commonEntries,
});

/** Configuration of the process, read. */
export type Config = v.InferOutput<typeof configSchema>;
