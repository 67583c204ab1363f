/**
 * Where the libraries log: facts as fields, then a fixed sentence. A `pino` logger fits.
 *
 * `debug` is for developers, `info` tells the story of a healthy run, `warn` and `error` are for operators.
 */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const drop = (): void => {};

/** A logger that drops everything, which is what the libraries use unless they are given another. */
export const silentLogger: Logger = { debug: drop, info: drop, warn: drop, error: drop };
