import { seconds, type Clock } from "@openleadr/protocol";
import { backOff } from "@openleadr/transport";
import { asJson } from "../journal/journal.ts";
import type { ActionConfig, CommandAction, Publication, Webhook } from "./config/events.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { post, RetryableError } from "./http.ts";
import type { MqttConnection } from "./mqtt-connection.ts";
import { runProgram } from "./run-program.ts";
import { stepVariables, type StepMessage } from "./step-message.ts";
import { within } from "./within.ts";

/** What actions need to be carried out. */
export interface Tools {
  readonly log: DaemonLog;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly mqtt: MqttConnection | undefined;
  /** Aborts when it is wanted no longer. */
  readonly signal: AbortSignal;
}

/**
 * Carries out the actions for a step, one after the other; one that fails holds up none of the others.
 *
 * Rejects, at a start or an interval, or with what is in force, with what failed of the actions that are to opt out then; what
 * else failed is logged.
 */
export async function perform(actions: readonly ActionConfig[], message: StepMessage, tools: Tools): Promise<void> {
  const { step } = message;
  const about = message.step === "inForce" ? { step, ...resourceOf(message) } : { step, eventId: message.eventId };
  const failures: string[] = [];
  for (const action of actions.filter(({ on }) => on.includes(step))) {
    const name = nameOf(action);
    try {
      await carryOut(action, message, tools);
      tools.log.write("info", "action done", { ...about, action: name });
    } catch (error) {
      tools.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      if (action.onFailure === "optOut" && isActing(step)) failures.push(`${name}: ${reason}`);
      else tools.log.write("warn", "action failed", { ...about, action: name, error });
    }
  }
  if (failures.length > 0) throw new Error(failures.join("; "));
}

/** Whether the device was to do at a step what the event asks; at the others nothing is owed to the VTN. */
function isActing(step: StepMessage["step"]): boolean {
  return step === "start" || step === "interval" || step === "inForce";
}

function resourceOf({ resources: [resourceId] }: StepMessage): { readonly resourceId?: string } {
  return resourceId === undefined ? {} : { resourceId };
}

/** How an action is called in the log: without what may be secret in a URL. */
function nameOf(action: ActionConfig): string {
  switch (action.kind) {
    case "webhook":
      return `webhook ${action.url.host}`;
    case "command":
      return `command ${action.argv[0]}`;
    case "mqtt":
      return `topic ${action.topic}`;
  }
}

async function carryOut(action: ActionConfig, message: StepMessage, tools: Tools): Promise<void> {
  switch (action.kind) {
    case "webhook":
      return callWebhook(action, message, tools);
    case "command":
      return runCommand(action, message, tools);
    case "mqtt":
      return publish(action, message, tools);
  }
}

async function callWebhook(webhook: Webhook, message: StepMessage, { clock, signal }: Tools): Promise<void> {
  const { url, headers, timeout, retries } = webhook;
  const body = JSON.stringify(message, asJson);
  let attempt = 0;
  for (const delay of backOff({ max: seconds(30) })) {
    try {
      return await within({ limit: timeout, clock, signal }, (ending) => post(url, { headers, body, signal: ending }));
    } catch (error) {
      signal.throwIfAborted();
      if (attempt++ >= retries || !(error instanceof RetryableError)) throw error;
    }
    await clock.sleep(delay, signal);
  }
}

async function runCommand({ argv, timeout }: CommandAction, message: StepMessage, tools: Tools): Promise<void> {
  const { clock, signal } = tools;
  const input = `${JSON.stringify(message, asJson)}\n`;
  const env = { ...tools.env, ...stepVariables(message) };
  await within({ limit: timeout, clock, signal }, (ending) => runProgram(argv, { input, env, signal: ending }));
}

async function publish(action: Publication, message: StepMessage, { mqtt, clock, signal }: Tools): Promise<void> {
  if (mqtt === undefined) throw new Error("there is no broker");
  const payload = JSON.stringify(message, asJson);
  await within({ limit: action.timeout, clock, signal }, (ending) => mqtt.publish({ ...action, payload }, ending));
}
