import { Mode, Model, NetworkPolicyModel } from "@trunkline/proto/policy";

/** What a question may choose besides its ends; undefined is what the service says. */
export interface QuestionOptions {
  /** How standard mode is read. */
  readonly model: "documented" | "datapath" | undefined;
  /** Judges all pods as if in this mode. */
  readonly mode: "strict" | "standard" | undefined;
  readonly networkPolicyModel: "spec" | "aws" | undefined;
}

const MODELS = { documented: Model.MODEL_DOCUMENTED, datapath: Model.MODEL_DATAPATH } as const;
const MODES = { strict: Mode.MODE_STRICT, standard: Mode.MODE_STANDARD } as const;
const NETWORK_POLICY_MODELS = {
  spec: NetworkPolicyModel.NETWORK_POLICY_MODEL_SPEC,
  aws: NetworkPolicyModel.NETWORK_POLICY_MODEL_AWS,
} as const;

/** The choices as the contract has them. */
export function questionFields({ model, mode, networkPolicyModel }: QuestionOptions) {
  return {
    ...(model === undefined ? {} : { model: MODELS[model] }),
    ...(mode === undefined ? {} : { mode: MODES[mode] }),
    ...(networkPolicyModel === undefined
      ? {}
      : { networkPolicyModel: NETWORK_POLICY_MODELS[networkPolicyModel] }),
  };
}
