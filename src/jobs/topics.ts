/** Topics of job events below the base topic. */
export const DEFAULT_BASE_TOPIC = 'python/mqtt/jobs';

export const eventsTopic = (base: string, jobId: string): string => `${base}/${jobId}/events`;

/** The filter that takes the events of all jobs. */
export const eventsFilter = (base: string): string => eventsTopic(base, '+');

/** Where a drain publishes its own mark that says "up to here"; no filter for events matches it. */
export const markTopic = (base: string, clientId: string): string => `${base}/drain/${clientId}/mark`;

/** The job that a topic is about; null for any other topic. */
export function jobOfTopic(base: string, topic: string): string | null {
  const start = `${base}/`;
  const end = '/events';
  if (!topic.startsWith(start) || !topic.endsWith(end) || topic.length <= start.length + end.length) return null;
  const jobId = topic.slice(start.length, -end.length);
  return isTopicLevel(jobId) ? jobId : null;
}

/** Can this text be one level of a topic? MQTT takes much more, but brokers and people do not. */
export const isTopicLevel = (text: string): boolean =>
  text !== '' && text.length <= 200 && !/[/+#\u0000-\u001f\u007f-\u009f]/.test(text) && !text.startsWith('$');
