// Bare node:https that demands a certificate, and answers what a VTN answers to a poll when nothing is waiting.
import { answerAlways } from "../bare.js";
import { emptyAnswer } from "../documents.js";
import { mutualTlsOfArguments } from "../mutual-tls.js";

answerAlways(emptyAnswer, mutualTlsOfArguments());
