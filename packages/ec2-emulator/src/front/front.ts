import type { Account } from "../account/account.ts";
import type { EmulatorOptions } from "../options.ts";
import type { FormNode } from "../wire/form.ts";
import { throttleCall } from "./admit.ts";
import { type Answer, answer } from "./answer.ts";
import { Audit } from "./audit.ts";
import { Throttle } from "./throttle.ts";

/** Entries of the audit log when nothing else is said. */
const AUDIT_LIMIT = 10_000;

/** An account with everything that stands between it and its callers. */
export class Front {
  readonly account: Account;
  readonly throttle: Throttle;
  readonly audit: Audit;
  readonly #options: EmulatorOptions;

  constructor(account: Account, options: EmulatorOptions) {
    this.account = account;
    this.#options = options;
    this.throttle = new Throttle(options.throttle === "documented");
    this.audit = new Audit(options.auditLimit ?? AUDIT_LIMIT);
  }

  /** Time as the account has it. */
  nowMs(): number {
    return this.#options.clock.nowMs();
  }

  /** Chance of this emulator. */
  get random() {
    return this.#options.random;
  }

  /** Counts of calls and objects in the text format of Prometheus. */
  metrics(): string {
    const sizes = [...this.account.tables].map(([name, table]) => [name, table.size] as const);
    return this.audit.metrics(Object.fromEntries(sizes));
  }

  /** Answers one call. */
  call(form: FormNode): Answer {
    return answer(this.account, form, {
      nowMs: this.nowMs(),
      random: this.#options.random,
      view: this.account,
      admit: (action, call) => throttleCall(this.throttle, action, call),
    });
  }
}
