import { type FieldProblem, invalid } from "@trunkline/core";
import type { PodRef as WirePodRef } from "@trunkline/proto/ipam";
import type { PodRef } from "../records.ts";

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** A UID is opaque to everybody but its maker; 128 characters are three UUIDs. */
const UID = /^[\x21-\x7e]{1,128}$/;

/** Only the form; EC2, or an emulator whose ids are words, says whether there is such an instance. */
const INSTANCE_ID = /^i-[0-9a-z-]{1,64}$/;

/** Longest text of a wrong value that is repeated in an error. */
const QUOTED_LENGTH_MAX = 64;

/** Checks the fields of one request and reports everything that is wrong at once. */
export class RequestCheck {
  readonly #problems: FieldProblem[] = [];

  nodeName(value: string): void {
    this.#match("node_name", value, DNS_SUBDOMAIN, "a Kubernetes node name");
  }

  instanceId(value: string): void {
    this.#match("instance_id", value, INSTANCE_ID, "an instance id");
  }

  podUid(value: string, field = "pod_uid"): void {
    this.#match(field, value, UID, "a UID");
  }

  pod(pod: WirePodRef | undefined): PodRef {
    if (!pod) this.add("pod", "missing");
    const { namespace = "", name = "", uid = "" } = pod ?? {};
    if (pod) {
      this.#match("pod.namespace", namespace, DNS_LABEL, "a DNS label");
      this.#match("pod.name", name, DNS_SUBDOMAIN, "a DNS subdomain");
      this.podUid(uid, "pod.uid");
    }
    return { namespace, name, uid };
  }

  add(field: string, description: string): void {
    this.#problems.push({ field, description });
  }

  /** Throws INVALID_ARGUMENT if anything was wrong. */
  done(subject: string): void {
    if (this.#problems.length > 0) throw invalid(`${subject} is wrong:`, this.#problems);
  }

  #match(field: string, value: string, pattern: RegExp, what: string): void {
    if (value === "") this.add(field, "missing");
    else if (!pattern.test(value)) {
      this.add(field, `"${value.slice(0, QUOTED_LENGTH_MAX)}" is not ${what}`);
    }
  }
}
