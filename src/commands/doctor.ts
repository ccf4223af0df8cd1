import { examine } from '../doctor/examine.ts';
import { lookAround } from '../doctor/surroundings.ts';
import type { Io } from '../io.ts';
import { doctorText } from '../render/doctor-text.ts';

export interface DoctorOptions {
  readonly registry?: string;
  readonly json?: boolean;
}

/** `doctor`: checks the installation and says how to mend it. Exit 1 when something does not work. */
export async function doctor({ registry, json }: DoctorOptions, io: Io): Promise<number> {
  const checks = await examine(lookAround(registry ?? null, io.env));
  const well = checks.every(({ state }) => state !== 'error');
  if (json) io.out(`${JSON.stringify({ format_version: '1.0', ok: well, checks }, null, 2)}\n`);
  else io.out(doctorText(checks, io.colour));
  return well ? 0 : 1;
}
