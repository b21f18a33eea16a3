export {
  LabelIndex,
  type LabelIndexCounts,
  type LabelledPod,
  type LabelMatches,
  MAX_INDEXED_PODS,
  MAX_INDEXED_SELECTORS,
  type NamespacedSelector,
  openMatches,
} from "./label-index.ts";
