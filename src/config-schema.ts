import * as v from 'valibot';
import type { Value } from './registry/types.ts';

const text = v.pipe(v.string(), v.nonEmpty());
const value: v.GenericSchema<Value> = v.lazy(() =>
  v.union([v.string(), v.number(), v.boolean(), v.null(), v.array(value), v.record(v.string(), value)]),
);

/** What a user may add to an agent, or a whole agent, without code. `{id}` stands for the conversation id. */
const agent = v.strictObject({
  names: v.optional(v.array(text)),
  start: v.optional(text),
  resume: v.optional(text),
  artifact: v.optional(text),
});

const mqtt = v.strictObject({
  url: v.optional(text),
  base_topic: v.optional(text),
  protocol: v.optional(v.picklist([4, 5])),
  client_id: v.optional(text),
  username: v.optional(text),
  password_file: v.optional(text),
  ca_file: v.optional(text),
  cert_file: v.optional(text),
  key_file: v.optional(text),
  /** Seconds. */
  keepalive: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))),
});

const configFile = v.strictObject({
  registry: v.optional(text),
  repair: v.optional(v.boolean()),
  status_format: v.optional(text),
  on_job_end: v.optional(v.picklist(['kill', 'mark'])),
  jobs_dir: v.optional(text),
  /** What is added to every new row of an agent, by agent. */
  row_defaults: v.optional(v.record(v.string(), v.record(v.string(), value))),
  agents: v.optional(v.record(v.string(), agent)),
  mqtt: v.optional(mqtt),
});

/** `config.yaml` as read; every key is optional (docs/options.md). */
export type ConfigFile = v.InferOutput<typeof configFile>;

/** Checks what `config.yaml` holds; the problems name the key and what was expected. */
export function checkConfig(
  parsed: unknown,
): { readonly config: ConfigFile } | { readonly problems: readonly string[] } {
  const result = v.safeParse(configFile, parsed ?? {});
  if (result.success) return { config: result.output };
  return { problems: result.issues.map((issue) => `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`) };
}
