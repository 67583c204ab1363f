import type { Command } from "commander";
import { addDoctorCommand } from "./cert-doctor.ts";
import { addCaCommand, addVenCertificateCommand, addVtnCertificateCommand } from "./cert-issue.ts";
import { addCsrCommand, addSignCommand } from "./cert-request.ts";
import { addCrlCommand, addRevokeCommand } from "./cert-revoke.ts";
import { addShowCommand } from "./cert-show.ts";
import { examples } from "../help.ts";
import type { ExitCode, Io } from "../io.ts";

/** Declares `openleadr cert …`. */
export function addCertCommands(program: Command, io: Io, finish: (code: ExitCode) => void): void {
  const cert = program
    .command("cert")
    .description("make certificates for VTNs and VENs, look at them, and find out what is wrong with a connection")
    .addHelpText("after", help);
  addCaCommand(cert, io);
  addVtnCertificateCommand(cert, io);
  addVenCertificateCommand(cert, io);
  addCsrCommand(cert, io);
  addSignCommand(cert, io);
  addRevokeCommand(cert, io);
  addCrlCommand(cert, io);
  addShowCommand(cert, io, finish);
  addDoctorCommand(cert, io, finish);
}

const help = `
A CA of your own, a VTN and a VEN that trust each other, in the folder
"certificates":
${examples(
  "openleadr cert ca",
  "openleadr cert vtn --host vtn.example.com",
  "openleadr cert ven kitchen --vtn https://vtn.example.com:8080",
  "openleadr cert show certificates/kitchen/ven.pem",
  "openleadr cert doctor --vtn https://vtn.example.com:8080",
)}`;
