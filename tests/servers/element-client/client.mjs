// A Matrix client with Element's cryptography, driven by JSON lines: one order a line on standard input
// ({"id", "do", …}), one answer a line on standard output ({"id", "result"} or {"id", "error"}).
// Ends when standard input does.

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

// Node 18, which Debian 12 has, does not give it by itself.
globalThis.crypto ??= webcrypto;

// Before the library is loaded: standard output belongs to the answers.
for (const level of ["log", "info", "debug", "trace"]) console[level] = () => {};
for (const level of ["warn", "error"]) console[level] = (...words) => process.stderr.write(`${words.join(" ")}\n`);

const { createClient, M_POLL_KIND_DISCLOSED, Preset } = await import("matrix-js-sdk");
const { EventShieldColour, EventShieldReason, OnlySignedDevicesIsolationMode } = await import(
    "matrix-js-sdk/lib/crypto-api/index.js"
);
const { PollResponseEvent } = await import("matrix-js-sdk/lib/extensible_events_v1/PollResponseEvent.js");

const EVERY = 20; // milliseconds between two looks
let client;

/** The first true value of `look`, which may be async. */
async function until(look, seconds, what) {
    const limit = Date.now() + seconds * 1000;
    for (;;) {
        const value = await look();
        if (value) return value;
        if (Date.now() > limit) throw new Error(`waited ${seconds} s in vain for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
}

function events(room) {
    return client.getRoom(room)?.getLiveTimeline().getEvents() ?? [];
}

const nameOf = (names, value) => (value == null ? null : names[value].toLowerCase());

/** What a person would see of an event, the coloured shield beside it included. */
async function shown(event) {
    const trust = event.isEncrypted() ? await client.getCrypto().getEncryptionInfoForEvent(event) : null;
    return {
        event_id: event.getId(),
        sender: event.getSender(),
        type: event.getType(),
        content: event.getContent(),
        relates_to: event.getRelation() ?? event.getWireContent()["m.relates_to"] ?? null,
        encrypted: event.isEncrypted(),
        readable: !event.isDecryptionFailure(),
        failure: event.decryptionFailureReason,
        shield: trust && nameOf(EventShieldColour, trust.shieldColour),
        shield_reason: trust && nameOf(EventShieldReason, trust.shieldReason),
    };
}

async function entered(room, seconds) {
    await until(() => client.getRoom(room)?.getMyMembership() === "join", seconds, `${room} to be entered`);
    return room;
}

async function poll(room, pollId, seconds) {
    const of = client.getRoom(room);
    return until(
        async () => {
            if (!of.polls.has(pollId)) await of.processPollEvents(events(room));
            return of.polls.get(pollId);
        },
        seconds,
        `the poll ${pollId}`,
    );
}

const orders = {
    async login({ base_url, user_id, password, strict, sign, seconds }) {
        const identifier = { type: "m.id.user", user: user_id };
        const login = await createClient({ baseUrl: base_url }).loginRequest({
            type: "m.login.password",
            identifier,
            password,
        });
        client = createClient({
            baseUrl: base_url,
            userId: login.user_id,
            deviceId: login.device_id,
            accessToken: login.access_token,
        });
        await client.initRustCrypto({ useIndexedDB: false });
        if (sign) {
            await client.getCrypto().bootstrapCrossSigning({
                setupNewCrossSigning: true,
                authUploadDeviceSigningKeys: (upload) => upload({ type: "m.login.password", identifier, password }),
            });
        }
        if (strict) client.getCrypto().setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
        await client.startClient({ initialSyncLimit: 100 });
        await until(() => client.isInitialSyncComplete(), seconds, "the first sync");
        return { device_id: login.device_id, access_token: login.access_token };
    },

    async make({ version, direct, encrypted, invite, name, seconds }) {
        const sealed = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
        const { room_id: room } = await client.createRoom({
            room_version: version,
            preset: direct ? Preset.TrustedPrivateChat : Preset.PrivateChat,
            is_direct: direct,
            invite,
            name: name || undefined,
            initial_state: encrypted ? [sealed] : [],
        });
        if (direct) {
            const known = client.getAccountData("m.direct")?.getContent() ?? {};
            await client.setAccountData("m.direct", { ...known, [invite[0]]: [...(known[invite[0]] ?? []), room] });
        }
        await entered(room, seconds);
        // Without its state the library would send in clear.
        if (encrypted) await until(() => client.getRoom(room).hasEncryptionStateEvent(), seconds, "encryption");
        return room;
    },

    async join({ room, seconds }) {
        return entered((await client.joinRoom(room)).roomId, seconds);
    },

    async send({ room, type, content }) {
        return (await client.sendEvent(room, type, content)).event_id;
    },

    /** Decrypt again what could not be, as Element does when it is opened anew. */
    async retry({ room }) {
        const failed = events(room).filter((event) => event.isDecryptionFailure());
        await Promise.all(failed.map((event) => event.attemptDecryption(client.getCrypto(), { isRetry: true })));
    },

    async events({ room }) {
        return Promise.all(events(room).map(shown));
    },

    async member({ room, person, membership, seconds }) {
        const is = () => client.getRoom(room)?.getMember(person)?.membership === membership;
        await until(is, seconds, `${person} to be ${membership}`);
    },

    async poll({ room, poll_id, seconds }) {
        const found = await poll(room, poll_id, seconds);
        const votes = {};
        const responses = (await found.getResponses()).getRelations();
        for (const event of responses.sort((one, other) => one.getTs() - other.getTs())) {
            const ballot = event.unstableExtensibleEvent;
            ballot.validateAgainst(found.pollEvent);
            votes[event.getSender()] = ballot.spoiled ? [] : ballot.answerIds;
        }
        return {
            question: found.pollEvent.question.text,
            answers: found.pollEvent.answers.map((answer) => [answer.id, answer.text]),
            max_selections: found.pollEvent.maxSelections,
            disclosed: M_POLL_KIND_DISCLOSED.matches(found.pollEvent.kind.name),
            ended: found.isEnded,
            undecryptable: found.undecryptableRelationsCount,
            votes,
        };
    },

    async vote({ room, poll_id, answers, seconds }) {
        await poll(room, poll_id, seconds);
        const { type, content } = PollResponseEvent.from(answers, poll_id).serialize();
        return (await client.sendEvent(room, type, content)).event_id;
    },

    /** How this client judges a device of somebody. */
    async device({ user_id, device_id }) {
        await client.getCrypto().getUserDeviceInfo([user_id], true);
        const status = await client.getCrypto().getDeviceVerificationStatus(user_id, device_id);
        return status && { signed: status.signedByOwner, verified: status.isVerified() };
    },
};

const answer = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

createInterface({ input: process.stdin })
    .on("line", (line) => {
        const { id, do: what, ...order } = JSON.parse(line);
        Promise.resolve()
            .then(() => orders[what](order))
            .then(
                (result) => answer({ id, result: result ?? null }),
                (error) => answer({ id, error: `${error.stack ?? error}` }),
            );
    })
    .on("close", () => process.exit(0));
