/** Longest name part of a key, and longest value. Source: Kubernetes, "Labels and Selectors". */
const maxNameLength = 63;
/** Longest prefix of a key, a DNS subdomain. Source: RFC 1123. */
const maxPrefixLength = 253;

const namePattern = /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/;
const subdomainPattern = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** What is wrong with a label key ("app", "example.com/app"), or undefined when nothing is. */
export function labelKeyProblem(key: string): string | undefined {
  const slash = key.indexOf("/");
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  if (prefix !== undefined && !isSubdomain(prefix)) {
    return `key ${JSON.stringify(key)} needs a DNS subdomain before the "/"`;
  }
  if (isName(key.slice(slash + 1))) return undefined;
  return `key ${JSON.stringify(key)} needs a name of 1 to ${maxNameLength} ${nameLetters}`;
}

/** What is wrong with a label value, or undefined when nothing is; the empty value is fine. */
export function labelValueProblem(value: string): string | undefined {
  if (value === "" || isName(value)) return undefined;
  return `value ${JSON.stringify(value)} is not empty and not 1 to ${maxNameLength} ${nameLetters}`;
}

const nameLetters = 'letters, digits, "-", "_" and ".", a letter or digit at both ends';

function isName(text: string): boolean {
  return text.length <= maxNameLength && namePattern.test(text);
}

function isSubdomain(text: string): boolean {
  return text.length <= maxPrefixLength && subdomainPattern.test(text);
}
