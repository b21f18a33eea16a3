/**
 * An ENIConfig (crd.k8s.amazonaws.com/v1alpha1): subnet and groups of pods' interfaces on the nodes
 * that use it, in place of those of the node's primary interface.
 */
export interface EniConfig {
  readonly name: string;
  readonly subnetId: string;
  /** Empty: the groups of the primary interface. */
  readonly groupIds: readonly string[];
}
