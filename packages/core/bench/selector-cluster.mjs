/** Values of each key, most common first; the first key is what a deployment is called. */
const vocabulary = {
  app: 2000,
  component: 24,
  team: 120,
  tier: 5,
  env: 4,
  release: 40,
  zone: 6,
  protocol: 8,
  canary: 2,
};
const keys = Object.keys(vocabulary);
const templateCount = 6000;
const namespaceCount = 200;

/**
 * Pods from 6,000 deployment templates by Zipf's law, 5 to 9 labels each, 5 % of the pods with a
 * label that nobody else has; and as many selectors as asked, of all kinds that policies use.
 */
export function makeCluster({ podCount, selectorCount, random }) {
  const below = (limit) => Math.floor(random() * limit);
  const value = (key) => `${key}-${Math.floor(vocabulary[key] * random() ** 2)}`;
  const templates = Array.from({ length: templateCount }, (_, index) => {
    const [app, ...rest] = keys;
    const labelCount = 5 + below(5);
    const chosen = rest.sort(() => random() - 0.5).slice(0, labelCount - 1);
    const entries = [[app, `app-${index % vocabulary.app}`]];
    for (const key of chosen) entries.push([key, value(key)]);
    return { namespace: `ns-${below(namespaceCount)}`, labels: Object.fromEntries(entries) };
  });
  const pickTemplate = zipf(templateCount, random);
  const pods = Array.from({ length: podCount }, (_, index) => {
    const { namespace, labels } = templates[pickTemplate()];
    const unique = random() < 0.05 ? { "pod-id": `${index}` } : {};
    return { namespace, labels: { ...labels, ...unique } };
  });
  const selectors = Array.from({ length: selectorCount }, () => makeSelector({ below, value }));
  return { pods, selectors: selectors.map((selector) => ({ selector })) };
}

/** Most name an app; a few select by what many have in common. */
function makeSelector({ below, value }) {
  const other = () => keys[1 + below(keys.length - 1)];
  const inValues = (key, operator) => {
    const values = [...new Set([value(key), value(key), value(key)])];
    return { key, operator, values };
  };
  const app = () => ({ app: value("app") });
  const [a, b] = [other(), other()];
  switch (below(10)) {
    case 0:
      return { matchLabels: { [a]: value(a), [b]: value(b), team: value("team") } };
    case 1:
      return { matchLabels: { team: value("team") }, matchExpressions: [inValues(a, "NotIn")] };
    case 2:
      return { matchExpressions: [inValues("app", "In"), { key: a, operator: "Exists" }] };
    case 3:
      return { matchLabels: app(), matchExpressions: [{ key: a, operator: "DoesNotExist" }] };
    case 4:
      return { matchExpressions: [inValues("team", "In"), inValues("component", "In")] };
    case 5:
      return { matchLabels: app(), matchExpressions: [inValues("env", "In")] };
    default:
      return { matchLabels: app() };
  }
}

/** Numbers 0..count-1, number i in proportion to 1 / (i + 1). */
function zipf(count, random) {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += 1 / (i + 1);
    sums[i] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
