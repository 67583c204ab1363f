// The part of saxes that this package uses. Its own declarations do not compile with `skipLibCheck: false`, and hide the
// handlers that xml/parse.ts sets as fields; tsconfig.base.json points the compiler here.

export interface SaxesAttributeNS {
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  readonly uri: string;
  readonly value: string;
}

export interface SaxesTagNS {
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  readonly uri: string;
  readonly attributes: Readonly<Record<string, SaxesAttributeNS>>;
}

export declare class SaxesParser {
  constructor(options: { readonly xmlns: true; readonly defaultXMLVersion: "1.0"; readonly forceXMLVersion: true });
  write(chunk: string): this;
  close(): this;
}
