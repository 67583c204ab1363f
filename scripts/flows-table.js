/**
 * A flow, in words, and the titles of the tests that show it.
 *
 * @typedef {readonly [flow: string, ...titles: string[]]} Flow
 */

/**
 * All flows of the profile (OpenADR 2.0b, §8 and §9.1), by service.
 *
 * @type {Readonly<Record<string, readonly Flow[]>>}
 */
// prettier-ignore
export const flows = {
  "Registration": [
    ["A VEN that is not registered asks what the VTN can do", "rule 404: tells who is not registered what the VTN speaks, and no IDs"],
    ["A VEN that is registered asks it", "rule 404: tells a VEN its IDs again where a certificate says who asks"],
    ["A VEN registers for the first time", "rules 402, 403: has both sides agree on the IDs"],
    ["After that: the VEN's metadata, the VTN's metadata, the events; then polls, or silence", "rules 309, 405: follows a new registration with what the VEN reports, what the VTN does, and the events", "rules 12, 405: has the VEN answer the events that there were", "rules 51, 500: has the VEN poll as often as the VTN says, or not at all"],
    ["A registered VEN registers as new", "rule 406: has the VTN forget what it knew of a VEN that registers anew"],
    ["A VEN registers again, as something about it has changed", "rule 402: keeps all there is when the VEN registers again under its IDs", "goes on with the new address of a VEN that registers again"],
    ["The VTN wants a VEN to register again", "rules 401, 405: has the VEN register again when the VTN wants it to", "rules 403, 500: has the VEN learn in that way how often to poll"],
    ["The VEN ends its registration, and comes back", "rule 407: ends the registration at the VEN's wish, and both sides forget what was requested", "rules 401, 405: begins as on Monday when the VEN starts again"],
    ["The VTN ends a registration, and the VEN comes back after a while", "rules 401, 407: ends the registration at the VTN's wish, after which the VEN may come again"],
    ["The VTN does not know the VEN any more (463)", "has the VEN register anew when the VTN does not know it any more"],
    ["A message of nobody who is registered (463)", "rule 405: refuses with 463 who is not registered"],
    ["A wrong registrationID, in a registration and in a cancellation (452)", "rule 400: refuses with 452 a registrationID that is not the VEN's, and keeps the registration", "rule 400: refuses the cancellation of another registration with 452, and stays registered"],
    ["A peer without a certificate that the VTN trusts (HTTP 403, or no connection)", "case Q4: a VEN with a certificate of another CA gets 403", "tell of a client without a certificate", "tell of a client whose handshake was ended as its certificate …, up to the limit"],
    ["A venID that is not that of the certificate (463)", "rule 517: takes … from who shows the VEN's certificate, and refuses all others with 463"],
  ],
  "Events": [
    ["A new event, by poll or push, and the VEN's answer", "rules 12, 16, 501: brings an event to the VEN, and its answer to the VTN", "rule 16: takes no for an answer"],
    ["The device acts on it", "rules 30, 32, 66: has the device act to the minute, each thing once"],
    ["An event that wants no answer, and a message without events", "rule 12: has an event that wants no answer acted on without one", "rules 12, 50, 61: tells the VEN that there are no events any more, which it does not answer"],
    ["The VEN asks for its events, for all or for some", "rule 62: gives the VEN all events when it asks, and gets the answers again", "rule 27: gives no more events than are asked for"],
    ["The VEN changes its mind", "rules 17, 42: has the VEN change its mind"],
    ["A change, before an event begins and while it is active", "rules 5, 57: has a change before the start replace the event, and answered anew", "rules 20, 57: has a change of an active event take effect while it runs"],
    ["A cancellation, before an event begins, while it is active, and with a random end", "rule 59: has an event that is cancelled before its start never begin", "rules 10, 52, 59: has a cancelled event end at once, and sends that until it is acknowledged", "rules 30, 65: has an event begin, and after a cancellation end, at random within start-after"],
    ["An event that is sent no longer", "rule 61: has an event that is sent no longer end, without an answer"],
    ["The same version of an event once more", "rule 12: has the VEN answer what it gets once more as it did before"],
    ["An older version of an event (450)", "rule 58: refuses a lower modification number with 450 and keeps what it has"],
    ["The cancellation of an event that the VEN does not know", "rules 52, 60: has the VEN confirm the cancellation of an event that could not reach it, or spares it both", "rules 21, 60: confirms the cancellation of an event it does not know, and ignores it"],
    ["Events that are not for the VEN, or beyond it (460, 462, 469), beside good ones", "rules 48, 109: has the VEN refuse an event …, and take the one beside it"],
    ["Events that are wrong in themselves (450, 454, 459)", "rules 22, 33, 48, 116: refuses an event with … with …"],
    ["Events of another VTN (452)", "rule 21: refuses the events of another VTN with 452 and no eventResponses"],
    ["Answers to events that there are not (450, 452)", "rule 48: refuses answers to events that there are not"],
  ],
  "Reports of the VEN": [
    ["The VEN tells what it can report, and the VTN asks for some of it in the answer", "rules 300, 344: has the VTN request reports in its answer to the VEN's offer", "rule 306: has the VEN tell of a report that it did not offer before, and of one that it does no more"],
    ["The VTN asks for one report, of each kind there is", "rules 324, 325: brings one report …, at once"],
    ["The VTN asks for reports for ever, and for a span of time", "rules 317, 346: has the VEN report since Monday, each value once and in order", "rules 325, 341: brings reports for a span of time, and then no more"],
    ["The VTN asks what the VEN can report, once or again and again", "rules 306, 327: has the VEN offer its reports again, which voids what was requested and is requested anew", "offers its reports again and again when metadata are asked for periodically"],
    ["The VTN ends a report, in a message or in an answer to data, at once or after one more", "ends a report in a message of its own", "rules 328, 345: ends a report … after one more"],
    ["Data and cancellations that belong to no request (452)", "rule 304: refuses with 452 data and cancellations that belong to no request"],
    ["Requests that the VEN cannot serve (452, 453, 454, 461)", "rules 300, 304, 317, 340: refuses a request for … with …"],
    ["A cancellation of several, one of them unknown", "rules 304, 336: refuses to cancel what it does not know with 452, and cancels the rest"],
  ],
  "Reports of the VTN": [
    ["The VTN tells what it can report, and the VEN asks for some of it in the answer", "rules 300, 344: has the VEN request reports in its answer to the VTN's offer", "rule 306: has the VTN tell of a report that it offers no more, and of one that it does again"],
    ["The VEN asks for one report, and for reports for ever", "rules 324, 325: brings one report of the VTN's …, at once", "rules 317, 346: has the VTN report since Monday, each value once and in order"],
    ["The VEN asks what the VTN can report", "rules 306, 327: has the VTN offer its reports again, which voids what was requested and is requested anew"],
    ["The VEN ends a report, at once or after one more", "has the VEN end a report of the VTN's", "rule 345: has the VEN end a report of the VTN's after one more"],
    ["Requests that the VTN cannot serve (452)", "rules 300, 304: refuses with 452 to report what is not on offer"],
  ],
  "Opts": [
    ["The VEN tells when it, or a part of it, takes part", "rules 200, 202, 208: has the VEN say when a part of it does not take part", "rule 205: has the VEN say so of one programme alone"],
    ["The VEN takes that back", "rules 204, 211: has the VEN take that back"],
    ["The VEN, or a part of it, leaves an event", "rule 206: has a part of the VEN leave an event, and the rest go on", "rule 206: has the VEN change its mind by an opt, whatever it answered"],
    ["Opts for what there is not, or an event is not for (450, 452, 462)", "rules 206, 208: refuses opts for what there is not, and for what an event is not for"],
  ],
  "Polls": [
    ["A poll brings nothing, or one message; then the next follows at once", "rules 51, 500: has the VEN poll as often as the VTN says, or not at all", "rule 500: empties the queue without waiting, and answers each message before it polls again"],
    ["Any of the messages that a poll may bring", "case P: may be …, after which a VEN goes on"],
    ["A VEN that answers before its next poll, after it, or after several", "rule 500: pattern 1: takes the answer before the next poll", "rule 500: pattern 2: has nothing for a poll that comes before the answer, and does not repeat itself", "rule 500: pattern 3: hands out the next message, and takes both answers later, in any order"],
  ],
  "Failures": [
    ["The VEN stops and starts, with what it had", "goes on after a restart of the VEN, in the middle of an event and with what was requested"],
    ["The network is away", "rules 52, 60: has the VEN confirm the cancellation of an event that could not reach it, or spares it both"],
    ["An answer is lost", "has the VEN say again what the VTN may not have heard, as the answer was lost", "has the VEN hear of an event soon after the message with it, or with the answer, was lost"],
    ["The VTN is away", "has the VEN get and answer what waited while the VTN was away, and hold its own line meanwhile", "rules 317, 346: has lost no value of either side, nor its order, but of the time in which nobody was there"],
    ["What is tried again, and what is not", "says … to …", "says yes to status …", "says no to status …"],
    ["A week without anything else that failed", "reaches the end of the week with nothing that failed beside the outages"],
    ["The same whichever way messages go", "are the same in each minute, whatever carries what is …", "come to the same, event by event and at the end, whether messages are polled or pushed"],
  ],
};
