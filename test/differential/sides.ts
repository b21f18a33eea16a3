import { EC2 } from "@aws-sdk/client-ec2";
import { seededRandom } from "@trunkline/core";
import { startEmulator } from "@trunkline/ec2-emulator";
import { systemClock } from "@trunkline/process";

/** The account of both sides: the one that moto always has. */
const ACCOUNT_ID = "123456789012";
const REGION = "us-west-2";

/** One of the two that are compared, behind a real client. */
export interface Side {
  readonly name: "emulator" | "moto";
  readonly ec2: EC2;
}

/** Both, each with an empty account. */
export interface Sides extends AsyncDisposable {
  readonly ours: Side;
  readonly theirs: Side;
}

/** Empties the account of moto's server at `motoEndpoint` and starts an emulator of its own. */
export async function openSides(motoEndpoint: string, seed: number): Promise<Sides> {
  const reset = await fetch(`${motoEndpoint}/moto-api/reset`, { method: "POST" });
  if (!reset.ok) throw new Error(`moto does not forget: ${reset.status}`);
  const emulator = await startEmulator({
    clock: systemClock,
    random: seededRandom(seed),
    accountId: ACCOUNT_ID,
    region: REGION,
    quotas: { vpcs: 1000, rulesPerGroup: 1000 },
  });
  const ours: Side = { name: "emulator", ec2: clientOf(emulator.endpoint) };
  const theirs: Side = { name: "moto", ec2: clientOf(motoEndpoint) };
  return {
    ours,
    theirs,
    [Symbol.asyncDispose]: async () => {
      ours.ec2.destroy();
      theirs.ec2.destroy();
      await emulator.close();
    },
  };
}

function clientOf(endpoint: string): EC2 {
  return new EC2({
    endpoint,
    region: REGION,
    maxAttempts: 1,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" },
  });
}
