// As `vtn`, over mutual TLS; the VEN is bound to its certificate.
import { startIdleVtn } from "../idle-vtn.js";
import { mutualTlsOfArguments } from "../mutual-tls.js";

await startIdleVtn(mutualTlsOfArguments());
