/** The part of a command's help that shows how it is used. */
export function examples(...commands: readonly string[]): string {
  return ["", "Examples:", ...commands.map((command) => `  $ ${command}`)].join("\n");
}
