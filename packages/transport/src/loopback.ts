/** Whether a host name or address, as it stands in a URL or by itself, is this very machine. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|(?:.+\.)localhost|127(?:\.\d+){3}|\[?::1\]?)\.?$/i.test(host);
}
