import * as v from "valibot";

/** Any text. */
export const text = v.string();
/** A text that may be absent or null. */
export const optionalText = v.optional(v.nullable(text));
/** Tags as EC2 lists them. */
export const tags = v.optional(
  v.array(v.looseObject({ Key: text, Value: v.optional(text, "") })),
  [],
);
/** Groups of an interface or instance; absent says nothing, empty says none. */
export const groups = v.optional(v.array(v.looseObject({ GroupId: text })));
/** A whole number. */
export const integer = v.pipe(v.number(), v.integer());
