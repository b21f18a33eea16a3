/** The usual first version: walks the objects for every pair, and keeps nothing but answers. */
export class ObjectWalker {
  constructor(pods, selectors) {
    this.pods = [...pods];
    this.selectors = [...selectors];
  }

  /** Number of pairs that match, of every `step`-th pod. */
  countMatches(step = 1) {
    let count = 0;
    for (let pod = 0; pod < this.pods.length; pod += step) {
      for (const { selector } of this.selectors) {
        if (matches(selector, this.pods[pod].labels)) count++;
      }
    }
    return count;
  }

  setPod(pod, object) {
    this.pods[pod] = object;
    return this.selectors.map(({ selector }) => matches(selector, object.labels));
  }

  /** Matches every `step`-th pod anew. */
  setSelector(id, one, step = 1) {
    this.selectors[id] = one;
    let count = 0;
    for (let pod = 0; pod < this.pods.length; pod += step) {
      if (matches(one.selector, this.pods[pod].labels)) count++;
    }
    return count;
  }
}

function matches({ matchLabels, matchExpressions }, labels) {
  for (const key in matchLabels) if (labels[key] !== matchLabels[key]) return false;
  if (matchExpressions === undefined) return true;
  for (const { key, operator, values } of matchExpressions) {
    const value = labels[key];
    if (operator === "In" && !values.includes(value)) return false;
    if (operator === "NotIn" && value !== undefined && values.includes(value)) return false;
    if (operator === "Exists" && value === undefined) return false;
    if (operator === "DoesNotExist" && value !== undefined) return false;
  }
  return true;
}

/**
 * The usual second version: an inverted index, one bitset of pods for each key and for each value
 * of a key, whether a selector names it or not; a selector is the AND and OR of a few of them.
 */
export class Postings {
  #byKey = new Map();
  #byPair = new Map();

  constructor(pods, selectors) {
    this.pods = [...pods];
    this.selectors = [...selectors];
    this.words = (pods.length + 31) >>> 5;
    this.empty = new Uint32Array(this.words);
    for (const [pod, { labels }] of pods.entries()) this.#note(pod, labels, true);
    this.results = selectors.map(() => new Uint32Array(this.words));
  }

  get bytes() {
    const count = this.#byKey.size + this.#byPair.size + this.results.length;
    return count * this.words * 4;
  }

  matchAll() {
    for (let id = 0; id < this.selectors.length; id++) this.#match(id);
  }

  countMatches() {
    this.matchAll();
    let count = 0;
    for (const bits of this.results) for (const word of bits) count += ones(word);
    return count;
  }

  /** Bitsets of pods say nothing of one pod at once: it is matched with each selector. */
  setPod(pod, object) {
    this.#note(pod, this.pods[pod].labels, false);
    this.pods[pod] = object;
    this.#note(pod, object.labels, true);
    const [word, bit] = [pod >>> 5, 1 << (pod & 31)];
    for (let id = 0; id < this.selectors.length; id++) {
      if (matches(this.selectors[id].selector, object.labels)) this.results[id][word] |= bit;
      else this.results[id][word] &= ~bit;
    }
  }

  setSelector(id, one) {
    this.selectors[id] = one;
    this.#match(id);
  }

  #match(id) {
    const { matchLabels, matchExpressions } = this.selectors[id].selector;
    const result = this.results[id].fill(0xffff_ffff);
    const last = this.pods.length & 31;
    if (last !== 0) result[this.words - 1] = 2 ** last - 1;
    for (const key in matchLabels) this.#and(result, this.#pair(key, matchLabels[key]));
    for (const { key, operator, values } of matchExpressions ?? []) {
      if (operator === "In") this.#andAny(result, key, values);
      if (operator === "NotIn") for (const value of values) andNot(result, this.#pair(key, value));
      if (operator === "Exists") this.#and(result, this.#byKey.get(key) ?? this.empty);
      if (operator === "DoesNotExist") andNot(result, this.#byKey.get(key) ?? this.empty);
    }
  }

  #pair(key, value) {
    return this.#byPair.get(`${key}=${value}`) ?? this.empty;
  }

  #and(result, bits) {
    for (let i = 0; i < result.length; i++) result[i] &= bits[i];
  }

  #andAny(result, key, values) {
    const any = new Uint32Array(this.words);
    for (const value of values) {
      const bits = this.#pair(key, value);
      for (let i = 0; i < any.length; i++) any[i] |= bits[i];
    }
    this.#and(result, any);
  }

  #note(pod, labels, has) {
    for (const key in labels) {
      this.#set(this.#byKey, key, { pod, has });
      this.#set(this.#byPair, `${key}=${labels[key]}`, { pod, has });
    }
  }

  #set(map, name, { pod, has }) {
    let bits = map.get(name);
    if (bits === undefined) {
      bits = new Uint32Array(this.words);
      map.set(name, bits);
    }
    if (has) bits[pod >>> 5] |= 1 << (pod & 31);
    else bits[pod >>> 5] &= ~(1 << (pod & 31));
  }
}

function andNot(result, bits) {
  for (let i = 0; i < result.length; i++) result[i] &= ~bits[i];
}

function ones(word) {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
