import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { normalizePath, resolveBaseUrl, serviceUrl } from "./endpoint.ts";

describe("resolveBaseUrl (rule 511)", () => {
  for (const [url, base] of [
    ["https://vtn.example.com", "https://vtn.example.com/OpenADR2/Simple/2.0b"],
    ["https://VTN.example.com:443/", "https://vtn.example.com/OpenADR2/Simple/2.0b"],
    ["http://127.0.0.1:8080//", "http://127.0.0.1:8080/OpenADR2/Simple/2.0b"],
    ["http://[::1]:8080", "http://[::1]:8080/OpenADR2/Simple/2.0b"],
    ["https://h/OpenADR2/Simple/2.0b/", "https://h/OpenADR2/Simple/2.0b"],
    ["https://h/prefix//Open%41DR2/Simple/2.0b", "https://h/prefix/OpenADR2/Simple/2.0b"],
    ["https://h/elsewhere", "https://h/elsewhere"],
  ] as const) {
    it(`completes ${url}`, () => assert.equal(resolveBaseUrl(url).href, base));
  }

  it("leaves a URL it is given as it is", () => {
    const url = new URL("https://vtn.example.com");

    resolveBaseUrl(url);

    assert.equal(url.href, "https://vtn.example.com/");
  });
});

describe("serviceUrl", () => {
  it("appends the service", () => {
    const url = serviceUrl(resolveBaseUrl("http://vtn"), "EiEvent");

    assert.equal(url, "http://vtn/OpenADR2/Simple/2.0b/EiEvent");
  });
});

describe("normalizePath (RFC 3986 §6.2.2)", () => {
  for (const [path, normal] of [
    ["", "/"],
    ["/", "/"],
    ["a//b/", "/a/b"],
    ["/a/./b/../c", "/a/c"],
    ["/../a", "/a"],
    ["/%61%2E%7e%2f%c3%a9", "/a.~%2F%C3%A9"],
    ["/%2e%2e/a", "/a"],
    ["/100%", "/100%"],
  ] as const) {
    it(`turns ${JSON.stringify(path)} into ${normal}`, () => assert.equal(normalizePath(path), normal));
  }
});
